#pragma once

#include <concepts>
#include <optional>

#include "loom/array/dtype_info.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise_functions.h"
#include "loom/support/scalar.h"

// The elementwise operations: the functions generated from the op table, and what stands on top of
// them. Operands broadcast and promote as in NumPy; everything here throws ShapeError where shapes
// do not broadcast and DTypeError where the row does not define the dtype.
namespace loom {

/// Each element of `x` moved into [min, max] as by maximum(minimum(x, max), min); an absent bound
/// does not bound, NaN in an element or in its bounds gives NaN. Bounds broadcast with `x`, and the
/// result has the dtype of `x`: throws DTypeError where promotion does not take a bound to that.
Array clip(const Array& x, const std::optional<Array>& min, const std::optional<Array>& max);

/// A C++ number, which has no dtype of its own beside an array.
template <class T>
concept Number = std::integral<T> || std::floating_point<T> || kIsComplex<T>;

/// What may stand beside an A in an operator: arrays and numbers, not two numbers.
template <class B, class A>
concept OperandBeside = (std::same_as<A, Array> && (std::same_as<B, Array> || Number<B>)) ||
                        (Number<A> && std::same_as<B, Array>);

/// An operand as an array; a number in the dtype that `dtype_beside` says.
inline const Array& operand(const Array& a, const auto&) { return a; }
template <Number T>
Array operand(T number, const Array& beside) {
  return astype(Array::scalar(number), dtype_beside(beside.dtype(), kind(dtype_of<T>())));
}

/// `clip` between two numbers.
Array clip(const Array& x, Number auto min, Number auto max) {
  return clip(x, operand(min, x), operand(max, x));
}

// Python's operators, == and != elementwise among them. % and the quotients are Python's, too:
// `remainder` has the sign of the divisor, / is true division.

inline Array operator+(const Array& a) { return positive(a); }
inline Array operator-(const Array& a) { return negative(a); }
inline Array operator~(const Array& a) { return bitwise_invert(a); }

template <class A, OperandBeside<A> B>
Array operator+(const A& a, const B& b) {
  return add(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator-(const A& a, const B& b) {
  return subtract(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator*(const A& a, const B& b) {
  return multiply(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator/(const A& a, const B& b) {
  return divide(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator%(const A& a, const B& b) {
  return remainder(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator&(const A& a, const B& b) {
  return bitwise_and(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator|(const A& a, const B& b) {
  return bitwise_or(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator^(const A& a, const B& b) {
  return bitwise_xor(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator<<(const A& a, const B& b) {
  return bitwise_left_shift(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator>>(const A& a, const B& b) {
  return bitwise_right_shift(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator==(const A& a, const B& b) {
  return equal(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator!=(const A& a, const B& b) {
  return not_equal(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator<(const A& a, const B& b) {
  return less(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator<=(const A& a, const B& b) {
  return less_equal(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator>(const A& a, const B& b) {
  return greater(operand(a, b), operand(b, a));
}

template <class A, OperandBeside<A> B>
Array operator>=(const A& a, const B& b) {
  return greater_equal(operand(a, b), operand(b, a));
}

}  // namespace loom
