#include <cmath>

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

}  // namespace

void install_comparison(dispatch::KernelInstaller add) {
  add(op("floor"), rounding([]<Real T>(T x) { return std::floor(x); }));
  add(op("ceil"), rounding([]<Real T>(T x) { return std::ceil(x); }));
  add(op("trunc"), rounding([]<Real T>(T x) { return std::trunc(x); }));
  add(op("round"), rounding([]<Real T>(T x) { return std::nearbyint(x); }));

  add(op("equal"), binary([]<class T>(T a, T b) { return a == b; }));
  add(op("not_equal"), binary([]<class T>(T a, T b) { return a != b; }));
  add(op("less"), binary([]<class T>(T a, T b) requires(!Complex<T>) { return a < b; }));
  add(op("less_equal"), binary([]<class T>(T a, T b) requires(!Complex<T>) { return a <= b; }));
  add(op("greater"), binary([]<class T>(T a, T b) requires(!Complex<T>) { return a > b; }));
  add(op("greater_equal"), binary([]<class T>(T a, T b) requires(!Complex<T>) { return a >= b; }));

  add(op("isnan"), predicate<false>([]<Floating T>(T x) { return x != x; }));
  add(op("isinf"), predicate<false>([]<Floating T>(T x) {
        return std::isinf(dense::real_part(x)) || std::isinf(dense::imaginary_part(x));
      }));
  add(op("isfinite"), predicate<true>([]<Floating T>(T x) {
        return std::isfinite(dense::real_part(x)) && std::isfinite(dense::imaginary_part(x));
      }));

  add(op("logical_and"), binary([]<std::same_as<bool> T>(T a, T b) { return a && b; }));
  add(op("logical_or"), binary([]<std::same_as<bool> T>(T a, T b) { return a || b; }));
  add(op("logical_xor"), binary([]<std::same_as<bool> T>(T a, T b) { return a != b; }));
  add(op("logical_not"), unary([]<std::same_as<bool> T>(T a) { return !a; }));
}

}  // namespace loom::reference
