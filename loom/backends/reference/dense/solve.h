#pragma once

#include <string_view>

#include "loom/backends/reference/dense/matrix.h"

namespace loom::reference::dense {

/// X with A X = B, for A of n x n and B and X of n x k, by LU with partial pivoting. X may be B.
/// Throws LinAlgError "[solve] matrix is singular: zero pivot in column 3" (columns count from 0,
/// `operation` names the operation) where a pivot is exactly zero.
template <class T>
void solve(Matrix<const T> a, Matrix<const T> b, Matrix<T> x, std::string_view operation);

/// The inverse of A, n x n. Throws as `solve` does.
template <class T>
void inverse(Matrix<const T> a, Matrix<T> result, std::string_view operation);

/// The determinant of A, n x n: 0 where A is singular, 1 where n = 0.
template <class T>
T determinant(Matrix<const T> a);

/// A determinant that may exceed the range of its type: sign * exp(log_magnitude).
template <class T>
struct LogDeterminant {
  T sign;  ///< 1 or -1, on the unit circle where T is complex; 0 where the matrix is singular
  real_t<T> log_magnitude;  ///< -infinity where the matrix is singular
};

template <class T>
LogDeterminant<T> log_determinant(Matrix<const T> a);

}  // namespace loom::reference::dense
