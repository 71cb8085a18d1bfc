#pragma once

#include <algorithm>
#include <cmath>
#include <complex>

#include "loom/support/scalar.h"

// Functions of complex numbers where the standard library has none, loses digits, or is not what
// the Array API standard asks at zeros, infinities and NaN. The others come from std, whose special
// cases are those of C's Annex G.
namespace loom::scalar {

/// One precision up, for sums whose terms may cancel.
template <Real R>
using wider_t = std::conditional_t<std::is_same_v<R, float>, double, long double>;

/// exp(x + iy) - 1 = (expm1(x) cos y - 2 sin^2(y/2)) + i exp(x) sin y, which loses nothing where
/// the result is small; away from 0 exp knows its own limits.
template <Real R>
std::complex<R> complex_expm1(std::complex<R> z) {
  using Wide = wider_t<R>;
  const Wide x = z.real(), y = z.imag();
  if (!(std::abs(x) <= 1)) return std::complex<R>(std::exp(std::complex<Wide>(x, y)) - Wide(1));
  const Wide half_sine = std::sin(y / 2);
  const auto real = static_cast<R>(std::expm1(x) * std::cos(y) - 2 * half_sine * half_sine);
  // The standard has no -0 at -0.
  return {real == 0 ? R(0) : real, static_cast<R>(std::exp(x) * std::sin(y))};
}

/// log(1 + x + iy) = log1p(x (2 + x) + y^2) / 2 + i atan2(y, 1 + x); away from 0 nothing is lost by
/// adding 1 first.
template <Real R>
std::complex<R> complex_log1p(std::complex<R> z) {
  using Wide = wider_t<R>;
  const Wide x = z.real(), y = z.imag();
  if (!(std::max(std::abs(x), std::abs(y)) <= Wide(0.5))) {
    return std::complex<R>(std::log(std::complex<Wide>(1 + x, y)));
  }
  const auto excess = static_cast<R>(x * (2 + x) + y * y);
  return {std::log1p(excess) / 2, std::atan2(z.imag(), 1 + z.real())};
}

/// At infinity exactly +-1 with a zero of the sign of y, where C has the sign of sin(2y).
template <Real R>
std::complex<R> complex_tanh(std::complex<R> z) {
  if (std::isinf(z.real())) {
    return {std::copysign(R(1), z.real()), std::copysign(R(0), z.imag())};
  }
  return std::tanh(z);
}

/// Odd to the last bit, which std::atanh is not.
template <Real R>
std::complex<R> complex_atanh(std::complex<R> z) {
  const std::complex<R> right = std::atanh(std::complex<R>(std::abs(z.real()), z.imag()));
  return {std::copysign(right.real(), z.real()), right.imag()};
}

/// i z.
template <Real R>
std::complex<R> turned(std::complex<R> z) {
  return {-z.imag(), z.real()};
}

/// -i z.
template <Real R>
std::complex<R> turned_back(std::complex<R> z) {
  return {z.imag(), -z.real()};
}

// The circular functions by the hyperbolic ones, which is how their special cases are defined.

template <Real R>
std::complex<R> complex_sin(std::complex<R> z) {
  return turned_back(std::sinh(turned(z)));
}

template <Real R>
std::complex<R> complex_cos(std::complex<R> z) {
  return std::cosh(turned(z));
}

template <Real R>
std::complex<R> complex_tan(std::complex<R> z) {
  return turned_back(complex_tanh(turned(z)));
}

template <Real R>
std::complex<R> complex_asin(std::complex<R> z) {
  return turned_back(std::asinh(turned(z)));
}

template <Real R>
std::complex<R> complex_atan(std::complex<R> z) {
  return turned_back(complex_atanh(turned(z)));
}

}  // namespace loom::scalar
