#pragma once

#include <string_view>

#include "loom/backends/reference/dense/matrix.h"

namespace loom::reference::dense {

/// The lower triangular L with A = L L^H, zeros above its diagonal, of a symmetric or Hermitian
/// positive definite A of which the lower triangle is read. L may be A. Throws LinAlgError
/// "[cholesky] matrix is not positive definite: leading minor of order 3" (the first minor that is
/// not positive; a NaN counts as that).
template <class T>
void cholesky(Matrix<const T> a, Matrix<T> l, std::string_view operation);

}  // namespace loom::reference::dense
