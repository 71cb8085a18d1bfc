#pragma once

#include <cstdint>

#include "loom/backends/blas/library.h"
#include "loom/backends/blas/matrix.h"
#include "loom/backends/blas/routines.h"

// The orthogonal matrix that a reduction to tridiagonal form leaves behind.
namespace loom::blas {

/// Q = H_{n-1} ... H_1 of `Routines::sytrd`, ready to be applied. Reflectors go by blocks: those
/// from i to k in one product are I - V T^H V^H with their vectors as the columns of V, where the
/// inverse of T is the strict upper triangle of V^H V plus the diagonal of 1 / conj(tau)
/// (Puglisi 1992).
///
/// While one is made or applied, the library must compute on the calling thread (`OneThreadEach`).
template <Scalar T>
class Reflectors {
 public:
  /// Takes `a` (n x n, column-major) and `tau` (n - 1) as sytrd left them. Writes over what else
  /// `a` holds, and reads it in `apply`.
  Reflectors(const Library& library, std::int64_t n, T* a, const T* tau);

  /// Elements of memory that `apply` needs for this many columns.
  static constexpr std::int64_t workspace(std::int64_t columns) { return 2 * kBlock * columns; }
  /// Elements that the object itself holds.
  static constexpr std::int64_t size(std::int64_t n) { return (n / kBlock + 1) * kBlock * kBlock; }

  /// c := Q c; c is n x `columns`, column-major.
  void apply(T* c, std::int64_t columns, T* work) const;

 private:
  struct Block {
    std::int64_t rows, count;  ///< of V
    T* vectors;
    T* factor;  ///< T: kBlock columns of kBlock
  };
  Block block(std::int64_t i) const;
  void isolate(const Block& block) const;
  void factorise(const Block& block, const T* tau) const;

  Routines<T> lapack_;
  std::int64_t n_;
  T* a_;
  Memory<T> factors_;
};

extern template class Reflectors<float>;
extern template class Reflectors<double>;
extern template class Reflectors<std::complex<float>>;
extern template class Reflectors<std::complex<double>>;

}  // namespace loom::blas
