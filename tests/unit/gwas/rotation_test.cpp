#include "loom/gwas/model/rotation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hard_calls_fixture.h"
#include "loom/dispatch/selection.h"
#include "loom/dispatch/trace.h"
#include "loom/ops/creation.h"
#include "loom/support/cpu.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr std::uint64_t kSeed = 20240902;

class Rotations : public testing::Test {
 protected:
  std::mt19937_64 random{kSeed};

  /// Columns of very different sizes, one of them zeros; the last has its largest element twice,
  /// with both signs.
  Array vectors(std::int64_t n) {
    const Array u = Array::empty({n, n});
    std::normal_distribution<double> normal;
    for (double& element : u.span<double>()) element = normal(random);
    for (std::int64_t j = 0; j < n; ++j) {
      for (std::int64_t i = 0; i < n; ++i) {
        u.at<double>({i, j}) *= j % 7 == 3 ? 0 : std::exp2(static_cast<double>(j % 60) - 30);
      }
    }
    u.at<double>({0, n - 1}) = 5;
    u.at<double>({n / 2, n - 1}) = -5;
    return u;
  }

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(kSeed)};
};

/// Errors of the rotation `found` in units of what is allowed for quantised vectors: above 1 where
/// the bound of rotation.h does not hold. `vectors` are those that it is compared with.
struct Errors {
  double worst = 0, root_mean_square = 0;
};

Errors errors_of(const Array& found, const HardCalls& calls, const Array& vectors) {
  const std::int64_t n = calls.samples();
  const std::vector<double> x = centred(calls);
  const double* const u = vectors.data<double>();
  std::vector<long double> largest(n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      largest[j] = std::max<long double>(largest[j], std::abs(u[i * n + j]));
    }
  }
  Errors errors;
  for (std::int64_t snp = 0; snp < calls.snps(); ++snp) {
    std::vector<long double> expected(n);
    long double weight = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      const long double factor = x[snp * n + i];
      weight += std::abs(factor);
      for (std::int64_t j = 0; j < n; ++j) expected[j] += factor * u[i * n + j];
    }
    for (std::int64_t j = 0; j < n; ++j) {
      // 2^-32 (1 + 2^-7), and for the roundings of double precision 2^-49 of twice as much as the
      // sum of g + m, which is at most 4 n.
      const long double allowed = largest[j] * (weight * 0x1p-32L * (1 + 0x1p-7L) +
                                                0x1p-49L * 4 * static_cast<long double>(n));
      const long double error = std::abs(found.at<double>({snp, j}) - expected[j]);
      if (allowed == 0) {
        EXPECT_EQ(error, 0);
        continue;
      }
      const auto share = static_cast<double>(error / allowed);
      errors.worst = std::max(errors.worst, share);
      errors.root_mean_square += share * share;
    }
  }
  errors.root_mean_square =
      std::sqrt(errors.root_mean_square / static_cast<double>(calls.snps() * n));
  return errors;
}

TEST_F(Rotations, ByIntegersKeepTheirBound) {
  for (const std::int64_t n : {1, 2, 31, 33, 150, 530}) {  // on both sides of blocks and panels
    for (const double missing : {0.0, 0.02, 0.6}) {
      SCOPED_TRACE(testing::Message() << n << " samples, " << missing << " missing");
      const Array u = vectors(n);
      const Rotation rotation(u, true);
      EXPECT_TRUE(rotation.by_integers());
      for (const auto& some_calls : {random_calls, related_calls}) {
        const HardCalls calls = some_calls(random, 20, n, missing);
        EXPECT_LE(errors_of(rotation.of(calls), calls, u).worst, 1);
      }
    }
  }
}

// Vectors without their last digit are another 256 times less exact: the bound has to be near
// enough to what is computed to tell.
TEST_F(Rotations, TheBoundWouldNotHoldWithADigitLess) {
  const std::int64_t n = 150;
  const Array u = vectors(n);
  const HardCalls calls = random_calls(random, 20, n, 0.02);
  const Array shorter = Array::empty({n, n});
  for (std::int64_t j = 0; j < n; ++j) {
    double largest = 0;
    for (std::int64_t i = 0; i < n; ++i)
      largest = std::max(largest, std::abs(u.at<double>({i, j})));
    const double step = largest > 0 ? 256 * largest / Rotation::kLargest : 1;
    for (std::int64_t i = 0; i < n; ++i) {
      shorter.at<double>({i, j}) = step * std::round(u.at<double>({i, j}) / step);
    }
  }
  const Errors errors = errors_of(Rotation(shorter, true).of(calls), calls, u);
  EXPECT_GT(errors.worst, 10);
  EXPECT_GT(errors.root_mean_square, 1);
}

TEST_F(Rotations, OfIntegersThatNeedNoRoundingAreExact) {
  const std::int64_t n = 40;
  const Array u = Array::empty({n, n});
  std::uniform_int_distribution<std::int32_t> any(-Rotation::kLargest, Rotation::kLargest);
  for (double& element : u.span<double>()) element = any(random);
  for (std::int64_t j = 0; j < n; ++j)
    u.at<double>({j, j}) = (j % 2 == 0 ? 1 : -1) * Rotation::kLargest;
  HardCalls calls = random_calls(random, 10, n, 0.1);
  for (double& mean : calls.means) mean = std::round(mean * 8) / 8;
  const std::vector<double> x = centred(calls);
  const Array found = Rotation(u, true).of(calls);
  for (std::int64_t snp = 0; snp < 10; ++snp) {
    for (std::int64_t j = 0; j < n; ++j) {
      long double sum = 0;
      for (std::int64_t i = 0; i < n; ++i)
        sum += static_cast<long double>(x[snp * n + i]) * u.at<double>({i, j});
      EXPECT_EQ(found.at<double>({snp, j}), static_cast<double>(sum));
    }
  }
}

// By itself, a SNP goes by its own products, among others by what it differs in from them.
TEST_F(Rotations, HaveTheSameBitsWhateverSnpsComeTogether) {
  const std::int64_t n = 600, p = 40;
  const Rotation rotation(vectors(n), true);
  const HardCalls calls = related_calls(random, p, n, 0.02);
  const Array together = rotation.of(calls);
  for (std::int64_t snp = 0; snp < p; ++snp) {
    EXPECT_TRUE(std::ranges::equal(rotation.of(some_of(calls, snp, snp + 1)).span<double>(),
                                   together.slice_axis(0, snp, snp + 1).span<double>()))
        << "SNP " << snp;
  }
}

// Products are made of the SNPs that differ much from all others alone.
TEST_F(Rotations, MultiplyWhatDoesNotFollowFromAnother) {
  const std::int64_t n = 64;
  HardCalls calls = random_calls(random, 3, n, 0);
  auto* const rows = calls.calls.data<std::uint8_t>();
  for (std::int64_t i = 0; i < n; ++i) rows[i] = static_cast<std::uint8_t>(random() % 3);
  std::copy_n(rows, n, rows + n);
  for (std::int64_t i = 0; i < n; ++i) rows[2 * n + i] = static_cast<std::uint8_t>(random() % 3);
  const Rotation rotation(vectors(n), true);
  const Trace trace;
  rotation.of(calls);
  ASSERT_EQ(trace.events().size(), 1u);
  EXPECT_EQ(trace.events()[0].inputs[0], "uint8(2, 64)");
}

TEST_F(Rotations, OfConstantsNeedNoProduct) {
  const std::int64_t n = 40;
  HardCalls calls = random_calls(random, 3, n, 0);
  for (std::int64_t i = 0; i < 3 * n; ++i) {
    calls.calls.data<std::uint8_t>()[i] = static_cast<std::uint8_t>(i / n);
  }
  const Array u = vectors(n);
  EXPECT_LE(errors_of(Rotation(u, true).of(calls), calls, u).worst, 1);
}

TEST_F(Rotations, HaveTheSameBitsForAnyNumberOfThreadsAndOnEveryBackend) {
  const Array u = vectors(200);
  const HardCalls calls = related_calls(random, 70, 200, 0.05);
  const Array expected = Rotation(u, true).of(calls);
  for (const int threads : {1, 4}) {
    set_num_threads(threads);
    for (const std::string& backend : available_backends()) {
      const BackendScope scope(backend);
      EXPECT_TRUE(
          std::ranges::equal(Rotation(u, true).of(calls).span<double>(), expected.span<double>()))
          << threads << " threads, " << backend;
    }
  }
  set_num_threads(0);
}

TEST_F(Rotations, OfCallsAndOfCentredGenotypesAgree) {
  const std::int64_t n = 90;
  const Array u = vectors(n);
  const HardCalls calls = random_calls(random, 15, n, 0.04);
  const Rotation numbers(u, false);
  EXPECT_FALSE(numbers.by_integers());
  const Array expected = numbers.of(Array::from(centred(calls), Dims{15, n}));
  EXPECT_TRUE(std::ranges::equal(numbers.of(calls).span<double>(), expected.span<double>()));
  // 90 products, each rounded by eps / 2, beside a bound for errors of 2^20 eps.
  EXPECT_LE(errors_of(expected, calls, u).worst, 1e-3);
}

TEST_F(Rotations, TheTraceTellsHow) {
  const Array u = vectors(30);
  const HardCalls calls = random_calls(random, 5, 30, 0);
  for (const bool by_integers : {true, false}) {
    const Rotation rotation(u, by_integers);
    const Trace trace;
    rotation.of(calls);
    ASSERT_EQ(trace.events().size(), 1u);
    EXPECT_EQ(trace.events()[0].op, by_integers ? "matmul_integer" : "matmul");
  }
}

TEST_F(Rotations, GoByIntegersWhereThatIsFaster) {
  {
    const BackendScope scope("reference");
    EXPECT_FALSE(integer_rotation_pays(100));
    EXPECT_FALSE(Rotation(vectors(4)).by_integers());
  }
  EXPECT_FALSE(integer_rotation_pays(Rotation::kMostSamples + 1));
  const std::vector<std::string> backends = available_backends();
  if (has_byte_products(cpu_info()) && std::ranges::count(backends, "native") > 0) {
    EXPECT_TRUE(integer_rotation_pays(100));
    EXPECT_TRUE(Rotation(vectors(4)).by_integers());
  }
}

TEST_F(Rotations, RefuseWhatDoesNotFit) {
  EXPECT_THAT(
      [] {
        Rotation(Array::empty({3, 4}));
      },
      testing::ThrowsMessage<ShapeError>(
          "[rotation] a square matrix of float64 is needed, found float64(3, 4)"));
  EXPECT_THAT(
      [&] { Rotation(vectors(4)).of(random_calls(random, 2, 3, 0)); },
      testing::ThrowsMessage<ShapeError>("[rotation] calls of 3 samples and 4 eigenvectors"));
  const Array broken = vectors(4);
  broken.at<double>({1, 2}) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT([&] { Rotation(broken, true); },
              testing::ThrowsMessage<ValueError>("[rotation] eigenvector 2 is not finite"));
}

}  // namespace
}  // namespace loom::gwas
