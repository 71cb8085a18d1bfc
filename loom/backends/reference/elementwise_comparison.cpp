#include <cmath>
#include <complex>
#include <limits>

#include "loom/backends/reference/elementwise.h"

namespace loom::reference {
namespace {

using schema::op;

/// Rounding leaves integers as they are; `round` is for floating numbers.
template <class F>
dispatch::Kernel rounding(F round) {
  return unary(Overloaded{[]<Integer T>(T x) { return x; }, round});
}

/// A question about a floating number that has the same answer for every integer.
template <bool kOfIntegers, class F>
dispatch::Kernel predicate(F test) {
  return unary(Overloaded{[](Integer auto) { return kOfIntegers; }, test});
}

/// Whether every bit of a T is shifted out. Negative counts are among them: taken as unsigned they
/// are large.
template <Integer T>
bool shifts_out(T count) {
  using Unsigned = std::make_unsigned_t<T>;
  return static_cast<Unsigned>(count) >= std::numeric_limits<Unsigned>::digits;
}

template <Integer T>
T shifted_left(T a, T count) {
  return shifts_out(count) ? T(0) : static_cast<T>(static_cast<std::uint64_t>(a) << count);
}

template <Integer T>
T shifted_right(T a, T count) {
  if (shifts_out(count)) return a < 0 ? static_cast<T>(-1) : T(0);
  return static_cast<T>(a >> count);
}

void install_bits(dispatch::KernelInstaller add) {
  add(op("bitwise_and"), binary([]<std::integral T>(T a, T b) { return static_cast<T>(a & b); }));
  add(op("bitwise_or"), binary([]<std::integral T>(T a, T b) { return static_cast<T>(a | b); }));
  add(op("bitwise_xor"), binary([]<std::integral T>(T a, T b) { return static_cast<T>(a ^ b); }));
  add(op("bitwise_invert"), unary(Overloaded{[]<std::same_as<bool> T>(T x) { return !x; },
                                             []<Integer T>(T x) { return static_cast<T>(~x); }}));
  add(op("bitwise_left_shift"), binary([]<Integer T>(T a, T b) { return shifted_left(a, b); }));
  add(op("bitwise_right_shift"), binary([]<Integer T>(T a, T b) { return shifted_right(a, b); }));
}

}  // namespace

void install_comparison(dispatch::KernelInstaller add) {
  add(op("floor"), rounding([]<Real T>(T x) { return std::floor(x); }));
  add(op("ceil"), rounding([]<Real T>(T x) { return std::ceil(x); }));
  add(op("trunc"), rounding([]<Real T>(T x) { return std::trunc(x); }));
  add(op("round"),
      rounding(Overloaded{
          []<Real T>(T x) { return std::nearbyint(x); },
          []<Complex T>(T x) { return T(std::nearbyint(x.real()), std::nearbyint(x.imag())); }}));

  add(op("equal"), binary([]<class T>(T a, T b) { return a == b; }));
  add(op("not_equal"), binary([]<class T>(T a, T b) { return a != b; }));
  add(op("less"), binary([]<class T>(T a, T b) requires(!Complex<T>) { return a < b; }));
  add(op("less_equal"), binary([]<class T>(T a, T b) requires(!Complex<T>) { return a <= b; }));
  add(op("greater"), binary([]<class T>(T a, T b) requires(!Complex<T>) { return a > b; }));
  add(op("greater_equal"), binary([]<class T>(T a, T b) requires(!Complex<T>) { return a >= b; }));

  add(op("isnan"), predicate<false>([]<Floating T>(T x) { return x != x; }));
  add(op("isinf"), predicate<false>([]<Floating T>(T x) {
        return std::isinf(scalar::real_part(x)) || std::isinf(scalar::imaginary_part(x));
      }));
  add(op("isfinite"), predicate<true>([]<Floating T>(T x) {
        return std::isfinite(scalar::real_part(x)) && std::isfinite(scalar::imaginary_part(x));
      }));

  add(op("logical_and"), binary([]<std::same_as<bool> T>(T a, T b) { return a && b; }));
  add(op("logical_or"), binary([]<std::same_as<bool> T>(T a, T b) { return a || b; }));
  add(op("logical_xor"), binary([]<std::same_as<bool> T>(T a, T b) { return a != b; }));
  add(op("logical_not"), unary([]<std::same_as<bool> T>(T a) { return !a; }));

  install_bits(add);
}

}  // namespace loom::reference
