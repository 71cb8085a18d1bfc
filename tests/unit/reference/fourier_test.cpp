#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <numbers>
#include <random>
#include <thread>
#include <vector>

#include "loom/backends/reference/fourier/fft.h"
#include "loom/support/error.h"
#include "loom/support/unit_roots.h"

namespace loom::reference {
namespace {

using Extended = std::complex<long double>;

template <class R>
using Signal = std::vector<std::complex<R>>;

// Powers of each radix, mixtures, primes with and without a butterfly, products of a small and a
// large prime: every length up to 130 and a few others that are still cheap to do directly.
std::vector<std::int64_t> direct_lengths() {
  std::vector<std::int64_t> lengths;
  for (std::int64_t n = 1; n <= 130; ++n) lengths.push_back(n);
  lengths.insert(lengths.end(), {243, 256, 500, 512, 961, 1009, 1024, 2 * 509});
  return lengths;
}

template <class R>
Signal<R> random_signal(std::int64_t n, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<R> normal;
  Signal<R> signal(n);
  for (auto& x : signal) x = {normal(engine), normal(engine)};
  return signal;
}

template <class R>
std::vector<R> random_reals(std::int64_t n, unsigned seed) {
  std::vector<R> reals;
  for (auto x : random_signal<R>(n, seed)) reals.push_back(x.real());
  return reals;
}

// The definition, in long double; `sign` is -1 for the forward transform.
template <class T>
std::vector<Extended> direct(const std::vector<T>& x, int sign) {
  const std::int64_t n = std::ssize(x);
  std::vector<Extended> roots(n);
  for (std::int64_t k = 0; k < n; ++k) {
    const long double angle = 2 * std::numbers::pi_v<long double> * k / n;
    roots[k] = {std::cos(angle), sign * std::sin(angle)};
  }
  std::vector<Extended> result(n);
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t k = 0; k < n; ++k) result[j] += Extended(x[k]) * roots[j * k % n];
  }
  return result;
}

// |a - b| / |b| in the 2-norm over the elements of `a`.
template <class A, class B>
double relative_error(const std::vector<A>& a, const std::vector<B>& b) {
  long double difference = 0;
  long double size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::norm(Extended(a[i]) - Extended(b[i]));
    size += std::norm(Extended(b[i]));
  }
  return static_cast<double>(std::sqrt(difference / size));
}

// Each of the log2(n) levels rounds a few times; 5 eps per level is the promise, and a level of eps
// covers the lengths 1 and 2.
template <class R>
double tolerance(std::int64_t n) {
  return 5 * std::numeric_limits<R>::epsilon() * std::max(1.0, std::log2(static_cast<double>(n)));
}

template <class R>
Signal<R> forward(const Signal<R>& in) {
  const FftPlan<R> plan(std::ssize(in));
  Signal<R> out(in.size());
  Signal<R> work(plan.workspace());
  plan.forward(in.data(), out.data(), work.data());
  return out;
}

template <class R>
Signal<R> backward(const Signal<R>& in) {
  const FftPlan<R> plan(std::ssize(in));
  Signal<R> out(in.size());
  Signal<R> work(plan.workspace());
  plan.backward(in.data(), out.data(), work.data());
  return out;
}

template <class R>
Signal<R> real_forward(const std::vector<R>& in) {
  const RealFftPlan<R> plan(std::ssize(in));
  Signal<R> out(in.size() / 2 + 1);
  Signal<R> work(plan.workspace());
  plan.forward(in.data(), out.data(), work.data());
  return out;
}

template <class R>
std::vector<R> real_backward(const Signal<R>& in, std::int64_t n) {
  const RealFftPlan<R> plan(n);
  std::vector<R> out(n);
  Signal<R> work(plan.workspace());
  plan.backward(in.data(), out.data(), work.data());
  return out;
}

template <class R>
class Fourier : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(Fourier, Precisions);

TYPED_TEST(Fourier, ForwardIsTheDefinition) {
  for (std::int64_t n : direct_lengths()) {
    const auto x = random_signal<TypeParam>(n, 1);
    EXPECT_LE(relative_error(forward(x), direct(x, -1)), tolerance<TypeParam>(n)) << "n = " << n;
  }
}

TYPED_TEST(Fourier, BackwardIsTheDefinition) {
  for (std::int64_t n : direct_lengths()) {
    const auto x = random_signal<TypeParam>(n, 2);
    EXPECT_LE(relative_error(backward(x), direct(x, +1)), tolerance<TypeParam>(n)) << "n = " << n;
  }
}

TYPED_TEST(Fourier, InPlaceGivesTheSameBits) {
  for (std::int64_t n : {1, 2, 3, 4, 8, 16, 30, 37, 120, 1009}) {
    const FftPlan<TypeParam> plan(n);
    Signal<TypeParam> work(plan.workspace());
    auto x = random_signal<TypeParam>(n, 3);
    const auto expected_forward = forward(x);
    const auto expected_backward = backward(expected_forward);
    plan.forward(x.data(), x.data(), work.data());
    EXPECT_EQ(x, expected_forward) << "n = " << n;
    plan.backward(x.data(), x.data(), work.data());
    EXPECT_EQ(x, expected_backward) << "n = " << n;
  }
}

TYPED_TEST(Fourier, PropertiesOfLargeLengths) {
  using R = TypeParam;
  // A prime, powers, a product of a small and a large prime, a product of large butterflies.
  for (std::int64_t n : {10007, 16384, 19683, 2 * 4999, 17 * 23 * 31}) {
    SCOPED_TRACE(testing::Message() << "n = " << n);
    const auto x = random_signal<R>(n, 4);
    const auto y = random_signal<R>(n, 5);
    const auto fx = forward(x);
    const auto fy = forward(y);

    // Backward after forward is n times the identity.
    auto back = backward(fx);
    for (auto& value : back) value /= static_cast<R>(n);
    EXPECT_LE(relative_error(back, x), 2 * tolerance<R>(n));

    // Parseval: |X|^2 = n |x|^2.
    long double energy = 0;
    long double spectrum = 0;
    for (std::int64_t k = 0; k < n; ++k) {
      energy += std::norm(Extended(x[k]));
      spectrum += std::norm(Extended(fx[k]));
    }
    EXPECT_NEAR(static_cast<double>(spectrum / (energy * n)), 1, 2 * tolerance<R>(n));

    // Linearity, and a rotation by 3 places as a phase.
    Signal<R> sum(n);
    Signal<R> expected_sum(n);
    Signal<R> rotated(n);
    std::vector<Extended> expected_rotated(n);
    const UnitRoots roots(n);
    for (std::int64_t k = 0; k < n; ++k) {
      sum[k] = x[k] + R(2) * y[k];
      expected_sum[k] = fx[k] + R(2) * fy[k];
      rotated[k] = x[(k + n - 3) % n];
      expected_rotated[k] = Extended(fx[k]) * Extended(roots.get<double>(3 * k % n));
    }
    EXPECT_LE(relative_error(forward(sum), expected_sum), 2 * tolerance<R>(n));
    EXPECT_LE(relative_error(forward(rotated), expected_rotated), 2 * tolerance<R>(n));
  }
}

TYPED_TEST(Fourier, OneWaveIsOneTerm) {
  const std::int64_t n = 360;
  const UnitRoots roots(n);
  Signal<TypeParam> wave(n);
  for (std::int64_t k = 0; k < n; ++k) wave[k] = std::conj(roots.get<TypeParam>(7 * k % n));
  Signal<TypeParam> expected(n);
  expected[7] = n;
  EXPECT_LE(relative_error(forward(wave), expected), tolerance<TypeParam>(n));
}

TYPED_TEST(Fourier, ConstantsAndImpulsesOfPowersOfTwoAreExact) {
  const std::int64_t n = 128;
  const Signal<TypeParam> ones(n, TypeParam(1));
  Signal<TypeParam> impulse(n);
  impulse[0] = n;
  EXPECT_EQ(forward(ones), impulse);
  EXPECT_EQ(backward(impulse), Signal<TypeParam>(n, TypeParam(n)));
}

TYPED_TEST(Fourier, RealForwardIsTheDefinition) {
  for (std::int64_t n : direct_lengths()) {
    const auto x = random_reals<TypeParam>(n, 6);
    const auto spectrum = real_forward(x);
    ASSERT_EQ(std::ssize(spectrum), n / 2 + 1);
    EXPECT_LE(relative_error(spectrum, direct(x, -1)), tolerance<TypeParam>(n)) << "n = " << n;
    // The first term of any length and the middle term of an even one are real, without a residue.
    EXPECT_EQ(spectrum.front().imag(), 0) << "n = " << n;
    if (n % 2 == 0) {
      EXPECT_EQ(spectrum.back().imag(), 0) << "n = " << n;
    }
  }
}

TYPED_TEST(Fourier, RealBackwardIsTheDefinition) {
  for (std::int64_t n : direct_lengths()) {
    Signal<TypeParam> half = random_signal<TypeParam>(n / 2 + 1, 7);
    // Imaginary parts where a real signal cannot have any must not matter.
    Signal<TypeParam> full(n);
    full[0] = half[0].real();
    for (std::int64_t k = 1; k <= n / 2; ++k) {
      full[n - k] = std::conj(half[k]);
      full[k] = 2 * k == n ? half[k].real() : half[k];
    }
    EXPECT_LE(relative_error(real_backward(half, n), direct(full, +1)), tolerance<TypeParam>(n))
        << "n = " << n;
  }
}

TYPED_TEST(Fourier, RealRoundTripOfLargeLengths) {
  for (std::int64_t n : {10007, 20014, 65536, 99225}) {
    const auto x = random_reals<TypeParam>(n, 8);
    auto back = real_backward(real_forward(x), n);
    for (auto& value : back) value /= static_cast<TypeParam>(n);
    EXPECT_LE(relative_error(back, x), 2 * tolerance<TypeParam>(n)) << "n = " << n;
  }
}

TEST(FftPlan, RefusesLengthsBelowOne) {
  EXPECT_THROW(FftPlan<double>(0), ShapeError);
  EXPECT_THROW(FftPlan<float>(-4), ShapeError);
  EXPECT_THROW(RealFftPlan<double>(0), ShapeError);
  EXPECT_THAT([] { fft_plan<double>(-1); },
              testing::ThrowsMessage<ShapeError>("[fft] length must be from 1 to 2^56: -1"));
}

TEST(PlanCache, KeepsRecentPlansAndDropsOldOnes) {
  const std::weak_ptr<const FftPlan<double>> old = fft_plan<double>(97);
  const auto recent = fft_plan<double>(98);
  EXPECT_FALSE(old.expired());
  for (std::int64_t n = 1000; n < 1063; ++n) {
    EXPECT_EQ(fft_plan<double>(98), recent);
    fft_plan<double>(n);
  }
  EXPECT_TRUE(old.expired());  // 65 lengths since, and the cache holds 64
  EXPECT_EQ(fft_plan<double>(98), recent);
}

TEST(PlanCache, DoesNotKeepGiants) {
  const auto kept = real_fft_plan<float>(50);
  const std::weak_ptr<const RealFftPlan<float>> giant = real_fft_plan<float>(1 << 24);
  EXPECT_TRUE(giant.expired());
  EXPECT_EQ(real_fft_plan<float>(50), kept);
}

TEST(PlanCache, ServesManyThreads) {
  const auto x = random_signal<double>(360, 9);
  const auto expected = forward(x);
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::int64_t n = 300; n <= 400; ++n) {
        const auto plan = fft_plan<double>(n);
        wrong[t] += plan->size() != n;
        if (n != 360) continue;
        Signal<double> out(n);
        Signal<double> work(plan->workspace());
        plan->forward(x.data(), out.data(), work.data());
        wrong[t] += out != expected;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace loom::reference
