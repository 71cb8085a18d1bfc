#pragma once

#include <complex>
#include <span>
#include <string_view>

#include "loom/backends/reference/dense/matrix.h"

namespace loom::reference::dense {

/// A V = V diag(values) of a general n x n matrix A: n eigenvalues in no particular order, and
/// their right eigenvectors as the columns of V, each of 2-norm 1. By balancing, reduction to
/// Hessenberg form, shifted QR steps to the Schur form and back substitution. Where A is real,
/// eigenvalues that are real within rounding errors come out real, and conjugate pairs come out as
/// exact conjugates (values and vectors) unless their condition hides that they are pairs. Throws
/// LinAlgError for an input with NaN or infinity ("[eig] input contains NaN or infinity") and where
/// the iteration does not converge; `operation` names the operation.
template <class T>
void eig(Matrix<const T> a, std::span<std::complex<real_t<T>>> values,
         Matrix<std::complex<real_t<T>>> vectors, std::string_view operation);

/// The eigenvalues alone.
template <class T>
void eigvals(Matrix<const T> a, std::span<std::complex<real_t<T>>> values,
             std::string_view operation);

}  // namespace loom::reference::dense
