#include "loom/backends/blas/hermitian.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "loom/backends/blas/crossover.h"
#include "loom/backends/blas/matrix.h"
#include "loom/backends/blas/reflectors.h"
#include "loom/backends/blas/routines.h"
#include "loom/backends/blas/tridiagonal.h"
#include "loom/support/threads.h"

namespace loom::blas {
namespace {

using Index = std::int64_t;

template <Scalar T>
bool divide(const Library& library, Index n) {
  const Index pays = kIsComplex<T> ? kDividePays.complex : kDividePays.real;
  return n >= pays && library.find<Real<T>>(Routine::laed4) != nullptr;
}

template <Scalar T>
void conjugate_all(T* data, Index count) {
  if constexpr (kIsComplex<T>) {
    for (Index i = 0; i < count; ++i) data[i] = std::conj(data[i]);
  }
}

/// By LAPACK's driver. The lower triangle by rows is the upper one by columns, of the conjugate;
/// its vectors come out as columns, and conjugated.
template <Scalar T>
void decompose_whole(const Library& library, const View& a, const View& values,
                     const View& vectors) {
  const Index n = a.shape[0];
  T* data = vectors.as<T>();
  load_rows(a, data);
  require_convergence("eigh",
                      Routines<T>(library).syevd('V', 'U', n, data, n, values.as<Real<T>>()));
  transpose_in_place(data, n);
  conjugate_all(data, n * n);
}

template <class R>
R largest_of(const std::vector<R>& values) {
  R largest = 0;
  for (const R value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

/// Of the lower triangle by rows.
template <Scalar T>
Real<T> largest_entry(const T* a, Index n) {
  std::vector<Real<T>> of_rows(n);
  parallel_for(n, 64, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      for (Index j = 0; j <= i; ++j) of_rows[i] = std::max(of_rows[i], std::abs(a[i * n + j]));
    }
  });
  return largest_of(of_rows);
}

/// The power of two near 1 / `size` where squares of that size overflow or vanish; else 1.
template <class R>
R safe_scale(R size) {
  using Limits = std::numeric_limits<R>;
  const R least = std::sqrt(Limits::min() / Limits::epsilon());
  if (size == 0 || (size >= least && size <= 1 / least)) return 1;
  // A subnormal size has no inverse.
  return std::exp2(
      R(std::clamp(-std::ilogb(size), Limits::min_exponent, Limits::max_exponent - 1)));
}

template <class T, class R>
void scale(T* data, Index count, R factor) {
  for (Index i = 0; i < count; ++i) data[i] *= factor;
}

/// Q times the columns `order` of z, as the conjugated columns of `vectors`.
template <Scalar T>
void carry_back(const Reflectors<T>& q, const Real<T>* z, const std::vector<Index>& order,
                const View& vectors) {
  const Index n = std::ssize(order);
  const Index width = columns_at_a_time(n);
  T* out = vectors.as<T>();
  parallel_for(n, width, [&](Index first, Index last) {
    const Memory<T> block = memory<T>(n * width);
    const Memory<T> work = memory<T>(Reflectors<T>::workspace(width));
    for (Index j0 = first; j0 < last; j0 += width) {
      const Index columns = std::min(width, last - j0);
      for (Index j = 0; j < columns; ++j) {
        std::copy_n(z + order[j0 + j] * n, n, block.get() + j * n);
      }
      q.apply(block.get(), columns, work.get());
      conjugate_all(block.get(), n * columns);
      copy_matrix(block.get(), 1, n, out + j0, n, 1, n, columns);
    }
  });
}

template <Scalar T>
void decompose_in_steps(const Library& library, const View& a, const View& values,
                        const View& vectors) {
  using R = Real<T>;
  const Index n = a.shape[0];
  const Memory<T> reduced = matrix_memory<T>(n, n);
  load_rows(a, reduced.get());
  const R entry_scale = safe_scale(largest_entry(reduced.get(), n));
  if (entry_scale != 1) scale(reduced.get(), n * n, entry_scale);

  std::vector<R> d(n), e(n);
  std::vector<T> tau(n);
  require_convergence(
      "eigh", Routines<T>(library).sytrd(n, reduced.get(), n, d.data(), e.data(), tau.data()));
  const R size = std::max(largest_of(d), largest_of(e));
  const R unit = size == 0 ? R(1) : size;
  for (std::vector<R>* part : {&d, &e}) {
    for (R& value : *part) value /= unit;
  }

  const OneThreadEach serial(library);
  const Memory<R> z = memory<R>(n * n);
  const std::vector<Index> order =
      solve_tridiagonal(library, n, d.data(), e.data(), z.get(), vectors.as<R>());
  for (Index j = 0; j < n; ++j) values.as<R>()[j] = d[order[j]] * unit / entry_scale;
  carry_back(Reflectors<T>(library, n, reduced.get(), tau.data()), z.get(), order, vectors);
}

}  // namespace

template <Scalar T>
void Hermitian<T>::decompose(const Library& library, const View& a, const View& values,
                             const View& vectors) {
  const auto run = divide<T>(library, a.shape[0]) ? decompose_in_steps<T> : decompose_whole<T>;
  run(library, a, values, vectors);
}

template <Scalar T>
std::int64_t Hermitian<T>::workspace(const Library& library, Index n) {
  if (!divide<T>(library, n)) return syevd_workspace<T>(n, true).bytes();
  // The reduced matrix, the tridiagonal one's vectors, and what each thread works on.
  const Index blocks = (n + Reflectors<T>::workspace(1)) * columns_at_a_time(n) * num_threads();
  const Index elements = matrix_elements(n, n) + blocks + Reflectors<T>::size(n) + (kBlock + 1) * n;
  return elements * Index{sizeof(T)} + (n * n + 8 * n) * Index{sizeof(Real<T>)};
}

template <Scalar T>
std::array<std::int64_t, 2> Hermitian<T>::largest(const Library& library, Index n) {
  if (divide<T>(library, n)) return {n, n};
  const Workspace<T> work = syevd_workspace<T>(n, true);
  return {std::max(work.elements, work.reals), 1};
}

template struct Hermitian<float>;
template struct Hermitian<double>;
template struct Hermitian<std::complex<float>>;
template struct Hermitian<std::complex<double>>;

}  // namespace loom::blas
