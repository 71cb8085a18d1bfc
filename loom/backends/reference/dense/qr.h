#pragma once

#include "loom/backends/reference/dense/matrix.h"

namespace loom::reference::dense {

/// A = Q R by Householder reflections, for A of m x n and k = min(m, n). The shape of `q` says
/// which: reduced where it is m x k (then R is k x n), complete where it is m x m (then R is m x
/// n). The diagonal of R is real but may be negative. Golub and Van Loan, algorithm 5.2.1.
template <class T>
void qr(Matrix<const T> a, Matrix<T> q, Matrix<T> r);

/// R alone, k x n or m x n.
template <class T>
void qr_r(Matrix<const T> a, Matrix<T> r);

}  // namespace loom::reference::dense
