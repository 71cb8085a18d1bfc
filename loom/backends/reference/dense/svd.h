#pragma once

#include <span>
#include <string_view>

#include "loom/backends/reference/dense/matrix.h"

namespace loom::reference::dense {

/// A = U diag(s) Vh of an m x n matrix A, k = min(m, n): k singular values, descending. The shapes
/// say which vectors: U is m x k or m x m, Vh is k x n or n x n; the columns of U and the rows of
/// Vh are orthonormal in every case, zero singular values included. By a QR factorisation and
/// one-sided Jacobi rotations with de Rijk's pivoting (Drmac and Veselic, SIAM J. Matrix Anal.
/// Appl. 29, 2008). Throws LinAlgError for an input with NaN or infinity ("[svd] input contains NaN
/// or infinity") and where the iteration does not converge; `operation` names the operation.
template <class T>
void svd(Matrix<const T> a, Matrix<T> u, std::span<real_t<T>> s, Matrix<T> vh,
         std::string_view operation);

/// The singular values alone.
template <class T>
void svdvals(Matrix<const T> a, std::span<real_t<T>> s, std::string_view operation);

}  // namespace loom::reference::dense
