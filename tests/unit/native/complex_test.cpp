#include <cmath>

#include "kernels.h"
#include "loom/support/scalar.h"

// Functions of complex numbers on every instruction set of this machine: how far from the true
// values, and the same special cases as the reference.
namespace loom::test {
namespace {

using native::Isa;
using schema::op;
using schema::OpId;

constexpr std::uint64_t kSeed = 20240612;
constexpr int kSamples = 1 << 14;

using Long = std::complex<long double>;

/// The distance of `found` from `exact` in units in the last place of the larger part.
template <class R>
long double ulps(Long found, Long exact) {
  const long double size = std::max(std::abs(exact.real()), std::abs(exact.imag()));
  int exponent = 0;
  std::frexp(size, &exponent);
  exponent = std::max(exponent, std::numeric_limits<R>::min_exponent);
  return std::abs(found - exact) / std::ldexp(1.0L, exponent - std::numeric_limits<R>::digits);
}

template <class T>
Long widened(T x) {
  if constexpr (kIsComplex<T>) {
    return {x.real(), x.imag()};
  } else {
    return x;
  }
}

class NativeComplex : public testing::TestWithParam<Isa> {
 protected:
  std::map<OpId, dispatch::Kernel> kernels = kernels_on(GetParam());
  Random random{kSeed};

  Array computed(OpId id, const std::vector<Array>& inputs) {
    const DType dtype = inputs[0].dtype();
    const bool real = id == op("abs") || id == op("real") || id == op("imag");
    const Array result = Array::empty(inputs[0].shape(), real ? real_of(dtype) : dtype);
    std::vector<View> views;
    for (const Array& input : inputs) views.push_back(input.view());
    EXPECT_TRUE(run(kernels.at(id), id, views, result.view(), {}));
    return result;
  }

  /// Numbers of all directions, with sizes from 2^-spread to 2^spread.
  template <class R>
  std::vector<std::complex<R>> draw(R spread) {
    std::vector<std::complex<R>> numbers(kSamples);
    for (auto& z : numbers) {
      const auto part = [&] {
        return random.number<R>(-1, 1) * std::exp2(random.number<R>(-spread, spread));
      };
      z = {part(), part()};
    }
    return numbers;
  }

  /// The largest error of the kernel, where `exact` knows better.
  template <class R, class Exact>
  long double largest_error(OpId id, R spread, Exact exact) {
    const auto a = draw(spread), b = draw(spread);
    std::vector<Array> inputs = {Array::from(a)};
    if (schema::row(id).inputs == 2) inputs.push_back(Array::from(b));
    const std::vector<Wide> found = values_of(computed(id, inputs));
    long double largest = 0;
    for (int i = 0; i < kSamples; ++i) {
      largest = std::max(largest, ulps<R>(found[i], exact(widened(a[i]), widened(b[i]))));
    }
    return largest;
  }

  /// Of near and of far sizes.
  template <class R>
  void measure() {
    constexpr R kFar = std::is_same_v<R, float> ? 30 : 240;
    for (const R spread : {R(1), kFar}) {
      SCOPED_TRACE(fmt::format("sizes up to 2^{}", spread));
      const auto error = [&](OpId id, auto exact) { return largest_error(id, spread, exact); };
      // A corrected root: rounded nearly as if it were exact.
      EXPECT_LE(error(op("abs"), [](Long z, Long) { return Long(std::abs(z)); }), 0.6L);
      // What the table allows, with room for the reference on the other side of the truth.
      EXPECT_LE(error(op("sign"), [](Long z, Long) { return z / std::abs(z); }), 2.0L);
      EXPECT_LE(error(op("sqrt"), [](Long z, Long) { return std::sqrt(z); }), 2.0L);
      EXPECT_LE(error(op("reciprocal"), [](Long z, Long) { return 1.0L / z; }), 3.0L);
      EXPECT_LE(error(op("divide"), [](Long a, Long b) { return a / b; }), 3.5L);
    }
  }

  template <class R>
  static std::vector<std::complex<R>> special_numbers() {
    using Limits = std::numeric_limits<R>;
    std::vector<R> parts = {0,
                            1,
                            R(1.5),
                            Limits::denorm_min(),
                            Limits::min(),
                            std::sqrt(Limits::min()),
                            std::sqrt(Limits::max()),
                            Limits::max() / 4,
                            Limits::max(),
                            Limits::infinity(),
                            Limits::quiet_NaN()};
    for (std::size_t i = 0, positive = parts.size(); i < positive; ++i) parts.push_back(-parts[i]);
    std::vector<std::complex<R>> numbers;
    for (const R re : parts) {
      for (const R im : parts) numbers.emplace_back(re, im);
    }
    return numbers;
  }

  /// `slight` is what the whole number may be off by: a part that is no more may be 0.
  static bool same_part(long double a, long double b, long double slight) {
    if (std::isnan(b)) return std::isnan(a);
    if (b != 0 && std::abs(b) < slight) return std::abs(a) < slight;
    return std::signbit(a) == std::signbit(b) && std::isfinite(a) == std::isfinite(b);
  }

  /// The same sort of numbers with the same signs, as far apart as the table allows.
  template <class R>
  void compare(OpId id, const std::vector<Array>& inputs) {
    const std::vector<Wide> found = values_of(computed(id, inputs));
    const std::vector<Wide> expected = values_of(by_reference(id, inputs, {}));
    for (std::size_t i = 0; i < found.size(); ++i) {
      const bool finite = std::isfinite(expected[i].real()) && std::isfinite(expected[i].imag());
      const long double size = finite ? std::abs(expected[i]) : 0;
      const long double slight = size * std::numeric_limits<R>::epsilon();
      const double allowed = schema::row(id).budget.amount * kFusedLibrary;
      ASSERT_TRUE(same_part(found[i].real(), expected[i].real(), slight) &&
                  same_part(found[i].imag(), expected[i].imag(), slight) &&
                  (!finite || ulps<R>(found[i], expected[i]) <= allowed))
          << schema::row(id).name << " of " << values_of(inputs[0])[i]
          << (inputs.size() > 1 ? fmt::format(" and number {}", i) : "") << " is " << found[i]
          << " instead of " << expected[i];
    }
  }

  template <class R>
  void visit_special_numbers() {
    const std::vector<std::complex<R>> numbers = special_numbers<R>();
    for (const OpId id : {op("abs"), op("sign"), op("sqrt"), op("reciprocal"), op("real"),
                          op("imag"), op("exp"), op("log"), op("tan"), op("acosh")}) {
      compare<R>(id, {Array::from(numbers)});
    }
    for (const std::complex<R> b : numbers) {
      SCOPED_TRACE(fmt::format("over {} + {} i", b.real(), b.imag()));
      const std::vector<std::complex<R>> all(numbers.size(), b);
      compare<R>(op("divide"), {Array::from(numbers), Array::from(all)});
      if (HasFailure()) return;
    }
  }

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, fmt::format("seed {}", kSeed)};
};

TEST_P(NativeComplex, DoublesAreNear) { measure<double>(); }
TEST_P(NativeComplex, FloatsAreNear) { measure<float>(); }
TEST_P(NativeComplex, DoublesAreRightAtTheEdges) { visit_special_numbers<double>(); }
TEST_P(NativeComplex, FloatsAreRightAtTheEdges) { visit_special_numbers<float>(); }

INSTANTIATE_TEST_SUITE_P(Isas, NativeComplex, testing::ValuesIn(native::usable_isas()),
                         [](const auto& isa) { return std::string(isa.param.name); });

}  // namespace
}  // namespace loom::test
