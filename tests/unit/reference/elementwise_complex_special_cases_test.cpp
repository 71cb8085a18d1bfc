#include <numbers>

#include "loom/ops/elementwise.h"
#include "special_cases.h"

// The special cases of the Array API standard for complex numbers, each of them, in both
// precisions.
namespace loom::test {
namespace {

constexpr double kPi = std::numbers::pi;

struct ComplexCases {
  std::string_view name;
  Unary function;
  struct Case {
    Set a, b;  ///< real and imaginary part
    Want real, imag;
  };
  std::vector<Case> cases;
};

/// Functions with f(conj(z)) = conj(f(z)); the cases are those of the upper half plane.
const ComplexCases kFunctions[] = {
    {"acos",
     acos,
     {{zero, plus_zero, kPi / 2, -0.0},
      {zero, nan, kPi / 2, kNaN},
      {finite, plus_inf, kPi / 2, -kInf},
      {nonzero, nan, kNaN, kNaN},
      {minus_inf, positive_finite, kPi, -kInf},
      {plus_inf, positive_finite, 0.0, -kInf},
      {minus_inf, plus_inf, 3 * kPi / 4, -kInf},
      {plus_inf, plus_inf, kPi / 4, -kInf},
      {infinite, nan, kNaN, any_sign(kInf)},
      {nan, finite, kNaN, kNaN},
      {nan, plus_inf, kNaN, -kInf},
      {nan, nan, kNaN, kNaN}}},
    {"acosh",
     acosh,
     {{zero, plus_zero, 0.0, kPi / 2},
      {finite, plus_inf, kInf, kPi / 2},
      {nonzero, nan, kNaN, kNaN},
      {plus_zero, nan, kNaN, any_sign(kPi / 2)},
      {minus_inf, positive_finite, kInf, kPi},
      {plus_inf, positive_finite, kInf, 0.0},
      {minus_inf, plus_inf, kInf, 3 * kPi / 4},
      {plus_inf, plus_inf, kInf, kPi / 4},
      {infinite, nan, kInf, kNaN},
      {nan, finite, kNaN, kNaN},
      {nan, plus_inf, kInf, kNaN},
      {nan, nan, kNaN, kNaN}}},
    {"asinh",
     asinh,
     {{plus_zero, plus_zero, 0.0, 0.0},
      {positive_finite, plus_inf, kInf, kPi / 2},
      {finite, nan, kNaN, kNaN},
      {plus_inf, positive_finite, kInf, 0.0},
      {plus_inf, plus_inf, kInf, kPi / 4},
      {nan, plus_zero, kNaN, 0.0},
      {nan, nonzero, kNaN, kNaN},
      {nan, plus_inf, any_sign(kInf), kNaN},
      {nan, nan, kNaN, kNaN}}},
    {"atanh",
     atanh,
     {{plus_zero, plus_zero, 0.0, 0.0},
      {plus_zero, nan, 0.0, kNaN},
      {one, plus_zero, kInf, 0.0},
      {positive_finite, plus_inf, 0.0, kPi / 2},
      {nonzero, nan, kNaN, kNaN},
      {plus_inf, positive_finite, 0.0, kPi / 2},
      {plus_inf, plus_inf, 0.0, kPi / 2},
      {plus_inf, nan, 0.0, kNaN},
      {nan, finite, kNaN, kNaN},
      {nan, plus_inf, any_sign(0), kPi / 2},
      {nan, nan, kNaN, kNaN}}},
    {"cosh",
     cosh,
     {{plus_zero, plus_zero, 1, 0.0},
      {plus_zero, plus_inf, kNaN, any_sign(0)},
      {plus_zero, nan, kNaN, any_sign(0)},
      {nonzero, plus_inf, kNaN, kNaN},
      {nonzero, nan, kNaN, kNaN},
      {plus_inf, plus_zero, kInf, 0.0},
      {plus_inf, nonzero, times_cos(kInf), times_sin(kInf)},
      {plus_inf, plus_inf, any_sign(kInf), kNaN},
      {plus_inf, nan, kInf, kNaN},
      {nan, zero, kNaN, any_sign(0)},
      {nan, nonzero, kNaN, kNaN},
      {nan, nan, kNaN, kNaN}}},
    {"exp",
     exp,
     {{zero, plus_zero, 1, 0.0},
      {finite, plus_inf, kNaN, kNaN},
      {finite, nan, kNaN, kNaN},
      {plus_inf, plus_zero, kInf, 0.0},
      {minus_inf, finite, times_cos(0), times_sin(0)},
      {plus_inf, nonzero, times_cos(kInf), times_sin(kInf)},
      {minus_inf, plus_inf, any_sign(0), any_sign(0)},
      {plus_inf, plus_inf, any_sign(kInf), kNaN},
      {minus_inf, nan, any_sign(0), any_sign(0)},
      {plus_inf, nan, any_sign(kInf), kNaN},
      {nan, plus_zero, kNaN, 0.0},
      {nan, nonzero_or_nan, kNaN, kNaN}}},
    {"expm1",
     expm1,
     {{zero, plus_zero, 0.0, 0.0},
      {finite, plus_inf, kNaN, kNaN},
      {finite, nan, kNaN, kNaN},
      {plus_inf, plus_zero, kInf, 0.0},
      {minus_inf, finite, -1, times_sin(0)},
      {plus_inf, nonzero, times_cos(kInf), times_sin(kInf)},
      {minus_inf, plus_inf, -1, any_sign(0)},
      {plus_inf, plus_inf, any_sign(kInf), kNaN},
      {minus_inf, nan, -1, any_sign(0)},
      {plus_inf, nan, any_sign(kInf), kNaN},
      {nan, plus_zero, kNaN, 0.0},
      {nan, nonzero_or_nan, kNaN, kNaN}}},
    {"log",
     log,
     {{minus_zero, plus_zero, -kInf, kPi},
      {plus_zero, plus_zero, -kInf, 0.0},
      {finite, plus_inf, kInf, kPi / 2},
      {finite, nan, kNaN, kNaN},
      {minus_inf, positive_finite, kInf, kPi},
      {plus_inf, positive_finite, kInf, 0.0},
      {minus_inf, plus_inf, kInf, 3 * kPi / 4},
      {plus_inf, plus_inf, kInf, kPi / 4},
      {infinite, nan, kInf, kNaN},
      {nan, finite, kNaN, kNaN},
      {nan, plus_inf, kInf, kNaN},
      {nan, nan, kNaN, kNaN}}},
    {"log1p",
     log1p,
     {{minus_one, plus_zero, -kInf, 0.0},
      {finite, plus_inf, kInf, kPi / 2},
      {finite, nan, kNaN, kNaN},
      {minus_inf, positive_finite, kInf, kPi},
      {plus_inf, positive_finite, kInf, 0.0},
      {minus_inf, plus_inf, kInf, 3 * kPi / 4},
      {plus_inf, plus_inf, kInf, kPi / 4},
      {infinite, nan, kInf, kNaN},
      {nan, finite, kNaN, kNaN},
      {nan, plus_inf, kInf, kNaN},
      {nan, nan, kNaN, kNaN}}},
    {"sinh",
     sinh,
     {{plus_zero, plus_zero, 0.0, 0.0},
      {plus_zero, plus_inf, any_sign(0), kNaN},
      {plus_zero, nan, any_sign(0), kNaN},
      {positive_finite, plus_inf, kNaN, kNaN},
      {positive_finite, nan, kNaN, kNaN},
      {plus_inf, plus_zero, kInf, 0.0},
      {plus_inf, positive_finite, times_cos(kInf), times_sin(kInf)},
      {plus_inf, plus_inf, any_sign(kInf), kNaN},
      {plus_inf, nan, any_sign(kInf), kNaN},
      {nan, plus_zero, kNaN, 0.0},
      {nan, nonzero, kNaN, kNaN},
      {nan, nan, kNaN, kNaN}}},
    {"sqrt",
     sqrt,
     {{zero, plus_zero, 0.0, 0.0},
      {anything, plus_inf, kInf, kInf},
      {finite, nan, kNaN, kNaN},
      {minus_inf, positive_finite, 0.0, kInf},
      {plus_inf, positive_finite, kInf, 0.0},
      {minus_inf, nan, kNaN, any_sign(kInf)},
      {plus_inf, nan, kInf, kNaN},
      {nan, finite_or_nan, kNaN, kNaN}}},
    {"tanh",
     tanh,
     {{plus_zero, plus_zero, 0.0, 0.0},
      {nonzero, plus_inf, kNaN, kNaN},
      {plus_zero, plus_inf, 0.0, kNaN},
      {nonzero, nan, kNaN, kNaN},
      {plus_zero, nan, 0.0, kNaN},
      {plus_inf, positive_finite, 1, 0.0},
      {plus_inf, plus_inf, 1, any_sign(0)},
      {plus_inf, nan, 1, any_sign(0)},
      {nan, plus_zero, kNaN, 0.0},
      {nan, nonzero, kNaN, kNaN},
      {nan, plus_inf, kNaN, kNaN},
      {nan, nan, kNaN, kNaN}}},
};

template <class R>
class ComplexSpecialCases : public OnReference {
 protected:
  // What approximates a multiple of pi: a few roundings.
  static constexpr double kTolerance = 4 * std::numeric_limits<R>::epsilon();

  static Array scalar(R a, R b) { return Array::scalar(std::complex<R>(a, b)); }

  /// a + ib of all numbers of two sets.
  static Array pairs(Set in_a, Set in_b) {
    std::vector<std::complex<R>> z;
    for (const R a : members<R>(in_a)) {
      for (const R b : members<R>(in_b)) z.emplace_back(a, b);
    }
    return Array::from(z);
  }

  static Array everything() { return pairs(anything, anything); }

  /// Expects test(z, f(z)) of every element.
  template <class Test>
  static void for_all(const Array& z, const Array& f, Test test) {
    const std::vector<Wide> in = values_of(z), out = values_of(f);
    for (std::size_t i = 0; i < in.size(); ++i) {
      EXPECT_TRUE(
          test(static_cast<std::complex<double>>(in[i]), static_cast<std::complex<double>>(out[i])))
          << "at " << in[i] << ": " << out[i];
    }
  }
};

using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(ComplexSpecialCases, Precisions);

TYPED_TEST(ComplexSpecialCases, Functions) {
  for (const ComplexCases& function : kFunctions) {
    for (std::size_t i = 0; i < function.cases.size(); ++i) {
      const auto& [in_a, in_b, real, imag] = function.cases[i];
      SCOPED_TRACE(testing::Message() << function.name << ", case " << i);
      const Array z = this->pairs(in_a, in_b);
      const auto holds = [&, re = real, im = imag](C128 x, C128 y) {
        return satisfies(y.real(), re, x.real(), x.imag(), this->kTolerance) &&
               satisfies(y.imag(), im, x.real(), x.imag(), this->kTolerance);
      };
      this->for_all(z, function.function(z), holds);
      // The lower half plane mirrors the upper one.
      this->for_all(z, conj(function.function(conj(z))), holds);
    }
  }
}

TYPED_TEST(ComplexSpecialCases, CircularFunctionsAreTurnedHyperbolicOnes) {
  const Array z = this->everything();
  std::vector<std::complex<TypeParam>> turned;
  for (const auto x : z.template span<std::complex<TypeParam>>()) {
    turned.emplace_back(-x.imag(), x.real());
  }
  const Array iz = Array::from(turned);
  const auto minus_i_times = [](const Array& w) {
    std::vector<std::complex<TypeParam>> result;
    for (const auto x : w.template span<std::complex<TypeParam>>()) {
      result.emplace_back(x.imag(), -x.real());
    }
    return Array::from(result);
  };
  EXPECT_TRUE(same_numbers(sin(z), minus_i_times(sinh(iz))));
  EXPECT_TRUE(same_numbers(tan(z), minus_i_times(tanh(iz))));
  EXPECT_TRUE(same_numbers(asin(z), minus_i_times(asinh(iz))));
  EXPECT_TRUE(same_numbers(atan(z), minus_i_times(atanh(iz))));
  EXPECT_TRUE(same_numbers(cos(z), cosh(iz)));
}

TYPED_TEST(ComplexSpecialCases, TheLowerHalfPlaneMirrorsTheUpperOne) {
  const Array z = this->pairs(finite, finite);
  for (const auto& [name, function, cases] : kFunctions) {
    EXPECT_TRUE(same_numbers(function(conj(z)), conj(function(z)))) << name;
  }
  for (const Unary function : {asin, atan, log2, log10}) {
    EXPECT_TRUE(same_numbers(function(conj(z)), conj(function(z))));
  }
}

TYPED_TEST(ComplexSpecialCases, HyperbolicFunctionsAreOddOrEven) {
  const Array z = this->pairs(finite, finite), minus_z = negative(z);
  EXPECT_TRUE(same_numbers(sinh(minus_z), negative(sinh(z))));
  EXPECT_TRUE(same_numbers(tanh(minus_z), negative(tanh(z))));
  EXPECT_TRUE(same_numbers(asinh(minus_z), negative(asinh(z))));
  EXPECT_TRUE(same_numbers(atanh(minus_z), negative(atanh(z))));
  EXPECT_TRUE(same_numbers(cosh(minus_z), cosh(z)));
}

TYPED_TEST(ComplexSpecialCases, LogarithmsToOtherBasesAreScaledOnes) {
  const Array z = this->everything();
  for (const auto& [other, base] : {std::pair{log2(z), 2.0}, {log10(z), 10.0}}) {
    const Array log_base = Array::scalar(static_cast<TypeParam>(std::log(base)));
    EXPECT_TRUE(same_numbers(real(other), divide(real(log(z)), log_base)));
    EXPECT_TRUE(same_numbers(imag(other), divide(imag(log(z)), log_base)));
  }
}

TYPED_TEST(ComplexSpecialCases, SumsTakeThePartsAlone) {
  for (const Array& z : {this->pairs(anything, one), this->pairs(one, anything)}) {
    const Array w = z.expand_dims(1);
    EXPECT_TRUE(same_numbers(real(add(z, w)), add(real(z), real(w))));
    EXPECT_TRUE(same_numbers(imag(add(z, w)), add(imag(z), imag(w))));
    EXPECT_TRUE(same_numbers(real(subtract(z, w)), subtract(real(z), real(w))));
    EXPECT_TRUE(same_numbers(imag(subtract(z, w)), subtract(imag(z), imag(w))));
  }
}

TYPED_TEST(ComplexSpecialCases, RoundingAndNegationTakeThePartsAlone) {
  const Array z = this->everything();
  for (const Unary function : {round, negative}) {
    EXPECT_TRUE(same_numbers(real(function(z)), function(real(z))));
    EXPECT_TRUE(same_numbers(imag(function(z)), function(imag(z))));
  }
}

TYPED_TEST(ComplexSpecialCases, ComparisonsTakeBothParts) {
  const Array z = this->everything(), w = z.expand_dims(1);
  EXPECT_TRUE(
      same_bits(equal(z, w), logical_and(equal(real(z), real(w)), equal(imag(z), imag(w)))));
  EXPECT_TRUE(same_bits(not_equal(z, w),
                        logical_or(not_equal(real(z), real(w)), not_equal(imag(z), imag(w)))));
}

TYPED_TEST(ComplexSpecialCases, Predicates) {
  const Array z = this->everything(), a = real(z), b = imag(z);
  EXPECT_TRUE(same_bits(isfinite(z), logical_and(isfinite(a), isfinite(b))));
  EXPECT_TRUE(same_bits(isinf(z), logical_or(isinf(a), isinf(b))));
  EXPECT_TRUE(same_bits(isnan(z), logical_or(isnan(a), isnan(b))));
}

TYPED_TEST(ComplexSpecialCases, AbsoluteValue) {
  const Array z = this->everything();
  EXPECT_TRUE(same_numbers(abs(z), hypot(real(z), imag(z))));
}

TYPED_TEST(ComplexSpecialCases, Sign) {
  const auto both = [](double re, double im) {
    return [=](C128, C128 y) { return same_number(y.real(), re) && same_number(y.imag(), im); };
  };
  const auto expect = [&](Set a, Set b, auto test) {
    const Array z = this->pairs(a, b);
    this->for_all(z, sign(z), test);
  };
  expect(zero, zero, both(0, 0));
  expect(nan, anything, both(kNaN, kNaN));
  expect(anything, nan, both(kNaN, kNaN));
  // In the remaining cases the quotient by the absolute value.
  const auto unit = [&](C128 x, C128 y) {
    const double size = std::hypot(y.real(), y.imag());
    return std::abs(size - 1) <= this->kTolerance &&
           std::signbit(x.real()) == std::signbit(y.real()) &&
           std::signbit(x.imag()) == std::signbit(y.imag());
  };
  expect(nonzero, finite, unit);
  expect(finite, nonzero, unit);
}

TYPED_TEST(ComplexSpecialCases, ProductsQuotientsAndPowers) {
  const Array nothing = this->scalar(kNaN, kNaN);
  EXPECT_TRUE(same_numbers(multiply(nothing, nothing), nothing));
  EXPECT_TRUE(same_numbers(divide(nothing, nothing), nothing));
  const Array z = this->everything();
  EXPECT_TRUE(same_numbers(square(z), multiply(z, z)));
  EXPECT_TRUE(same_numbers(reciprocal(z), divide(this->scalar(1, 0), z)));
  // More careful than exp(0 * log(z)) at the points where the logarithm is not finite.
  this->for_all(z, power(z, this->scalar(0, 0)), [](C128, C128 y) { return y == C128(1, 0); });
  this->for_all(z, power(z, this->scalar(2, 1)), [](C128 x, C128 y) {
    return !std::isnan(x.real()) || std::isinf(x.imag()) || std::isnan(y.real());
  });
}

}  // namespace
}  // namespace loom::test
