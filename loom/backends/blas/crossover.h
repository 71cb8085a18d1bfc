#pragma once

#include "loom/array/dtype.h"
#include "loom/dispatch/kernel.h"

// Where a call of the library begins to pay. Below that the plain loops of `reference` are faster:
// the library's packing, workspace and checks of arguments cost more than the arithmetic.
//
// Measured as the time of one whole Loom operation on n x n matrices under each backend (the best
// of many repetitions, one thread, OpenBLAS 0.3.21 with its SkylakeX kernels on a processor with
// AVX-512), for float64 and complex128; float32 and complex64 cross at nearly the same sizes. With
// threads, which the library starts for some routines from n = 5 on, the crossing is never lower.
namespace loom::blas {

struct Crossover {
  std::int64_t real, complex;
};

/// The number of multiply-adds of one matrix product: those of 14 and of 8 rows and columns.
inline constexpr Crossover kMatmulPays = {2700, 500};
/// The length of the vectors.
inline constexpr Crossover kDotPays = {1500, 1500};
/// The number of rows of a square matrix.
inline constexpr Crossover kLuPays = {56, 13};
inline constexpr Crossover kSolvePays = {42, 13};
inline constexpr Crossover kInversePays = {40, 9};
inline constexpr Crossover kDeterminantPays = {56, 13};
inline constexpr Crossover kCholeskyPays = {7, 4};
inline constexpr Crossover kQrPays = {40, 13};
inline constexpr Crossover kSvdPays = {6, 6};
inline constexpr Crossover kEighPays = {56, 28};
/// From where on hermitian.h's steps are faster than LAPACK's driver, on two threads.
inline constexpr Crossover kDividePays = {128, 80};
inline constexpr Crossover kEigPays = {4, 4};

/// That of the call's dtype; the kernel's context is its Crossover.
inline std::int64_t crossing(const dispatch::KernelCall& call) {
  const auto& crossover = *static_cast<const Crossover*>(call.context);
  return is_complex(call.dtype(0)) ? crossover.complex : crossover.real;
}

/// Whether the matrices of the first input are smaller than pays.
inline bool small_matrix(const dispatch::KernelCall& call) {
  const Dims& shape = call.shape(0);
  const std::int64_t order = crossing(call);
  return shape[shape.size() - 2] * shape.back() < order * order;
}

/// Whether the matrices of a product are.
inline bool small_product(const dispatch::KernelCall& call) {
  const Dims &a = call.shape(0), &b = call.shape(1);
  const std::int64_t rows = a.size() == 1 ? 1 : a[a.size() - 2];
  const std::int64_t columns = b.size() == 1 ? 1 : b.back();
  return rows * a.back() * columns < crossing(call);
}

/// Whether the vectors of a scalar product are.
inline bool short_vectors(const dispatch::KernelCall& call) {
  return call.shape(0).back() < crossing(call);
}

}  // namespace loom::blas
