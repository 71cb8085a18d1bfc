#pragma once

#include "loom/ops/call.h"

// Generated from the op table by scripts/generate; do not edit. (A function whose row was renamed
// or removed no longer compiles: delete it by hand, then generate.)
//
// One function per elementwise row. Operands broadcast and promote as in NumPy; every function
// throws ShapeError where shapes do not broadcast and DTypeError where the row does not define the
// dtype.
namespace loom {

/// a + b
inline Array add(const Array& a, const Array& b) { return ops::call(schema::op("add"), {&a, &b}); }
/// the same as add
inline Array vector_add(const Array& a, const Array& b) { return add(a, b); }

/// a - b
inline Array subtract(const Array& a, const Array& b) {
  return ops::call(schema::op("subtract"), {&a, &b});
}

/// a * b
inline Array multiply(const Array& a, const Array& b) {
  return ops::call(schema::op("multiply"), {&a, &b});
}
/// the same as multiply
inline Array mul(const Array& a, const Array& b) { return multiply(a, b); }

/// a / b, true division
inline Array divide(const Array& a, const Array& b) {
  return ops::call(schema::op("divide"), {&a, &b});
}

/// the largest integer not above a / b; 0 for an integer division by 0, a / b where one of them is
/// infinite
inline Array floor_divide(const Array& a, const Array& b) {
  return ops::call(schema::op("floor_divide"), {&a, &b});
}

/// what floor_divide leaves of a; has the sign of b, 0 for an integer division by 0
inline Array remainder(const Array& a, const Array& b) {
  return ops::call(schema::op("remainder"), {&a, &b});
}

/// a to the power b; no negative power of an integer
inline Array power(const Array& a, const Array& b) {
  return ops::call(schema::op("power"), {&a, &b});
}
/// the same as power
inline Array pow(const Array& a, const Array& b) { return power(a, b); }

/// -a
inline Array negative(const Array& a) { return ops::call(schema::op("negative"), {&a}); }

/// a
inline Array positive(const Array& a) { return ops::call(schema::op("positive"), {&a}); }

/// absolute value; the modulus of a complex number
inline Array abs(const Array& a) { return ops::call(schema::op("abs"), {&a}); }

/// -1, 0 or 1; a / |a| of a complex number
inline Array sign(const Array& a) { return ops::call(schema::op("sign"), {&a}); }

/// a * a
inline Array square(const Array& a) { return ops::call(schema::op("square"), {&a}); }

/// 1 / a
inline Array reciprocal(const Array& a) { return ops::call(schema::op("reciprocal"), {&a}); }

/// the larger; NaN where either is
inline Array maximum(const Array& a, const Array& b) {
  return ops::call(schema::op("maximum"), {&a, &b});
}

/// the smaller; NaN where either is
inline Array minimum(const Array& a, const Array& b) {
  return ops::call(schema::op("minimum"), {&a, &b});
}

/// |a| with the sign of b, that of a zero or NaN included
inline Array copysign(const Array& a, const Array& b) {
  return ops::call(schema::op("copysign"), {&a, &b});
}

/// whether a has a minus sign, that of a zero or NaN included
inline Array signbit(const Array& a) { return ops::call(schema::op("signbit"), {&a}); }

/// the number next to a in the direction of b
inline Array nextafter(const Array& a, const Array& b) {
  return ops::call(schema::op("nextafter"), {&a, &b});
}

/// complex conjugate
inline Array conj(const Array& a) { return ops::call(schema::op("conj"), {&a}); }

/// real part
inline Array real(const Array& a) { return ops::call(schema::op("real"), {&a}); }

/// imaginary part
inline Array imag(const Array& a) { return ops::call(schema::op("imag"), {&a}); }

/// b where a, else c
inline Array where(const Array& a, const Array& b, const Array& c) {
  return ops::call(schema::op("where"), {&a, &b, &c});
}

/// largest integer not above a
inline Array floor(const Array& a) { return ops::call(schema::op("floor"), {&a}); }

/// smallest integer not below a
inline Array ceil(const Array& a) { return ops::call(schema::op("ceil"), {&a}); }

/// a without its fraction
inline Array trunc(const Array& a) { return ops::call(schema::op("trunc"), {&a}); }

/// nearest integer, halves to even; of each part of a complex number
inline Array round(const Array& a) { return ops::call(schema::op("round"), {&a}); }

/// a == b
inline Array equal(const Array& a, const Array& b) {
  return ops::call(schema::op("equal"), {&a, &b});
}

/// a != b
inline Array not_equal(const Array& a, const Array& b) {
  return ops::call(schema::op("not_equal"), {&a, &b});
}

/// a < b
inline Array less(const Array& a, const Array& b) {
  return ops::call(schema::op("less"), {&a, &b});
}

/// a <= b
inline Array less_equal(const Array& a, const Array& b) {
  return ops::call(schema::op("less_equal"), {&a, &b});
}

/// a > b
inline Array greater(const Array& a, const Array& b) {
  return ops::call(schema::op("greater"), {&a, &b});
}

/// a >= b
inline Array greater_equal(const Array& a, const Array& b) {
  return ops::call(schema::op("greater_equal"), {&a, &b});
}

/// whether a is not a number
inline Array isnan(const Array& a) { return ops::call(schema::op("isnan"), {&a}); }

/// whether a is infinite
inline Array isinf(const Array& a) { return ops::call(schema::op("isinf"), {&a}); }

/// whether a is neither infinite nor NaN
inline Array isfinite(const Array& a) { return ops::call(schema::op("isfinite"), {&a}); }

/// a and b
inline Array logical_and(const Array& a, const Array& b) {
  return ops::call(schema::op("logical_and"), {&a, &b});
}

/// a or b
inline Array logical_or(const Array& a, const Array& b) {
  return ops::call(schema::op("logical_or"), {&a, &b});
}

/// exactly one of a and b
inline Array logical_xor(const Array& a, const Array& b) {
  return ops::call(schema::op("logical_xor"), {&a, &b});
}

/// not a
inline Array logical_not(const Array& a) { return ops::call(schema::op("logical_not"), {&a}); }

/// bits that a and b both have
inline Array bitwise_and(const Array& a, const Array& b) {
  return ops::call(schema::op("bitwise_and"), {&a, &b});
}

/// bits that a or b has
inline Array bitwise_or(const Array& a, const Array& b) {
  return ops::call(schema::op("bitwise_or"), {&a, &b});
}

/// bits that exactly one of a and b has
inline Array bitwise_xor(const Array& a, const Array& b) {
  return ops::call(schema::op("bitwise_xor"), {&a, &b});
}

/// bits that a has not; logical_not of booleans
inline Array bitwise_invert(const Array& a) {
  return ops::call(schema::op("bitwise_invert"), {&a});
}

/// a times 2 to the power b, bits that do not fit dropped; 0 where b is negative
inline Array bitwise_left_shift(const Array& a, const Array& b) {
  return ops::call(schema::op("bitwise_left_shift"), {&a, &b});
}

/// a over 2 to the power b, rounded down; where b is negative as for a large b, 0 or -1
inline Array bitwise_right_shift(const Array& a, const Array& b) {
  return ops::call(schema::op("bitwise_right_shift"), {&a, &b});
}

/// e to the power a
inline Array exp(const Array& a) { return ops::call(schema::op("exp"), {&a}); }

/// exp(a) - 1, exact near 0
inline Array expm1(const Array& a) { return ops::call(schema::op("expm1"), {&a}); }

/// natural logarithm
inline Array log(const Array& a) { return ops::call(schema::op("log"), {&a}); }

/// log(1 + a), exact near 0
inline Array log1p(const Array& a) { return ops::call(schema::op("log1p"), {&a}); }

/// logarithm to base 2
inline Array log2(const Array& a) { return ops::call(schema::op("log2"), {&a}); }

/// logarithm to base 10
inline Array log10(const Array& a) { return ops::call(schema::op("log10"), {&a}); }

/// log(exp(a) + exp(b)) without overflow
inline Array logaddexp(const Array& a, const Array& b) {
  return ops::call(schema::op("logaddexp"), {&a, &b});
}

/// square root
inline Array sqrt(const Array& a) { return ops::call(schema::op("sqrt"), {&a}); }

/// sine
inline Array sin(const Array& a) { return ops::call(schema::op("sin"), {&a}); }

/// cosine
inline Array cos(const Array& a) { return ops::call(schema::op("cos"), {&a}); }

/// tangent
inline Array tan(const Array& a) { return ops::call(schema::op("tan"), {&a}); }

/// inverse sine
inline Array asin(const Array& a) { return ops::call(schema::op("asin"), {&a}); }

/// inverse cosine
inline Array acos(const Array& a) { return ops::call(schema::op("acos"), {&a}); }

/// inverse tangent
inline Array atan(const Array& a) { return ops::call(schema::op("atan"), {&a}); }

/// hyperbolic sine
inline Array sinh(const Array& a) { return ops::call(schema::op("sinh"), {&a}); }

/// hyperbolic cosine
inline Array cosh(const Array& a) { return ops::call(schema::op("cosh"), {&a}); }

/// hyperbolic tangent
inline Array tanh(const Array& a) { return ops::call(schema::op("tanh"), {&a}); }

/// inverse hyperbolic sine
inline Array asinh(const Array& a) { return ops::call(schema::op("asinh"), {&a}); }

/// inverse hyperbolic cosine
inline Array acosh(const Array& a) { return ops::call(schema::op("acosh"), {&a}); }

/// inverse hyperbolic tangent
inline Array atanh(const Array& a) { return ops::call(schema::op("atanh"), {&a}); }

/// angle of the point (b, a)
inline Array atan2(const Array& a, const Array& b) {
  return ops::call(schema::op("atan2"), {&a, &b});
}

/// sqrt(a*a + b*b) without overflow
inline Array hypot(const Array& a, const Array& b) {
  return ops::call(schema::op("hypot"), {&a, &b});
}

}  // namespace loom
