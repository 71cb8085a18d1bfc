#include "loom/backends/reference/elementwise.h"

namespace loom::reference {
namespace {

using schema::op;

void install_exponentials(dispatch::KernelInstaller add) {
  add(op("exp"), unary<kCostlyGrain>(scalar::exp));
  add(op("expm1"), unary<kCostlyGrain>(scalar::expm1));
  add(op("log"), unary<kCostlyGrain>(scalar::log));
  add(op("log1p"), unary<kCostlyGrain>(scalar::log1p));
  add(op("log2"), unary<kCostlyGrain>(scalar::log2));
  add(op("log10"), unary<kCostlyGrain>(scalar::log10));
  add(op("logaddexp"), binary<kCostlyGrain>(scalar::logaddexp));
  add(op("sqrt"), unary(scalar::sqrt));
}

}  // namespace

void install_transcendental(dispatch::KernelInstaller add) {
  install_exponentials(add);
  add(op("sin"), unary<kCostlyGrain>(scalar::sin));
  add(op("cos"), unary<kCostlyGrain>(scalar::cos));
  add(op("tan"), unary<kCostlyGrain>(scalar::tan));
  add(op("asin"), unary<kCostlyGrain>(scalar::asin));
  add(op("acos"), unary<kCostlyGrain>(scalar::acos));
  add(op("atan"), unary<kCostlyGrain>(scalar::atan));
  add(op("sinh"), unary<kCostlyGrain>(scalar::sinh));
  add(op("cosh"), unary<kCostlyGrain>(scalar::cosh));
  add(op("tanh"), unary<kCostlyGrain>(scalar::tanh));
  add(op("asinh"), unary<kCostlyGrain>(scalar::asinh));
  add(op("acosh"), unary<kCostlyGrain>(scalar::acosh));
  add(op("atanh"), unary<kCostlyGrain>(scalar::atanh));
  add(op("atan2"), binary<kCostlyGrain>(scalar::atan2));
  add(op("hypot"), binary<kCostlyGrain>(scalar::hypot));
}

}  // namespace loom::reference
