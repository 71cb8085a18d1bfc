#pragma once

#include <span>
#include <string_view>

#include "loom/backends/reference/dense/matrix.h"

namespace loom::reference::dense {

/// A = V diag(values) V^H of a symmetric or Hermitian A, n x n, of which the lower triangle is read
/// (and of its diagonal the real part): n eigenvalues, ascending, and their orthonormal
/// eigenvectors as the columns of V. By Householder reflections and implicit QR steps, in about
/// 9 n^3 operations; takes two matrices of workspace. Throws LinAlgError for an input with NaN or
/// infinity ("[eigh] input contains NaN or infinity") and where the iteration does not converge;
/// `operation` names the operation.
template <class T>
void eigh(Matrix<const T> a, std::span<real_t<T>> values, Matrix<T> vectors,
          std::string_view operation);

/// The eigenvalues alone, in about 2 n^3 operations.
template <class T>
void eigvalsh(Matrix<const T> a, std::span<real_t<T>> values, std::string_view operation);

}  // namespace loom::reference::dense
