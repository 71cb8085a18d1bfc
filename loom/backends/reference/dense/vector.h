#pragma once

#include <algorithm>
#include <cstdint>

#include "loom/backends/reference/dense/scalar.h"

// Loops over contiguous memory that all the dense algorithms are built from. Every sum has one
// fixed order, whatever the compiler's vector length and the number of threads.
namespace loom::reference::dense {

/// Items per piece of a `parallel_for` whose items take `operations` arithmetic operations each:
/// enough that a piece (some 20 microseconds) outweighs handing it to a thread.
inline std::int64_t grain_of(std::int64_t operations) {
  return std::max<std::int64_t>(1, 65536 / std::max<std::int64_t>(1, operations));
}

/// y[j] += coefficient(k) * rows[k * stride + j] for 0 <= j < n, with k ascending over
/// 0 <= k < count. `rows` and `y` do not overlap.
template <class T, class Coefficient>
void add_rows(std::int64_t n, std::int64_t count, Coefficient coefficient, const T* __restrict rows,
              std::int64_t stride, T* __restrict y) {
  std::int64_t k = 0;
  for (; k + 4 <= count; k += 4) {  // four at a time: y travels to registers and back once for four
    const T a0 = coefficient(k), a1 = coefficient(k + 1);
    const T a2 = coefficient(k + 2), a3 = coefficient(k + 3);
    const T* __restrict x0 = rows + k * stride;
    const T* __restrict x1 = x0 + stride;
    const T* __restrict x2 = x1 + stride;
    const T* __restrict x3 = x2 + stride;
    for (std::int64_t j = 0; j < n; ++j) {
      T sum = multiply_add(y[j], a0, x0[j]);
      sum = multiply_add(sum, a1, x1[j]);
      sum = multiply_add(sum, a2, x2[j]);
      y[j] = multiply_add(sum, a3, x3[j]);
    }
  }
  for (; k < count; ++k) {
    const T a = coefficient(k);
    const T* __restrict x = rows + k * stride;
    for (std::int64_t j = 0; j < n; ++j) y[j] = multiply_add(y[j], a, x[j]);
  }
}

/// y += a * x. The two do not overlap.
template <class T>
void axpy(std::int64_t n, T a, const T* __restrict x, T* __restrict y) {
  for (std::int64_t j = 0; j < n; ++j) y[j] = multiply_add(y[j], a, x[j]);
}

/// Sum of term(i) for 0 <= i < n, in eight interleaved partial sums; a short one from left to
/// right.
template <class T, class Term>
T interleaved_sum(std::int64_t n, Term term) {
  constexpr std::int64_t kLanes = 8;
  if (n < kLanes) {
    T sum = T(0);
    for (std::int64_t i = 0; i < n; ++i) sum += term(i);
    return sum;
  }
  T partial[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) partial[lane] += term(i + lane);
  }
  for (std::int64_t lane = 0; i < n; ++i, ++lane) partial[lane] += term(i);
  return ((partial[0] + partial[4]) + (partial[2] + partial[6])) +
         ((partial[1] + partial[5]) + (partial[3] + partial[7]));
}

/// Sum of conj(x[i]) * y[i].
template <class T>
T dot(std::int64_t n, const T* x, const T* y) {
  return interleaved_sum<T>(n, [=](std::int64_t i) { return multiply(conjugate(x[i]), y[i]); });
}

/// Sum of |x[i]|^2.
template <class T>
real_t<T> sum_of_squares(std::int64_t n, const T* x) {
  return interleaved_sum<real_t<T>>(n, [=](std::int64_t i) { return squared_magnitude(x[i]); });
}

}  // namespace loom::reference::dense
