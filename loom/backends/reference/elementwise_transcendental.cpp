#include <cmath>
#include <complex>
#include <numbers>

#include "loom/backends/reference/complex_functions.h"
#include "loom/backends/reference/elementwise.h"

namespace loom::reference {
namespace {

using schema::op;

/// log(exp(a) + exp(b)), relative to the larger. The comparison keeps inf - inf out.
template <Real T>
T log_of_sum(T a, T b) {
  if (a == b) return a + std::numbers::ln2_v<T>;
  return std::fmax(a, b) + std::log1p(std::exp(-std::abs(a - b)));
}

/// A function that std has for real and complex numbers under one name.
template <class F>
dispatch::Kernel function(F f) {
  return unary<kCostlyGrain>(f);
}

/// One that needs another formula for complex numbers.
template <class OfReal, class OfComplex>
dispatch::Kernel function(OfReal of_real, OfComplex of_complex) {
  return unary<kCostlyGrain>(Overloaded{of_real, of_complex});
}

void install_exponentials(dispatch::KernelInstaller add) {
  add(op("exp"), function([]<Floating T>(T x) { return std::exp(x); }));
  add(op("expm1"), function([]<Real T>(T x) { return std::expm1(x); },
                            []<Complex T>(T x) { return complex_expm1(x); }));
  add(op("log"), function([]<Floating T>(T x) { return std::log(x); }));
  add(op("log1p"), function([]<Real T>(T x) { return std::log1p(x); },
                            []<Complex T>(T x) { return complex_log1p(x); }));
  add(op("log2"),
      function([]<Real T>(T x) { return std::log2(x); },
               []<Complex T>(T x) { return std::log(x) / std::numbers::ln2_v<dense::real_t<T>>; }));
  add(op("log10"), function([]<Real T>(T x) { return std::log10(x); },
                            []<Complex T>(T x) {
                              return std::log(x) / std::numbers::ln10_v<dense::real_t<T>>;
                            }));
  add(op("logaddexp"), binary<kCostlyGrain>([]<Real T>(T a, T b) { return log_of_sum(a, b); }));
  add(op("sqrt"), unary([]<Floating T>(T x) { return std::sqrt(x); }));
}

}  // namespace

void install_transcendental(dispatch::KernelInstaller add) {
  install_exponentials(add);
  add(op("sin"), function([]<Real T>(T x) { return std::sin(x); },
                          []<Complex T>(T x) { return complex_sin(x); }));
  add(op("cos"), function([]<Real T>(T x) { return std::cos(x); },
                          []<Complex T>(T x) { return complex_cos(x); }));
  add(op("tan"), function([]<Real T>(T x) { return std::tan(x); },
                          []<Complex T>(T x) { return complex_tan(x); }));
  add(op("asin"), function([]<Real T>(T x) { return std::asin(x); },
                           []<Complex T>(T x) { return complex_asin(x); }));
  add(op("acos"), function([]<Floating T>(T x) { return std::acos(x); }));
  add(op("atan"), function([]<Real T>(T x) { return std::atan(x); },
                           []<Complex T>(T x) { return complex_atan(x); }));
  add(op("sinh"), function([]<Floating T>(T x) { return std::sinh(x); }));
  add(op("cosh"), function([]<Floating T>(T x) { return std::cosh(x); }));
  add(op("tanh"), function([]<Real T>(T x) { return std::tanh(x); },
                           []<Complex T>(T x) { return complex_tanh(x); }));
  add(op("asinh"), function([]<Floating T>(T x) { return std::asinh(x); }));
  add(op("acosh"), function([]<Floating T>(T x) { return std::acosh(x); }));
  add(op("atanh"), function([]<Real T>(T x) { return std::atanh(x); },
                            []<Complex T>(T x) { return complex_atanh(x); }));
  add(op("atan2"), binary<kCostlyGrain>([]<Real T>(T y, T x) { return std::atan2(y, x); }));
  add(op("hypot"), binary<kCostlyGrain>([]<Real T>(T a, T b) { return std::hypot(a, b); }));
}

}  // namespace loom::reference
