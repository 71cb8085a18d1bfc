#pragma once

#include <array>
#include <cstdint>

#include "loom/array/view.h"
#include "loom/backends/blas/library.h"

// Eigenvectors of symmetric and Hermitian matrices.
namespace loom::blas {

/// LAPACK reduces the matrix to tridiagonal form; that is solved, and its vectors are carried back,
/// on Loom's threads (tridiagonal.h, reflectors.h). LAPACK's own driver, which leaves most of them
/// idle for half of that time, decomposes small matrices, and all where a library lacks routines.
template <Scalar T>
struct Hermitian {
  /// `values` (n) := the eigenvalues, ascending, and the columns of `vectors` (n x n, row-major
  /// without gaps) := the eigenvectors of the matrix whose lower triangle is a's (n x n, any
  /// strides, finite).
  /// Throws LinAlgError "[eigh] no convergence ...".
  static void decompose(const Library& library, const View& a, const View& values,
                        const View& vectors);

  /// Bytes that `decompose` works in, beside its results.
  static std::int64_t workspace(const Library& library, std::int64_t n);

  /// Extents of the largest arrays that the library is handed.
  static std::array<std::int64_t, 2> largest(const Library& library, std::int64_t n);
};

extern template struct Hermitian<float>;
extern template struct Hermitian<double>;
extern template struct Hermitian<std::complex<float>>;
extern template struct Hermitian<std::complex<double>>;

}  // namespace loom::blas
