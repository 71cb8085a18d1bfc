#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "loom/backends/reference/elementwise.h"

namespace loom::reference {
namespace {

using schema::op;

/// exp(x + iy) - 1 = (expm1(x) cos y - 2 sin^2(y/2)) + i exp(x) sin y, which loses nothing where
/// the result is small; away from 0 the subtraction is harmless, and exp knows its own limits.
template <Real R>
std::complex<R> complex_expm1(std::complex<R> z) {
  const R x = z.real(), y = z.imag();
  if (!(std::abs(x) <= 1)) return std::exp(z) - R(1);
  const R half_sine = std::sin(y / 2);
  return {std::expm1(x) * std::cos(y) - 2 * half_sine * half_sine, std::exp(x) * std::sin(y)};
}

/// log(1 + x + iy) = log1p(x (2 + x) + y^2) / 2 + i atan2(y, 1 + x). The sum under the logarithm is
/// taken one precision up, since its terms may cancel; away from 0 adding 1 first is harmless.
template <Real R>
std::complex<R> complex_log1p(std::complex<R> z) {
  using Wide = std::conditional_t<std::is_same_v<R, float>, double, long double>;
  if (!(std::max(std::abs(z.real()), std::abs(z.imag())) <= R(0.5))) return std::log(R(1) + z);
  const Wide x = z.real(), y = z.imag();
  const auto excess = static_cast<R>(x * (2 + x) + y * y);
  return {std::log1p(excess) / 2, std::atan2(z.imag(), 1 + z.real())};
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
  add(op("sqrt"), unary([]<Floating T>(T x) { return std::sqrt(x); }));
}

}  // namespace

void install_transcendental(dispatch::KernelInstaller add) {
  install_exponentials(add);
  add(op("sin"), function([]<Floating T>(T x) { return std::sin(x); }));
  add(op("cos"), function([]<Floating T>(T x) { return std::cos(x); }));
  add(op("tan"), function([]<Floating T>(T x) { return std::tan(x); }));
  add(op("asin"), function([]<Floating T>(T x) { return std::asin(x); }));
  add(op("acos"), function([]<Floating T>(T x) { return std::acos(x); }));
  add(op("atan"), function([]<Floating T>(T x) { return std::atan(x); }));
  add(op("sinh"), function([]<Floating T>(T x) { return std::sinh(x); }));
  add(op("cosh"), function([]<Floating T>(T x) { return std::cosh(x); }));
  add(op("tanh"), function([]<Floating T>(T x) { return std::tanh(x); }));
  add(op("asinh"), function([]<Floating T>(T x) { return std::asinh(x); }));
  add(op("acosh"), function([]<Floating T>(T x) { return std::acosh(x); }));
  add(op("atanh"), function([]<Floating T>(T x) { return std::atanh(x); }));
  add(op("atan2"), binary<kCostlyGrain>([]<Real T>(T y, T x) { return std::atan2(y, x); }));
  add(op("hypot"), binary<kCostlyGrain>([]<Real T>(T a, T b) { return std::hypot(a, b); }));
}

}  // namespace loom::reference
