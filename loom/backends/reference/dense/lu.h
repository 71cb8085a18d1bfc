#pragma once

#include "loom/backends/reference/dense/matrix.h"

namespace loom::reference::dense {

/// A = P L U of an m x n matrix A, k = min(m, n), by Gaussian elimination with partial pivoting.
template <class T>
struct Lu {
  /// U on and above the diagonal; below it L, whose ones on the diagonal are not stored.
  OwnedMatrix<T> factors;
  /// Row i of L U is row permutation[i] of A.
  Work<std::int64_t> permutation;
  /// The determinant of P: 1 or -1.
  int sign = 1;
};

/// Factors A. Always succeeds: where all candidates for a pivot are zero, so is that element of U.
template <class T>
Lu<T> lu_factor(Matrix<const T> a);

/// P as an m x m matrix of zeros and ones.
template <class T>
void write_p(const Lu<T>& lu, Matrix<T> p);

/// L, m x k, unit lower trapezoidal.
template <class T>
void write_l(const Lu<T>& lu, Matrix<T> l);

/// U, k x n, upper trapezoidal.
template <class T>
void write_u(const Lu<T>& lu, Matrix<T> u);

}  // namespace loom::reference::dense
