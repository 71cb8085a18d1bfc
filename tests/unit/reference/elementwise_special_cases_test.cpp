#include <numbers>

#include "loom/ops/elementwise.h"
#include "special_cases.h"

// The special cases of the Array API standard for real numbers, each of them, in both precisions.
namespace loom::test {
namespace {

constexpr double kPi = std::numbers::pi;

struct UnaryCases {
  std::string_view name;
  Unary function;
  struct Case {
    Set x;
    Want want;
  };
  std::vector<Case> cases;
};

const UnaryCases kUnary[] = {
    {"abs", abs, {{nan, kNaN}, {minus_zero, 0.0}, {minus_inf, kInf}}},
    {"acos", acos, {{nan, kNaN}, {above_one, kNaN}, {below_minus_one, kNaN}, {one, 0.0}}},
    {"acosh", acosh, {{nan, kNaN}, {below_one, kNaN}, {one, 0.0}, {plus_inf, kInf}}},
    {"asin", asin, {{nan, kNaN}, {above_one, kNaN}, {below_minus_one, kNaN}, {zero, kFirst}}},
    {"asinh", asinh, {{nan, kNaN}, {zero, kFirst}, {infinite, kFirst}}},
    {"atan", atan, {{nan, kNaN}, {zero, kFirst}, {plus_inf, kPi / 2}, {minus_inf, -kPi / 2}}},
    {"atanh",
     atanh,
     {{nan, kNaN},
      {below_minus_one, kNaN},
      {above_one, kNaN},
      {minus_one, -kInf},
      {one, kInf},
      {zero, kFirst}}},
    {"ceil", ceil, {{whole, kFirst}, {nan, kNaN}}},
    {"cos", cos, {{nan, kNaN}, {zero, 1}, {infinite, kNaN}}},
    {"cosh", cosh, {{nan, kNaN}, {zero, 1}, {infinite, kInf}}},
    {"exp", exp, {{nan, kNaN}, {zero, 1}, {plus_inf, kInf}, {minus_inf, 0.0}}},
    {"expm1", expm1, {{nan, kNaN}, {zero, kFirst}, {plus_inf, kInf}, {minus_inf, -1}}},
    {"floor", floor, {{whole, kFirst}, {nan, kNaN}}},
    {"isfinite", isfinite, {{infinite, false}, {nan, false}, {finite, true}}},
    {"isinf", isinf, {{infinite, true}, {finite_or_nan, false}}},
    {"isnan", isnan, {{nan, true}, {number, false}}},
    {"log", log, {{nan, kNaN}, {below_zero, kNaN}, {zero, -kInf}, {one, 0.0}, {plus_inf, kInf}}},
    {"log1p",
     log1p,
     {{nan, kNaN}, {below_minus_one, kNaN}, {minus_one, -kInf}, {zero, kFirst}, {plus_inf, kInf}}},
    {"log2", log2, {{nan, kNaN}, {below_zero, kNaN}, {zero, -kInf}, {one, 0.0}, {plus_inf, kInf}}},
    {"log10",
     log10,
     {{nan, kNaN}, {below_zero, kNaN}, {zero, -kInf}, {one, 0.0}, {plus_inf, kInf}}},
    {"reciprocal",
     reciprocal,
     {{nan, kNaN},
      {plus_zero, kInf},
      {minus_zero, -kInf},
      {plus_inf, 0.0},
      {minus_inf, -0.0},
      {positive_finite, kPlus},
      {negative_finite, kMinus}}},
    {"round", round, {{whole, kFirst}, {nan, kNaN}}},
    {"sign", sign, {{below_zero, -1}, {zero, 0.0}, {above_zero, 1}, {nan, kNaN}}},
    {"signbit", signbit, {{with_plus, false}, {with_minus, true}}},
    {"sin", sin, {{nan, kNaN}, {zero, kFirst}, {infinite, kNaN}}},
    {"sinh", sinh, {{nan, kNaN}, {zero, kFirst}, {infinite, kFirst}}},
    {"sqrt", sqrt, {{nan, kNaN}, {below_zero, kNaN}, {zero, kFirst}, {plus_inf, kInf}}},
    {"square", square, {{nan, kNaN}, {zero, 0.0}, {infinite, kInf}, {number, kPlus}}},
    {"tan", tan, {{nan, kNaN}, {zero, kFirst}, {infinite, kNaN}}},
    {"tanh", tanh, {{nan, kNaN}, {zero, kFirst}, {plus_inf, 1}, {minus_inf, -1}}},
    {"trunc", trunc, {{whole, kFirst}, {nan, kNaN}}},
};

struct BinaryCases {
  std::string_view name;
  Binary function;
  struct Case {
    Set a, b;
    Want want;
  };
  std::vector<Case> cases;
};

const BinaryCases kArithmetic[] = {
    {"add",
     add,
     {{nan, anything, kNaN},
      {anything, nan, kNaN},
      {plus_inf, minus_inf, kNaN},
      {minus_inf, plus_inf, kNaN},
      {plus_inf, plus_inf, kInf},
      {minus_inf, minus_inf, -kInf},
      {infinite, finite, kFirst},
      {finite, infinite, kSecond},
      {minus_zero, minus_zero, -0.0},
      {minus_zero, plus_zero, 0.0},
      {plus_zero, minus_zero, 0.0},
      {plus_zero, plus_zero, 0.0},
      {zero, nonzero, kSecond},
      {nonzero, zero, kFirst}}},
    {"divide",
     divide,
     {{nan, anything, kNaN},
      {anything, nan, kNaN},
      {infinite, infinite, kNaN},
      {zero, zero, kNaN},
      {plus_zero, above_zero, 0.0},
      {minus_zero, above_zero, -0.0},
      {plus_zero, below_zero, -0.0},
      {minus_zero, below_zero, 0.0},
      {above_zero, plus_zero, kInf},
      {above_zero, minus_zero, -kInf},
      {below_zero, plus_zero, -kInf},
      {below_zero, minus_zero, kInf},
      {plus_inf, positive_finite, kInf},
      {plus_inf, negative_finite, -kInf},
      {minus_inf, positive_finite, -kInf},
      {minus_inf, negative_finite, kInf},
      {positive_finite, plus_inf, 0.0},
      {positive_finite, minus_inf, -0.0},
      {negative_finite, plus_inf, -0.0},
      {negative_finite, minus_inf, 0.0},
      {positive_finite, positive_finite, kPlus},
      {negative_finite, negative_finite, kPlus},
      {positive_finite, negative_finite, kMinus},
      {negative_finite, positive_finite, kMinus}}},
    {"floor_divide",
     floor_divide,
     {{nan, anything, kNaN},
      {anything, nan, kNaN},
      {infinite, infinite, kNaN},
      {zero, zero, kNaN},
      {plus_zero, above_zero, 0.0},
      {minus_zero, above_zero, -0.0},
      {plus_zero, below_zero, -0.0},
      {minus_zero, below_zero, 0.0},
      {above_zero, plus_zero, kInf},
      {above_zero, minus_zero, -kInf},
      {below_zero, plus_zero, -kInf},
      {below_zero, minus_zero, kInf},
      {plus_inf, positive_finite, kInf},
      {plus_inf, negative_finite, -kInf},
      {minus_inf, positive_finite, -kInf},
      {minus_inf, negative_finite, kInf},
      {positive_finite, plus_inf, 0.0},
      {positive_finite, minus_inf, -0.0},
      {negative_finite, plus_inf, -0.0},
      {negative_finite, minus_inf, 0.0},
      {positive_finite, positive_finite, kPlus},
      {negative_finite, negative_finite, kPlus},
      {positive_finite, negative_finite, kMinus},
      {negative_finite, positive_finite, kMinus}}},
    {"multiply",
     multiply,
     {{nan, anything, kNaN},
      {anything, nan, kNaN},
      {infinite, zero, kNaN},
      {zero, infinite, kNaN},
      {with_plus, with_plus, kPlus},
      {with_minus, with_minus, kPlus},
      {with_plus, with_minus, kMinus},
      {with_minus, with_plus, kMinus},
      {infinite, infinite, any_sign(kInf)},
      {infinite, nonzero, any_sign(kInf)},
      {nonzero, infinite, any_sign(kInf)}}},
    {"remainder",
     remainder,
     {{nan, anything, kNaN},
      {anything, nan, kNaN},
      {infinite, infinite, kNaN},
      {zero, zero, kNaN},
      {zero, above_zero, 0.0},
      {zero, below_zero, -0.0},
      {above_zero, zero, kNaN},
      {below_zero, zero, kNaN},
      {infinite, nonzero, kNaN},
      {positive_finite, plus_inf, kFirst},
      {positive_finite, minus_inf, kSecond},
      {negative_finite, plus_inf, kSecond},
      {negative_finite, minus_inf, kFirst}}},
};

const BinaryCases kFunctions[] = {
    {"atan2",
     atan2,
     {{nan, anything, kNaN},
      {anything, nan, kNaN},
      {above_zero, zero, kPi / 2},
      {plus_zero, above_zero, 0.0},
      {plus_zero, plus_zero, 0.0},
      {plus_zero, minus_zero, kPi},
      {plus_zero, below_zero, kPi},
      {minus_zero, above_zero, -0.0},
      {minus_zero, plus_zero, -0.0},
      {minus_zero, minus_zero, -kPi},
      {minus_zero, below_zero, -kPi},
      {below_zero, zero, -kPi / 2},
      {positive_finite, plus_inf, 0.0},
      {positive_finite, minus_inf, kPi},
      {negative_finite, plus_inf, -0.0},
      {negative_finite, minus_inf, -kPi},
      {plus_inf, finite, kPi / 2},
      {minus_inf, finite, -kPi / 2},
      {plus_inf, plus_inf, kPi / 4},
      {plus_inf, minus_inf, 3 * kPi / 4},
      {minus_inf, plus_inf, -kPi / 4},
      {minus_inf, minus_inf, -3 * kPi / 4}}},
    {"copysign",
     copysign,
     {{number, with_minus, kMinus},
      {number, with_plus, kPlus},
      {with_plus, with_plus, kFirst},
      {with_minus, with_minus, kFirst},
      {with_minus, with_plus, kAbsFirst},
      {nan, anything, kNaN}}},
    {"hypot",
     hypot,
     {{infinite, anything, kInf},
      {anything, infinite, kInf},
      {zero, anything, kAbsSecond},
      {anything, zero, kAbsFirst},
      {finite_or_nan, nan, kNaN},
      {nan, finite_or_nan, kNaN}}},
    {"logaddexp",
     logaddexp,
     {{nan, anything, kNaN},
      {anything, nan, kNaN},
      {plus_inf, number, kInf},
      {number, plus_inf, kInf},
      {minus_inf, nonzero, kSecond},
      {nonzero, minus_inf, kFirst}}},
    {"maximum", maximum, {{nan, anything, kNaN}, {anything, nan, kNaN}}},
    {"minimum", minimum, {{nan, anything, kNaN}, {anything, nan, kNaN}}},
    {"nextafter",
     nextafter,
     {{nan, anything, kNaN},
      {anything, nan, kNaN},
      {minus_zero, plus_zero, 0.0},
      {plus_zero, minus_zero, -0.0}}},
    {"power",
     power,
     {{not_one, nan, kNaN},
      {anything, zero, 1},
      {nan, nonzero_or_nan, kNaN},
      {outside_one, plus_inf, kInf},
      {outside_one, minus_inf, 0.0},
      {plus_or_minus_one, infinite, 1},
      {one, number, 1},
      {inside_one, plus_inf, 0.0},
      {inside_one, minus_inf, kInf},
      {plus_inf, above_zero, kInf},
      {plus_inf, below_zero, 0.0},
      {minus_inf, odd_above_zero, -kInf},
      {minus_inf, not_odd_above_zero, kInf},
      {minus_inf, odd_below_zero, -0.0},
      {minus_inf, not_odd_below_zero, 0.0},
      {plus_zero, above_zero, 0.0},
      {plus_zero, below_zero, kInf},
      {minus_zero, odd_above_zero, -0.0},
      {minus_zero, not_odd_above_zero, 0.0},
      {minus_zero, odd_below_zero, -kInf},
      {minus_zero, not_odd_below_zero, kInf},
      {negative_finite, fraction, kNaN}}},
};

const BinaryCases kComparisons[] = {
    {"equal",
     equal,
     {{nan, anything, false},
      {anything, nan, false},
      {plus_inf, plus_inf, true},
      {minus_inf, minus_inf, true},
      {plus_inf, minus_inf, false},
      {zero, zero, true},
      {infinite, finite, false},
      {positive_finite, negative_finite, false},
      {one, one, true}}},
    {"not_equal",
     not_equal,
     {{nan, anything, true},
      {anything, nan, true},
      {plus_inf, minus_inf, true},
      {minus_inf, plus_inf, true},
      {plus_inf, plus_inf, false},
      {zero, zero, false},
      {positive_finite, negative_finite, true},
      {one, one, false}}},
    {"less", less, {{nan, anything, false}, {anything, nan, false}, {zero, zero, false}}},
    {"less_equal",
     less_equal,
     {{nan, anything, false}, {anything, nan, false}, {zero, zero, true}}},
    {"greater", greater, {{nan, anything, false}, {anything, nan, false}, {zero, zero, false}}},
    {"greater_equal",
     greater_equal,
     {{nan, anything, false}, {anything, nan, false}, {zero, zero, true}}},
};

template <class R>
class SpecialCases : public OnReference {
 protected:
  // What approximates a multiple of pi: two roundings, that of pi and that of the result.
  static constexpr double kTolerance = 2 * std::numeric_limits<R>::epsilon();

  static std::vector<double> results(const Array& a) {
    std::vector<double> values;
    for (const Wide& value : values_of(a)) values.push_back(static_cast<double>(value.real()));
    return values;
  }

  static void expect_cases(const BinaryCases& cases) {
    for (std::size_t i = 0; i < cases.cases.size(); ++i) {
      const auto& [in_a, in_b, want] = cases.cases[i];
      const std::vector<R> as = members<R>(in_a), bs = members<R>(in_b);
      const auto column = Dims{static_cast<std::int64_t>(as.size()), 1};
      const std::vector<double> got = results(cases.function(Array::from(as, column),  //
                                                             Array::from(bs)));
      std::size_t next = 0;
      for (const R a : as) {
        for (const R b : bs) {
          EXPECT_TRUE(satisfies(got[next], want, a, b, kTolerance))
              << cases.name << "(" << a << ", " << b << ") = " << got[next] << ", case " << i;
          ++next;
        }
      }
    }
  }
};

using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(SpecialCases, Precisions);

TYPED_TEST(SpecialCases, FunctionsOfOneNumber) {
  for (const UnaryCases& function : kUnary) {
    for (std::size_t i = 0; i < function.cases.size(); ++i) {
      const auto& [in, want] = function.cases[i];
      const std::vector<TypeParam> xs = members<TypeParam>(in);
      const std::vector<double> got = this->results(function.function(Array::from(xs)));
      for (std::size_t k = 0; k < xs.size(); ++k) {
        EXPECT_TRUE(satisfies(got[k], want, xs[k], 0, this->kTolerance))
            << function.name << "(" << xs[k] << ") = " << got[k] << ", case " << i;
      }
    }
  }
}

TYPED_TEST(SpecialCases, Arithmetic) {
  for (const BinaryCases& cases : kArithmetic) this->expect_cases(cases);
}

TYPED_TEST(SpecialCases, FunctionsOfTwoNumbers) {
  for (const BinaryCases& cases : kFunctions) this->expect_cases(cases);
}

TYPED_TEST(SpecialCases, Comparisons) {
  for (const BinaryCases& cases : kComparisons) this->expect_cases(cases);
}

TYPED_TEST(SpecialCases, SubtractionIsAdditionOfTheNegative) {
  const Array a = Array::from(all_sorts<TypeParam>());
  const Array column = a.expand_dims(1);
  // 0 - 0 and x - x among the pairs: the zero that they leave is +0.
  EXPECT_TRUE(same_numbers(subtract(column, a), add(column, negative(a))));
}

TYPED_TEST(SpecialCases, HypotIsEvenAndSymmetric) {
  const Array b = Array::from(all_sorts<TypeParam>()), a = b.expand_dims(1);
  const Array expected = hypot(a, b);
  EXPECT_TRUE(same_numbers(hypot(b, a), expected));
  EXPECT_TRUE(same_numbers(hypot(negative(a), b), expected));
  EXPECT_TRUE(same_numbers(hypot(a, negative(b)), expected));
}

TYPED_TEST(SpecialCases, NaNHasASign) {
  using R = TypeParam;
  const R plus = std::copysign(std::numeric_limits<R>::quiet_NaN(), R(1));
  const R minus = std::copysign(plus, R(-1));
  const Array signs = Array::from({R(1), R(0), plus, R(-1), R(-0.0), minus});
  const auto expected = testing::ElementsAre(false, false, false, true, true, true);
  EXPECT_THAT(signbit(signs).template span<bool>(), expected);
  for (const R x : {R(2), R(-2), plus, minus}) {
    EXPECT_THAT(signbit(copysign(Array::scalar(x), signs)).template span<bool>(), expected) << x;
  }
}

TYPED_TEST(SpecialCases, HalvesAreRoundedToEven) {
  const Array halves = Array::from({TypeParam(-2.5), TypeParam(-0.5), TypeParam(0.5),
                                    TypeParam(1.5), TypeParam(2.5), TypeParam(3.5)});
  EXPECT_THAT(this->results(round(halves)), testing::ElementsAre(-2, 0, 0, 2, 2, 4));
}

TYPED_TEST(SpecialCases, ClipKeepsNaN) {
  const auto clipped = [](double x, double low, double high) {
    const auto scalar = [](double v) { return Array::scalar(static_cast<TypeParam>(v)); };
    return clip(scalar(x), scalar(low), scalar(high)).template item<double>();
  };
  EXPECT_TRUE(std::isnan(clipped(kNaN, 0, 1)));
  EXPECT_TRUE(std::isnan(clipped(0.5, kNaN, 1)));
  EXPECT_TRUE(std::isnan(clipped(0.5, 0, kNaN)));
  EXPECT_EQ(clipped(kInf, -kInf, 1), 1);
  EXPECT_EQ(clipped(-kInf, -kInf, 1), -kInf);
}

}  // namespace
}  // namespace loom::test
