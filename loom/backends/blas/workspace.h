#pragma once

#include <algorithm>
#include <cstdint>

#include "loom/backends/blas/library.h"
#include "loom/support/scalar.h"

// The workspace of LAPACK's drivers, by the formulas of their documentation. LAPACK can be asked,
// but it answers in the element type, and a float is too coarse for counts above 2^24.
namespace loom::blas {

template <class T>
using Real = real_t<T>;

/// Elements of the three arrays that a driver works in; each at least 1.
template <Scalar T>
struct Workspace {
  std::int64_t elements = 1;  ///< of T
  std::int64_t reals = 1;     ///< of Real<T>; used by complex drivers alone
  std::int64_t integers = 1;  ///< of 64 bits

  constexpr std::int64_t bytes() const {
    return elements * static_cast<std::int64_t>(sizeof(T)) +
           reals * static_cast<std::int64_t>(sizeof(Real<T>)) +
           integers * static_cast<std::int64_t>(sizeof(std::int64_t));
  }
};

/// Columns that the blocked algorithms take at a time, at most: 64 in LAPACK's ilaenv.
constexpr std::int64_t kBlock = 64;

/// getri, geqrf, orgqr, sytrd: one block of columns, of `n` each.
template <Scalar T>
constexpr Workspace<T> blocked_workspace(std::int64_t n) {
  return {std::max<std::int64_t>(n * kBlock, 1), 1, 1};
}

/// syevd and heevd of an n x n matrix, with or without vectors.
template <Scalar T>
constexpr Workspace<T> syevd_workspace(std::int64_t n, bool vectors) {
  if (n <= 1) return {};
  const std::int64_t reduction = n * (kBlock + 2);  // for the blocked tridiagonal reduction
  const std::int64_t divide = 1 + 5 * n + 2 * n * n;
  const std::int64_t integers = vectors ? 3 + 5 * n : 1;
  if constexpr (kIsComplex<T>) {
    return {std::max(vectors ? 2 * n + n * n : n + 1, reduction), vectors ? divide : n, integers};
  } else {
    return {std::max(vectors ? divide + n : 2 * n + 1, reduction), 1, integers};
  }
}

/// stedc of an n x n matrix, with vectors.
template <Scalar T>
constexpr Workspace<T> stedc_workspace(std::int64_t n) {
  return {1 + 4 * n + n * n, 1, 3 + 5 * n};
}

/// gesdd of an m x n matrix, with or without vectors.
template <Scalar T>
constexpr Workspace<T> gesdd_workspace(std::int64_t m, std::int64_t n, bool vectors) {
  const std::int64_t least = std::max<std::int64_t>(std::min(m, n), 1);
  const std::int64_t most = std::max<std::int64_t>(std::max(m, n), 1);
  const std::int64_t reduction = (most + least) * kBlock;  // for the blocked bidiagonal reduction
  if constexpr (kIsComplex<T>) {
    const std::int64_t square = least * least;
    return {(vectors ? square : 0) + 3 * least + reduction,
            vectors ? std::max(5 * square + 5 * least, 2 * most * least + 2 * square + least)
                    : 7 * least,
            8 * least};
  } else {
    return {(vectors ? 4 * least * least : 0) + 7 * least + reduction, 1, 8 * least};
  }
}

}  // namespace loom::blas
