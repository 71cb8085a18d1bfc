#include <cmath>

#include "loom/backends/reference/elementwise.h"

namespace loom::reference {
namespace {

using scalar::bits;
using scalar::multiply;
using scalar::wrapped;
using schema::op;

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
  dispatch::Kernel kernel = binary<kCostlyGrain>(scalar::power);
  kernel.divisible = kFloatings;  // of integers, it throws
  return kernel;
}

void install_signs_and_parts(dispatch::KernelInstaller add) {
  add(op("negative"), unary(Overloaded{[]<Integer T>(T x) { return scalar::negated(x); },
                                       []<Floating T>(T x) { return -x; }}));
  add(op("positive"), unary([]<Number T>(T x) { return x; }));
  add(op("abs"), unary(scalar::abs));
  add(op("sign"), unary(scalar::sign));
  add(op("copysign"), binary([]<Real T>(T a, T b) { return std::copysign(a, b); }));
  add(op("signbit"), unary([]<Real T>(T x) { return std::signbit(x); }));
  add(op("nextafter"), binary([]<Real T>(T a, T b) { return std::nextafter(a, b); }));
  add(op("conj"), unary([]<Number T>(T x) { return scalar::conjugate(x); }));
  add(op("real"), unary([]<Number T>(T x) { return scalar::real_part(x); }));
  add(op("imag"), unary([]<Number T>(T x) { return scalar::imaginary_part(x); }));
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
  add(op("divide"), binary(scalar::divide));
  add(op("reciprocal"), unary(scalar::reciprocal));
  add(op("floor_divide"), binary(scalar::floor_divide));
  add(op("remainder"), binary(scalar::remainder));
  add(op("power"), power_kernel());
  add(op("maximum"), binary([]<Ordered T>(T a, T b) { return a >= b || a != a ? a : b; }));
  add(op("minimum"), binary([]<Ordered T>(T a, T b) { return a <= b || a != a ? a : b; }));
  add(op("where"), select_kernel());
}

}  // namespace loom::reference
