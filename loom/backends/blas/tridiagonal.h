#pragma once

#include <concepts>
#include <cstdint>
#include <vector>

#include "loom/backends/blas/library.h"

// Eigenproblems of symmetric tridiagonal matrices.
namespace loom::blas {

/// Eigenvalues and eigenvectors of the n x n tridiagonal matrix T with the diagonal `d` and the
/// off-diagonal `e`, by divide and conquer: T is torn into halves that differ from it by a matrix
/// of rank one, and their solutions are merged (Cuppen 1981), with vectors that are orthogonal
/// whatever the gaps between the eigenvalues (Gu and Eisenstat 1995). LAPACK solves the leaves and
/// the secular equations; every step is spread over Loom's threads, where LAPACK's own driver has
/// only matrix products that are.
///
/// d := the eigenvalues; column j of z (n x n, column-major) := the vector of d[j]. Returns the
/// columns in ascending order of their values. `e` is destroyed, `spare` is memory for n x n
/// elements. Entries of T should be near 1 at most. While it runs, the library must compute on the
/// calling thread (`OneThreadEach`). The result is the same on any number of threads. Throws
/// LinAlgError "[eigh] no convergence ...".
template <std::floating_point R>
std::vector<std::int64_t> solve_tridiagonal(const Library& library, std::int64_t n, R* d, R* e,
                                            R* z, R* spare);

extern template std::vector<std::int64_t> solve_tridiagonal(const Library&, std::int64_t, float*,
                                                            float*, float*, float*);
extern template std::vector<std::int64_t> solve_tridiagonal(const Library&, std::int64_t, double*,
                                                            double*, double*, double*);

}  // namespace loom::blas
