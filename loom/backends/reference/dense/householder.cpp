#include "loom/backends/reference/dense/householder.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "loom/backends/reference/dense/scaling.h"
#include "loom/backends/reference/dense/vector.h"
#include "loom/support/threads.h"

namespace loom::reference::dense {
namespace {

/// Columns that are reflected together: two passes over a block find it in a second-level cache.
template <class T>
constexpr std::int64_t kBlock = 512 / static_cast<std::int64_t>(sizeof(T));

/// Squares that add up to something between this and its inverse lost nothing to the ends of the
/// range.
template <class R>
constexpr R kSafeSquare = std::numeric_limits<R>::digits < 50 ? R(1e-20) : R(1e-200);

/// One block of columns of `apply_reflector`.
template <class T>
void reflect_block(const T* v, T tau, T* c, std::int64_t stride, std::int64_t rows,
                   std::int64_t cols) {
  T products[kBlock<T>];  // v^H C
  std::fill_n(products, cols, T(0));
  add_rows(
      cols, rows, [=](std::int64_t i) { return conjugate(v[i]); }, c, stride, products);
  for (std::int64_t i = 0; i < rows; ++i) {
    axpy(cols, -multiply(tau, v[i]), products, c + i * stride);
  }
}

/// `form_q` for matrices so small that blocks cost more than their arithmetic.
template <class T>
void form_small_q(Matrix<const T> vectors, std::int64_t offset, const Work<T>& taus, Matrix<T> q) {
  set_identity(q);
  for (std::int64_t r = std::ssize(taus) - 1; r >= 0; --r) {
    const std::int64_t top = r + offset;
    const T* v = &vectors(r, top);
    // Columns before `top` are still those of the identity, which the reflector leaves alone.
    for (std::int64_t j = taus[r] == T(0) ? q.cols : top; j < q.cols; ++j) {
      T sum = T(0);
      for (std::int64_t i = top; i < q.rows; ++i) {
        sum = multiply_add(sum, conjugate(v[i - top]), q(i, j));
      }
      sum = multiply(taus[r], sum);
      for (std::int64_t i = top; i < q.rows; ++i) q(i, j) -= multiply(v[i - top], sum);
    }
  }
}

}  // namespace

template <class T>
Reflector<T> make_reflector(std::int64_t n, T* x) {
  using Real = real_t<T>;
  if (n == 1 && !kIsComplex<T>) {
    return {T(0), real_part(std::exchange(x[0], T(1)))};
  }
  // H is only unitary if the squares are accurate, however small the vector.
  Real scale = 1;
  Real tail = sum_of_squares(n - 1, x + 1);
  if (!(kSafeSquare<Real> < tail && squared_magnitude(x[0]) + tail < 1 / kSafeSquare<Real>)) {
    scale = scale_to_unit(Matrix<const T>{x, n, 1, 1, 1});
    for (std::int64_t i = 0; i < n; ++i) x[i] *= scale;
    tail = sum_of_squares(n - 1, x + 1);
  }
  const T alpha = x[0];
  x[0] = T(1);
  if (tail == 0 && imaginary_part(alpha) == 0) return {T(0), real_part(alpha) / scale};
  // The sign that adds to alpha, so that nothing cancels.
  const Real beta = -std::copysign(std::sqrt(squared_magnitude(alpha) + tail), real_part(alpha));
  const T inverse = T(1) / (alpha - beta);
  for (std::int64_t i = 1; i < n; ++i) x[i] = multiply(x[i], inverse);
  return {(beta - alpha) / beta, beta / scale};
}

template <class T>
void apply_reflector(const T* v, T tau, Matrix<T> c) {
  if (tau == T(0)) return;
  const std::int64_t blocks = (c.cols + kBlock<T> - 1) / kBlock<T>;
  parallel_for(blocks, grain_of(4 * c.rows * kBlock<T>), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t j = begin * kBlock<T>; j < std::min(c.cols, end * kBlock<T>);
         j += kBlock<T>) {
      reflect_block(v, tau, c.data + j, c.row_stride, c.rows, std::min(kBlock<T>, c.cols - j));
    }
  });
}

template <class T>
void form_q(Matrix<const T> vectors, std::int64_t offset, const Work<T>& taus, Matrix<T> q) {
  if (q.rows <= kSmall) return form_small_q(vectors, offset, taus, q);
  const auto count = static_cast<std::int64_t>(taus.size());
  const std::int64_t blocks = (q.cols + kBlock<T> - 1) / kBlock<T>;
  // A block of columns meets all reflectors while it is in cache.
  parallel_for(blocks, 1, [&](std::int64_t begin, std::int64_t end) {
    OwnedMatrix<T> work(q.rows, std::min(kBlock<T>, q.cols));
    for (std::int64_t b = begin; b < end; ++b) {
      const std::int64_t first = b * kBlock<T>;
      const std::int64_t width = std::min(kBlock<T>, q.cols - first);
      fill(work.view(), T(0));
      for (std::int64_t j = 0; j < width; ++j) work(first + j, j) = T(1);
      // Reflector r leaves e_j alone for j < r + offset.
      for (std::int64_t r = std::min(count, first + width - offset) - 1; r >= 0; --r) {
        const std::int64_t top = r + offset;
        if (taus[r] == T(0)) continue;
        reflect_block(&vectors(r, top), taus[r], work.row(top), work.cols(), q.rows - top, width);
      }
      copy<T>(work.view().block(0, 0, q.rows, width), q.block(0, first, q.rows, width));
    }
  });
}

template Reflector<float> make_reflector(std::int64_t, float*);
template Reflector<double> make_reflector(std::int64_t, double*);
template Reflector<std::complex<float>> make_reflector(std::int64_t, std::complex<float>*);
template Reflector<std::complex<double>> make_reflector(std::int64_t, std::complex<double>*);

template void apply_reflector(const float*, float, Matrix<float>);
template void apply_reflector(const double*, double, Matrix<double>);
template void apply_reflector(const std::complex<float>*, std::complex<float>,
                              Matrix<std::complex<float>>);
template void apply_reflector(const std::complex<double>*, std::complex<double>,
                              Matrix<std::complex<double>>);

template void form_q(Matrix<const float>, std::int64_t, const Work<float>&, Matrix<float>);
template void form_q(Matrix<const double>, std::int64_t, const Work<double>&, Matrix<double>);
template void form_q(Matrix<const std::complex<float>>, std::int64_t,
                     const Work<std::complex<float>>&, Matrix<std::complex<float>>);
template void form_q(Matrix<const std::complex<double>>, std::int64_t,
                     const Work<std::complex<double>>&, Matrix<std::complex<double>>);

}  // namespace loom::reference::dense
