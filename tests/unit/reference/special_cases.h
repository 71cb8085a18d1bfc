#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "kernels.h"

// The language in which the special cases of the Array API standard are written down: sets of
// numbers, and what is wanted of a function there.
namespace loom::test {

/// Numbers of every sort that the standard tells apart, in the precision R.
template <class R>
std::vector<R> all_sorts() {
  using Limits = std::numeric_limits<R>;
  std::vector<R> sorts;
  for (const R x : {R(0), Limits::denorm_min(), Limits::min(), R(1e-10), R(0.25), R(0.5), R(0.9),
                    R(1), R(1.1), R(1.5), R(2), R(2.5), R(3), R(7), R(1e6), R(1e30), Limits::max(),
                    Limits::infinity(), Limits::quiet_NaN()}) {
    sorts.push_back(x);
    sorts.push_back(-x);
  }
  return sorts;
}

using Set = bool (*)(double);

inline bool anything(double) { return true; }
inline bool nan(double x) { return std::isnan(x); }
inline bool number(double x) { return !std::isnan(x); }
inline bool finite(double x) { return std::isfinite(x); }
inline bool finite_or_nan(double x) { return !std::isinf(x); }
inline bool infinite(double x) { return std::isinf(x); }
inline bool plus_inf(double x) { return x == kInf; }
inline bool minus_inf(double x) { return x == -kInf; }
inline bool zero(double x) { return x == 0; }
inline bool plus_zero(double x) { return x == 0 && !std::signbit(x); }
inline bool minus_zero(double x) { return x == 0 && std::signbit(x); }
inline bool nonzero(double x) { return std::isfinite(x) && x != 0; }
inline bool nonzero_or_nan(double x) { return x != 0; }
inline bool positive_finite(double x) { return std::isfinite(x) && x > 0; }
inline bool negative_finite(double x) { return std::isfinite(x) && x < 0; }
inline bool above_zero(double x) { return x > 0; }
inline bool below_zero(double x) { return x < 0; }
inline bool with_plus(double x) { return !std::isnan(x) && !std::signbit(x); }
inline bool with_minus(double x) { return !std::isnan(x) && std::signbit(x); }
inline bool one(double x) { return x == 1; }
inline bool minus_one(double x) { return x == -1; }
inline bool plus_or_minus_one(double x) { return std::abs(x) == 1; }
inline bool not_one(double x) { return x != 1; }
inline bool above_one(double x) { return x > 1; }
inline bool below_one(double x) { return x < 1; }
inline bool below_minus_one(double x) { return x < -1; }
inline bool outside_one(double x) { return std::abs(x) > 1; }
inline bool inside_one(double x) { return std::abs(x) < 1; }
inline bool whole(double x) { return x == std::trunc(x); }
inline bool fraction(double x) { return std::isfinite(x) && x != std::trunc(x); }
inline bool odd(double x) { return std::fmod(std::abs(x), 2) == 1; }
inline bool odd_above_zero(double x) { return x > 0 && odd(x); }
inline bool odd_below_zero(double x) { return x < 0 && odd(x); }
inline bool not_odd_above_zero(double x) { return x > 0 && !odd(x); }
inline bool not_odd_below_zero(double x) { return x < 0 && !odd(x); }

/// The result that a case asks for, by the two numbers that the case is about: the operands of a
/// function of two real numbers, or the parts of a complex one.
struct Want {
  enum class Kind { value, any_sign, first, second, abs_first, abs_second, plus, minus, cos, sin };

  // NOLINTNEXTLINE(google-explicit-constructor): so that tables can say the number
  Want(double v, Kind k = Kind::value) : value(v), kind(k) {}

  double of(double a, double b) const {
    switch (kind) {
      case Kind::first:
        return a;
      case Kind::second:
        return b;
      case Kind::abs_first:
        return std::abs(a);
      case Kind::abs_second:
        return std::abs(b);
      case Kind::cos:
        return std::copysign(value, std::cos(b));
      case Kind::sin:
        return std::copysign(value, std::sin(b));
      default:
        return value;
    }
  }

  double value;
  Kind kind;
};

inline const Want kFirst{0, Want::Kind::first}, kSecond{0, Want::Kind::second},
    kAbsFirst{0, Want::Kind::abs_first}, kAbsSecond{0, Want::Kind::abs_second},
    kPlus{0, Want::Kind::plus}, kMinus{0, Want::Kind::minus};

/// A number whose sign the standard leaves open.
inline Want any_sign(double value) { return {value, Want::Kind::any_sign}; }
/// Zero or infinity times cos(b) or sin(b).
inline Want times_cos(double value) { return {value, Want::Kind::cos}; }
inline Want times_sin(double value) { return {value, Want::Kind::sin}; }

/// Whether `got` is what a case asks for. Zeros must have the right sign; other finite numbers are
/// approximations to multiples of pi, within `tolerance` of their size.
inline bool satisfies(double got, const Want& want, double a, double b, double tolerance) {
  if (want.kind == Want::Kind::plus) return std::isnan(got) || !std::signbit(got);
  if (want.kind == Want::Kind::minus) return std::isnan(got) || std::signbit(got);
  if (want.kind == Want::Kind::any_sign) got = std::abs(got);
  const double expected = want.of(a, b);
  if (std::isnan(expected)) return std::isnan(got);
  if (expected == 0) return got == 0 && std::signbit(got) == std::signbit(expected);
  return got == expected || std::abs(got - expected) <= tolerance * std::abs(expected);
}

/// Elements of `all` that belong to a set.
template <class R>
std::vector<R> members(Set set) {
  std::vector<R> result;
  for (const R x : all_sorts<R>()) {
    if (set(x)) result.push_back(x);
  }
  EXPECT_FALSE(result.empty()) << "a case about no number";
  return result;
}

/// Whether two numbers have the same bits but for those of NaN.
inline bool same_number(long double a, long double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b && std::signbit(a) == std::signbit(b);
}

/// The same of all elements, and both parts of complex ones.
inline bool same_numbers(const Array& a, const Array& b) {
  const std::vector<Wide> x = values_of(a), y = values_of(b);
  return a.dtype() == b.dtype() && a.shape() == b.shape() &&
         std::equal(x.begin(), x.end(), y.begin(), [](Wide p, Wide q) {
           return same_number(p.real(), q.real()) && same_number(p.imag(), q.imag());
         });
}

using Unary = Array (*)(const Array&);
using Binary = Array (*)(const Array&, const Array&);

}  // namespace loom::test
