#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <numbers>
#include <type_traits>

#include "loom/support/complex_functions.h"
#include "loom/support/error.h"
#include "loom/support/scalar.h"

// What operations on elements are for one element, where that is more than an instruction: what
// the portable kernels are made of, and the vector kernels for the elements that their formulas do
// not cover. Each is a function object that takes the types of number that the operation defines,
// under the name of the operation.
namespace loom::scalar {

/// Several lambdas as one function.
template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

/// Arithmetic modulo 2^64, cut to T: integers wrap around, and no signed operation overflows.
template <Integer T>
T wrapped(std::uint64_t x) {
  return static_cast<T>(x);
}

template <Integer T>
std::uint64_t bits(T x) {
  return static_cast<std::uint64_t>(x);
}

template <Integer T>
T negated(T x) {
  return wrapped<T>(0 - bits(x));
}

template <Integer T>
bool is_minus_one(T x) {
  return std::is_signed_v<T> && x == static_cast<T>(-1);
}

/// Rounded towards minus infinity; 0 where b is 0. The most negative number divided by -1 wraps to
/// itself.
template <Integer T>
T floor_quotient(T a, T b) {
  if (b == 0) return 0;
  if (is_minus_one(b)) return negated(a);
  const auto quotient = static_cast<T>(a / b);
  const bool inexact = quotient * b != a;
  return static_cast<T>(quotient - (inexact && (a < 0) != (b < 0)));
}

/// What `floor_quotient` leaves; 0 where b is 0.
template <Integer T>
T floor_remainder(T a, T b) {
  if (b == 0 || is_minus_one(b)) return 0;
  const auto rest = static_cast<T>(a % b);
  return rest != 0 && (rest < 0) != (b < 0) ? static_cast<T>(rest + b) : rest;
}

/// The exact remainder, moved by b where its sign is not that of b; a zero takes the sign of b.
template <Real T>
T floor_remainder(T a, T b) {
  const T rest = std::fmod(a, b);
  if (rest == 0) return std::copysign(T(0), b);
  return (rest < 0) != (b < 0) ? rest + b : rest;
}

/// The integer nearest to (a - rest) / b, which is one but for rounding. The quotient itself where
/// it is 0 or infinite because an operand is: the Array API takes -1 / inf for -0, Python for -1.
template <Real T>
T floor_quotient(T a, T b) {
  if (b == 0 || std::isinf(a) || std::isinf(b)) return a / b;
  const T rest = std::fmod(a, b);
  T quotient = (a - rest) / b;
  if (rest != 0 && (rest < 0) != (b < 0)) quotient -= 1;
  if (quotient == 0) return std::copysign(T(0), a / b);
  const T below = std::floor(quotient);
  return quotient - below > T(0.5) ? below + 1 : below;
}

/// base^exponent by repeated squaring, in O(log exponent) products.
template <class T>
T repeated_product(T base, std::uint64_t exponent, T (*product)(T, T)) {
  T result = 1;
  for (; exponent != 0; exponent >>= 1) {
    if (exponent & 1) result = product(result, base);
    base = product(base, base);
  }
  return result;
}

/// Throws ValueError.
[[noreturn]] inline void refuse_negative_power() {
  throw ValueError("[power] integers to negative integer powers are not allowed");
}

template <Integer T>
T power_of(T base, T exponent) {
  if (exponent < 0) refuse_negative_power();
  return wrapped<T>(repeated_product<std::uint64_t>(
      bits(base), bits(exponent), [](std::uint64_t a, std::uint64_t b) { return a * b; }));
}

/// exp(b log a), but 0 to a power with positive real part is 0 and anything to the power 0 is 1.
/// Computed one precision up: the logarithm's rounding error grows with |b log a|.
template <Real R>
std::complex<R> power_of(std::complex<R> a, std::complex<R> b) {
  using Wide = std::complex<wider_t<R>>;
  constexpr R kLargestRepeated = 64;
  if (b == R(0)) return 1;
  if (a == R(0)) {
    constexpr R kNaN = std::numeric_limits<R>::quiet_NaN();
    return b.real() > 0 ? std::complex<R>(0) : std::complex<R>(kNaN, kNaN);
  }
  const R n = b.real();
  const bool finite = std::isfinite(a.real()) && std::isfinite(a.imag());
  if (finite && b.imag() == 0 && n == std::trunc(n) && std::abs(n) <= kLargestRepeated) {
    const auto exponent = static_cast<std::uint64_t>(std::abs(n));
    const Wide result = repeated_product<Wide>(Wide(a), exponent, multiply);
    return std::complex<R>(n < 0 ? Wide(1) / result : result);
  }
  return std::complex<R>(std::pow(Wide(a), Wide(b)));
}

/// z / |z|; 0 at 0. At infinity the direction, which is not known where both parts are infinite.
template <Real R>
std::complex<R> direction(std::complex<R> z) {
  constexpr std::complex<R> kUnknown(std::numeric_limits<R>::quiet_NaN(),
                                     std::numeric_limits<R>::quiet_NaN());
  if (z != z) return kUnknown;
  if (z == R(0)) return 0;
  const bool real_infinite = std::isinf(z.real()), imaginary_infinite = std::isinf(z.imag());
  if (real_infinite && imaginary_infinite) return kUnknown;
  if (real_infinite) return {std::copysign(R(1), z.real()), 0};
  if (imaginary_infinite) return {0, std::copysign(R(1), z.imag())};
  // By a power of two, so that |z| neither overflows nor loses bits below the normal range.
  const int exponent = std::ilogb(std::max(std::abs(z.real()), std::abs(z.imag())));
  z = {std::scalbn(z.real(), -exponent), std::scalbn(z.imag(), -exponent)};
  return z / std::hypot(z.real(), z.imag());
}

/// log(exp(a) + exp(b)), relative to the larger. The comparison keeps inf - inf out.
template <Real T>
T log_of_sum(T a, T b) {
  if (a == b) return a + std::numbers::ln2_v<T>;
  return std::fmax(a, b) + std::log1p(std::exp(-std::abs(a - b)));
}

// Numbers and their sizes.

inline constexpr Overloaded abs{[]<Integer T>(T x) { return x < 0 ? negated(x) : x; },
                                []<Real T>(T x) { return std::abs(x); },
                                []<Complex T>(T x) { return std::hypot(x.real(), x.imag()); }};
inline constexpr Overloaded sign{
    []<Integer T>(T x) { return static_cast<T>((x > 0) - (x < 0)); },
    []<Real T>(T x) { return x != x ? x : static_cast<T>((x > 0) - (x < 0)); },
    []<Complex T>(T x) { return direction(x); }};
inline constexpr auto divide = []<Floating T>(T a, T b) { return a / b; };
inline constexpr auto reciprocal = []<Floating T>(T x) { return T(1) / x; };
inline constexpr auto floor_divide = []<Ordered T>(T a, T b) { return floor_quotient(a, b); };
inline constexpr auto remainder = []<Ordered T>(T a, T b) { return floor_remainder(a, b); };
inline constexpr auto sqrt = []<Floating T>(T x) { return std::sqrt(x); };
inline constexpr auto hypot = []<Real T>(T a, T b) { return std::hypot(a, b); };

// Exponentials and logarithms.

inline constexpr Overloaded power{[]<Number T>(T a, T b) { return power_of(a, b); },
                                  []<Real T>(T a, T b) { return std::pow(a, b); }};
inline constexpr auto exp = []<Floating T>(T x) { return std::exp(x); };
inline constexpr Overloaded expm1{[]<Real T>(T x) { return std::expm1(x); },
                                  []<Complex T>(T x) { return complex_expm1(x); }};
inline constexpr auto log = []<Floating T>(T x) { return std::log(x); };
inline constexpr Overloaded log1p{[]<Real T>(T x) { return std::log1p(x); },
                                  []<Complex T>(T x) { return complex_log1p(x); }};
inline constexpr Overloaded log2{
    []<Real T>(T x) { return std::log2(x); },
    []<Complex T>(T x) { return std::log(x) / std::numbers::ln2_v<real_t<T>>; }};
inline constexpr Overloaded log10{
    []<Real T>(T x) { return std::log10(x); },
    []<Complex T>(T x) { return std::log(x) / std::numbers::ln10_v<real_t<T>>; }};
inline constexpr auto logaddexp = []<Real T>(T a, T b) { return log_of_sum(a, b); };

// Circular and hyperbolic functions.

inline constexpr Overloaded sin{[]<Real T>(T x) { return std::sin(x); },
                                []<Complex T>(T x) { return complex_sin(x); }};
inline constexpr Overloaded cos{[]<Real T>(T x) { return std::cos(x); },
                                []<Complex T>(T x) { return complex_cos(x); }};
inline constexpr Overloaded tan{[]<Real T>(T x) { return std::tan(x); },
                                []<Complex T>(T x) { return complex_tan(x); }};
inline constexpr Overloaded asin{[]<Real T>(T x) { return std::asin(x); },
                                 []<Complex T>(T x) { return complex_asin(x); }};
inline constexpr auto acos = []<Floating T>(T x) { return std::acos(x); };
inline constexpr Overloaded atan{[]<Real T>(T x) { return std::atan(x); },
                                 []<Complex T>(T x) { return complex_atan(x); }};
inline constexpr auto atan2 = []<Real T>(T y, T x) { return std::atan2(y, x); };
inline constexpr auto sinh = []<Floating T>(T x) { return std::sinh(x); };
inline constexpr auto cosh = []<Floating T>(T x) { return std::cosh(x); };
inline constexpr Overloaded tanh{[]<Real T>(T x) { return std::tanh(x); },
                                 []<Complex T>(T x) { return complex_tanh(x); }};
inline constexpr auto asinh = []<Floating T>(T x) { return std::asinh(x); };
inline constexpr auto acosh = []<Floating T>(T x) { return std::acosh(x); };
inline constexpr Overloaded atanh{[]<Real T>(T x) { return std::atanh(x); },
                                  []<Complex T>(T x) { return complex_atanh(x); }};

}  // namespace loom::scalar
