#pragma once

#include <concepts>

#include "loom/array/array.h"
#include "loom/ops/creation.h"

// One function per elementwise row of the op table, which says what each computes. Operands
// broadcast and promote as in NumPy; every function throws ShapeError where shapes do not broadcast
// and DTypeError where the row does not define the dtype.
namespace loom {

Array negative(const Array& a);
Array positive(const Array& a);
Array abs(const Array& a);
Array sign(const Array& a);
Array square(const Array& a);
Array reciprocal(const Array& a);
Array conj(const Array& a);
Array real(const Array& a);
Array imag(const Array& a);
Array floor(const Array& a);
Array ceil(const Array& a);
Array trunc(const Array& a);
Array round(const Array& a);
Array isnan(const Array& a);
Array isinf(const Array& a);
Array isfinite(const Array& a);
Array logical_not(const Array& a);
Array exp(const Array& a);
Array expm1(const Array& a);
Array log(const Array& a);
Array log1p(const Array& a);
Array log2(const Array& a);
Array log10(const Array& a);
Array sqrt(const Array& a);
Array sin(const Array& a);
Array cos(const Array& a);
Array tan(const Array& a);
Array asin(const Array& a);
Array acos(const Array& a);
Array atan(const Array& a);
Array sinh(const Array& a);
Array cosh(const Array& a);
Array tanh(const Array& a);
Array asinh(const Array& a);
Array acosh(const Array& a);
Array atanh(const Array& a);

Array add(const Array& a, const Array& b);
Array subtract(const Array& a, const Array& b);
Array multiply(const Array& a, const Array& b);
Array divide(const Array& a, const Array& b);
Array floor_divide(const Array& a, const Array& b);
Array remainder(const Array& a, const Array& b);
Array power(const Array& a, const Array& b);
Array maximum(const Array& a, const Array& b);
Array minimum(const Array& a, const Array& b);
Array equal(const Array& a, const Array& b);
Array not_equal(const Array& a, const Array& b);
Array less(const Array& a, const Array& b);
Array less_equal(const Array& a, const Array& b);
Array greater(const Array& a, const Array& b);
Array greater_equal(const Array& a, const Array& b);
Array logical_and(const Array& a, const Array& b);
Array logical_or(const Array& a, const Array& b);
Array logical_xor(const Array& a, const Array& b);
Array atan2(const Array& a, const Array& b);
Array hypot(const Array& a, const Array& b);

/// b where `condition`, else c.
Array where(const Array& condition, const Array& b, const Array& c);

template <class T>
concept Number = std::integral<T> || std::floating_point<T>;

/// A C++ number beside an array takes the array's dtype, unless the array holds integers and the
/// number does not: then float64.
template <Number T>
Array operand(T value, const Array& beside) {
  const bool widen = std::floating_point<T> && !is_floating(beside.dtype());
  return astype(Array::scalar(value), widen ? DType::float64 : beside.dtype());
}

inline Array operator+(const Array& a, const Array& b) { return add(a, b); }
Array operator+(const Array& a, Number auto b) { return add(a, operand(b, a)); }
Array operator+(Number auto a, const Array& b) { return add(operand(a, b), b); }
inline Array operator-(const Array& a, const Array& b) { return subtract(a, b); }
Array operator-(const Array& a, Number auto b) { return subtract(a, operand(b, a)); }
Array operator-(Number auto a, const Array& b) { return subtract(operand(a, b), b); }
inline Array operator*(const Array& a, const Array& b) { return multiply(a, b); }
Array operator*(const Array& a, Number auto b) { return multiply(a, operand(b, a)); }
Array operator*(Number auto a, const Array& b) { return multiply(operand(a, b), b); }
inline Array operator/(const Array& a, const Array& b) { return divide(a, b); }
Array operator/(const Array& a, Number auto b) { return divide(a, operand(b, a)); }
Array operator/(Number auto a, const Array& b) { return divide(operand(a, b), b); }
inline Array operator<(const Array& a, const Array& b) { return less(a, b); }
Array operator<(const Array& a, Number auto b) { return less(a, operand(b, a)); }
Array operator<(Number auto a, const Array& b) { return less(operand(a, b), b); }
inline Array operator<=(const Array& a, const Array& b) { return less_equal(a, b); }
Array operator<=(const Array& a, Number auto b) { return less_equal(a, operand(b, a)); }
Array operator<=(Number auto a, const Array& b) { return less_equal(operand(a, b), b); }
inline Array operator>(const Array& a, const Array& b) { return greater(a, b); }
Array operator>(const Array& a, Number auto b) { return greater(a, operand(b, a)); }
Array operator>(Number auto a, const Array& b) { return greater(operand(a, b), b); }
inline Array operator>=(const Array& a, const Array& b) { return greater_equal(a, b); }
Array operator>=(const Array& a, Number auto b) { return greater_equal(a, operand(b, a)); }
Array operator>=(Number auto a, const Array& b) { return greater_equal(operand(a, b), b); }
inline Array operator-(const Array& a) { return negative(a); }

}  // namespace loom
