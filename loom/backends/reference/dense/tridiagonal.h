#pragma once

#include <string_view>

#include "loom/backends/reference/dense/matrix.h"

// The two halves of the symmetric eigenproblem: A = Q T Q^H with T real and tridiagonal, and the
// eigenvalues of T together with the rotations that diagonalise it.
namespace loom::reference::dense {

/// A real symmetric tridiagonal matrix: n diagonal elements and n of which n - 1 beside it are
/// used.
template <class R>
struct Tridiagonal {
  Work<R> diagonal;
  Work<R> beside;  ///< beside[i] couples i and i + 1
};

/// Reduces the Hermitian `a`, of which both triangles are given, to T by a unitary similarity.
/// What stays in `a` and `taus` are the reflectors of Q for `form_q` with offset 1.
/// Golub and Van Loan, algorithm 8.3.1.
template <class T>
Tridiagonal<real_t<T>> tridiagonalise(OwnedMatrix<T>& a, Work<T>& taus);

/// Makes `t` diagonal by implicit QR steps with Wilkinson's shift; the eigenvalues stay in its
/// diagonal, in no order. The columns of `v` are rotated along where v is not null. The norm of `t`
/// has to be near one. Golub and Van Loan, algorithm 8.3.3. Throws LinAlgError where an eigenvalue
/// does not converge.
template <class T>
void diagonalise(Tridiagonal<real_t<T>>& t, OwnedMatrix<T>* v, std::string_view operation);

}  // namespace loom::reference::dense
