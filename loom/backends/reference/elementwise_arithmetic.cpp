#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

#include "loom/backends/reference/elementwise.h"

namespace loom::reference {
namespace {

using dense::multiply;
using schema::op;

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

template <Integer T>
T power_of(T base, T exponent) {
  if (exponent < 0) {
    throw ValueError("[power] integers to negative integer powers are not allowed");
  }
  return wrapped<T>(repeated_product<std::uint64_t>(
      bits(base), bits(exponent), [](std::uint64_t a, std::uint64_t b) { return a * b; }));
}

/// exp(b log a), but 0 to a power with positive real part is 0 and anything to the power 0 is 1.
/// Computed one precision up: the logarithm's rounding error grows with |b log a|.
template <Real R>
std::complex<R> power_of(std::complex<R> a, std::complex<R> b) {
  using Wide = std::complex<std::conditional_t<std::is_same_v<R, float>, double, long double>>;
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

dispatch::Kernel select_kernel() {
  dispatch::Kernel kernel;
  kernel.divisible = kAllDTypes;
  kernel.run = [](const dispatch::KernelCall& call) {
    visit_dtype(call.dtype(1), [&]<class T>(std::type_identity<T>) {
      constexpr auto select = [](bool condition, T b, T c) { return condition ? b : c; };
      map_views<decltype(select), bool, T, T>(call.outputs[0], kCheapGrain, call.inputs[0],
                                              call.inputs[1], call.inputs[2]);
    });
  };
  return kernel;
}

dispatch::Kernel power_kernel() {
  dispatch::Kernel kernel =
      binary<kCostlyGrain>(Overloaded{[]<Real T>(T a, T b) { return std::pow(a, b); },
                                      []<NotReal T>(T a, T b) { return power_of(a, b); }});
  kernel.divisible = kFloatings;  // of integers, it throws
  return kernel;
}

void install_signs_and_parts(dispatch::KernelInstaller add) {
  add(op("negative"), unary(Overloaded{[]<Integer T>(T x) { return negated(x); },
                                       []<Floating T>(T x) { return -x; }}));
  add(op("positive"), unary([]<Number T>(T x) { return x; }));
  add(op("abs"), unary(Overloaded{[]<Integer T>(T x) { return x < 0 ? negated(x) : x; },
                                  []<Real T>(T x) { return std::abs(x); },
                                  []<Complex T>(T x) { return std::hypot(x.real(), x.imag()); }}));
  add(op("sign"),
      unary(Overloaded{[]<Integer T>(T x) { return static_cast<T>((x > 0) - (x < 0)); },
                       []<Real T>(T x) { return x != x ? x : static_cast<T>((x > 0) - (x < 0)); },
                       []<Complex T>(T x) { return direction(x); }}));
  add(op("copysign"), binary([]<Real T>(T a, T b) { return std::copysign(a, b); }));
  add(op("signbit"), unary([]<Real T>(T x) { return std::signbit(x); }));
  add(op("nextafter"), binary([]<Real T>(T a, T b) { return std::nextafter(a, b); }));
  add(op("conj"), unary([]<Number T>(T x) { return dense::conjugate(x); }));
  add(op("real"), unary([]<Number T>(T x) { return dense::real_part(x); }));
  add(op("imag"), unary([]<Number T>(T x) { return dense::imaginary_part(x); }));
}

}  // namespace

void install_arithmetic(dispatch::KernelInstaller add) {
  install_signs_and_parts(add);
  add(op("add"),
      binary(Overloaded{[]<Integer T>(T a, T b) { return wrapped<T>(bits(a) + bits(b)); },
                        []<Floating T>(T a, T b) { return a + b; }}));
  add(op("subtract"),
      binary(Overloaded{[]<Integer T>(T a, T b) { return wrapped<T>(bits(a) - bits(b)); },
                        []<Floating T>(T a, T b) { return a - b; }}));
  add(op("multiply"),
      binary(Overloaded{[]<Integer T>(T a, T b) { return wrapped<T>(bits(a) * bits(b)); },
                        []<Floating T>(T a, T b) { return multiply(a, b); }}));
  add(op("square"), unary(Overloaded{[]<Integer T>(T x) { return wrapped<T>(bits(x) * bits(x)); },
                                     []<Floating T>(T x) { return multiply(x, x); }}));
  add(op("divide"), binary([]<Floating T>(T a, T b) { return a / b; }));
  add(op("reciprocal"), unary([]<Floating T>(T x) { return T(1) / x; }));
  add(op("floor_divide"), binary([]<Ordered T>(T a, T b) { return floor_quotient(a, b); }));
  add(op("remainder"), binary([]<Ordered T>(T a, T b) { return floor_remainder(a, b); }));
  add(op("power"), power_kernel());
  add(op("maximum"), binary([]<Ordered T>(T a, T b) { return a >= b || a != a ? a : b; }));
  add(op("minimum"), binary([]<Ordered T>(T a, T b) { return a <= b || a != a ? a : b; }));
  add(op("where"), select_kernel());
}

}  // namespace loom::reference
