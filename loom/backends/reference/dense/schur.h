#pragma once

#include <string_view>
#include <vector>

#include "loom/backends/reference/dense/matrix.h"

// The steps of the general eigenproblem, all on complex matrices C = std::complex<float or double>.
namespace loom::reference::dense {

/// Replaces A by D^-1 A D with rows and columns of similar norm and returns the diagonal of D,
/// powers of two (James, Langou and Lowery, "On matrix balancing and eigenvector computation",
/// 2014).
template <class C>
std::vector<real_t<C>> balance(OwnedMatrix<C>& a);

/// Replaces A by the upper Hessenberg Q^H A Q (Golub and Van Loan, algorithm 7.4.2) and, where
/// `basis` is not null, sets it to the transpose of the unitary Q.
template <class C>
void reduce_to_hessenberg(OwnedMatrix<C>& a, OwnedMatrix<C>* basis);

/// Makes the upper Hessenberg `h` upper triangular by explicitly shifted QR steps; the eigenvalues
/// are then its diagonal. Where `basis` is not null, it is updated from Q^T to the transpose of the
/// Schur vectors; where it is null, only the diagonal of `h` is of use. The norm of `h` has to be
/// near one. Throws LinAlgError where an eigenvalue does not converge.
template <class C>
void reduce_to_triangular(OwnedMatrix<C>& h, OwnedMatrix<C>* basis, std::string_view operation);

/// The eigenvectors of an upper triangular matrix, one per row, in the order of its diagonal and of
/// any length.
template <class C>
OwnedMatrix<C> triangular_eigenvectors(const OwnedMatrix<C>& t);

}  // namespace loom::reference::dense
