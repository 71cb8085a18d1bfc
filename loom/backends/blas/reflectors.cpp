#include "loom/backends/blas/reflectors.h"

#include <algorithm>

#include "loom/support/threads.h"

namespace loom::blas {
namespace {

using Index = std::int64_t;

constexpr Index blocks_of(Index n) { return (n - 1 + kBlock - 1) / kBlock; }

}  // namespace

template <Scalar T>
Reflectors<T>::Reflectors(const Library& library, Index n, T* a, const T* tau)
    : lapack_(library), n_(n), a_(a), factors_(memory<T>(size(n))) {
  parallel_for(blocks_of(n), 1, [&](Index first, Index last) {
    for (Index i = first; i < last; ++i) {
      isolate(block(i));
      factorise(block(i), tau + i * kBlock);
    }
  });
}

/// Reflector i (from 0) stands in column i + 1, and its last row is i.
template <Scalar T>
typename Reflectors<T>::Block Reflectors<T>::block(Index i) const {
  const Index first = i * kBlock, last = std::min(first + kBlock, n_ - 1);
  return {last, last - first, a_ + (first + 1) * n_, factors_.get() + first * kBlock};
}

/// Writes what sytrd leaves unsaid: the last row of each vector is 1, and below come zeros.
template <Scalar T>
void Reflectors<T>::isolate(const Block& block) const {
  for (Index j = 0; j < block.count; ++j) {
    T* column = block.vectors + j * n_;
    const Index last = block.rows - block.count + j;
    column[last] = T(1);
    std::fill(column + last + 1, column + block.rows, T(0));
  }
}

/// The inverse, column by column: t_jj = 1 / x_jj, and above it -T x_j t_jj.
template <Scalar T>
void Reflectors<T>::factorise(const Block& block, const T* tau) const {
  const Memory<T> products = memory<T>(kBlock * kBlock);
  lapack_.gemm('C', 'N', block.count, block.count, block.rows, T(1), block.vectors, n_,
               block.vectors, n_, T(0), products.get(), kBlock);
  std::fill_n(block.factor, kBlock * block.count, T(0));
  for (Index j = 0; j < block.count; ++j) {
    T* column = block.factor + j * kBlock;
    const T* product = products.get() + j * kBlock;
    column[j] = conjugate(tau[j]);
    for (Index k = 0; k < j; ++k) {
      const T scale = -product[k] * column[j];
      for (Index i = 0; i <= k; ++i) column[i] += block.factor[i + k * kBlock] * scale;
    }
  }
}

template <Scalar T>
void Reflectors<T>::apply(T* c, Index columns, T* work) const {
  T *const inner = work, *const scaled = work + kBlock * columns;
  for (Index i = 0; i < blocks_of(n_); ++i) {
    const auto [rows, count, vectors, factor] = block(i);
    lapack_.gemm('C', 'N', count, columns, rows, T(1), vectors, n_, c, n_, T(0), inner, kBlock);
    lapack_.gemm('C', 'N', count, columns, count, T(1), factor, kBlock, inner, kBlock, T(0), scaled,
                 kBlock);
    lapack_.gemm('N', 'N', rows, columns, count, T(-1), vectors, n_, scaled, kBlock, T(1), c, n_);
  }
}

template class Reflectors<float>;
template class Reflectors<double>;
template class Reflectors<std::complex<float>>;
template class Reflectors<std::complex<double>>;

}  // namespace loom::blas
