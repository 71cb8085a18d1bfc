#include "loom/ops/elementwise.h"

#include "loom/ops/call.h"

namespace loom {

using ops::call;
using schema::op;

Array negative(const Array& a) { return call(op("negative"), {&a}); }
Array positive(const Array& a) { return call(op("positive"), {&a}); }
Array abs(const Array& a) { return call(op("abs"), {&a}); }
Array sign(const Array& a) { return call(op("sign"), {&a}); }
Array square(const Array& a) { return call(op("square"), {&a}); }
Array reciprocal(const Array& a) { return call(op("reciprocal"), {&a}); }
Array conj(const Array& a) { return call(op("conj"), {&a}); }
Array real(const Array& a) { return call(op("real"), {&a}); }
Array imag(const Array& a) { return call(op("imag"), {&a}); }
Array floor(const Array& a) { return call(op("floor"), {&a}); }
Array ceil(const Array& a) { return call(op("ceil"), {&a}); }
Array trunc(const Array& a) { return call(op("trunc"), {&a}); }
Array round(const Array& a) { return call(op("round"), {&a}); }
Array isnan(const Array& a) { return call(op("isnan"), {&a}); }
Array isinf(const Array& a) { return call(op("isinf"), {&a}); }
Array isfinite(const Array& a) { return call(op("isfinite"), {&a}); }
Array logical_not(const Array& a) { return call(op("logical_not"), {&a}); }
Array exp(const Array& a) { return call(op("exp"), {&a}); }
Array expm1(const Array& a) { return call(op("expm1"), {&a}); }
Array log(const Array& a) { return call(op("log"), {&a}); }
Array log1p(const Array& a) { return call(op("log1p"), {&a}); }
Array log2(const Array& a) { return call(op("log2"), {&a}); }
Array log10(const Array& a) { return call(op("log10"), {&a}); }
Array sqrt(const Array& a) { return call(op("sqrt"), {&a}); }
Array sin(const Array& a) { return call(op("sin"), {&a}); }
Array cos(const Array& a) { return call(op("cos"), {&a}); }
Array tan(const Array& a) { return call(op("tan"), {&a}); }
Array asin(const Array& a) { return call(op("asin"), {&a}); }
Array acos(const Array& a) { return call(op("acos"), {&a}); }
Array atan(const Array& a) { return call(op("atan"), {&a}); }
Array sinh(const Array& a) { return call(op("sinh"), {&a}); }
Array cosh(const Array& a) { return call(op("cosh"), {&a}); }
Array tanh(const Array& a) { return call(op("tanh"), {&a}); }
Array asinh(const Array& a) { return call(op("asinh"), {&a}); }
Array acosh(const Array& a) { return call(op("acosh"), {&a}); }
Array atanh(const Array& a) { return call(op("atanh"), {&a}); }

Array add(const Array& a, const Array& b) { return call(op("add"), {&a, &b}); }
Array subtract(const Array& a, const Array& b) { return call(op("subtract"), {&a, &b}); }
Array multiply(const Array& a, const Array& b) { return call(op("multiply"), {&a, &b}); }
Array divide(const Array& a, const Array& b) { return call(op("divide"), {&a, &b}); }
Array floor_divide(const Array& a, const Array& b) { return call(op("floor_divide"), {&a, &b}); }
Array remainder(const Array& a, const Array& b) { return call(op("remainder"), {&a, &b}); }
Array power(const Array& a, const Array& b) { return call(op("power"), {&a, &b}); }
Array maximum(const Array& a, const Array& b) { return call(op("maximum"), {&a, &b}); }
Array minimum(const Array& a, const Array& b) { return call(op("minimum"), {&a, &b}); }
Array equal(const Array& a, const Array& b) { return call(op("equal"), {&a, &b}); }
Array not_equal(const Array& a, const Array& b) { return call(op("not_equal"), {&a, &b}); }
Array less(const Array& a, const Array& b) { return call(op("less"), {&a, &b}); }
Array less_equal(const Array& a, const Array& b) { return call(op("less_equal"), {&a, &b}); }
Array greater(const Array& a, const Array& b) { return call(op("greater"), {&a, &b}); }
Array greater_equal(const Array& a, const Array& b) { return call(op("greater_equal"), {&a, &b}); }
Array logical_and(const Array& a, const Array& b) { return call(op("logical_and"), {&a, &b}); }
Array logical_or(const Array& a, const Array& b) { return call(op("logical_or"), {&a, &b}); }
Array logical_xor(const Array& a, const Array& b) { return call(op("logical_xor"), {&a, &b}); }
Array atan2(const Array& a, const Array& b) { return call(op("atan2"), {&a, &b}); }
Array hypot(const Array& a, const Array& b) { return call(op("hypot"), {&a, &b}); }

Array where(const Array& condition, const Array& b, const Array& c) {
  return call(op("where"), {&condition, &b, &c});
}

}  // namespace loom
