#include "loom/backends/reference/dense/solve.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "loom/backends/reference/dense/lu.h"
#include "loom/backends/reference/dense/vector.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::reference::dense {
namespace {

template <class T>
void require_regular(const Lu<T>& lu, std::string_view operation) {
  for (std::int64_t k = 0; k < lu.factors.rows(); ++k) {
    if (lu.factors(k, k) == T(0)) {
      throw LinAlgError(
          fmt::format("[{}] matrix is singular: zero pivot in column {}", operation, k));
    }
  }
}

/// Solves L U X = X in place for X with rows of contiguous elements.
template <class T>
void substitute(const OwnedMatrix<T>& factors, Matrix<T> x) {
  const std::int64_t n = x.rows;
  for (std::int64_t i = 1; i < n; ++i) {
    const T* row = factors.row(i);
    add_rows(
        x.cols, i, [=](std::int64_t k) { return -row[k]; }, x.data, x.row_stride, &x(i, 0));
  }
  for (std::int64_t i = n - 1; i >= 0; --i) {
    const T* row = factors.row(i) + i;
    add_rows(
        x.cols, n - i - 1, [=](std::int64_t k) { return -row[k + 1]; },
        x.data + (i + 1) * x.row_stride, x.row_stride, &x(i, 0));
    for (std::int64_t j = 0; j < x.cols; ++j) x(i, j) /= row[0];
  }
}

/// Solves A X = P^T-permuted right-hand sides, which `work` holds, and writes X.
template <class T>
void solve_permuted(const Lu<T>& lu, OwnedMatrix<T>& work, Matrix<T> x) {
  // Columns are solved independently; a block of them stays in a second-level cache.
  constexpr std::int64_t kBlock = 512 / static_cast<std::int64_t>(sizeof(T));
  const std::int64_t n = x.rows, blocks = (x.cols + kBlock - 1) / kBlock;
  parallel_for(blocks, grain_of(2 * n * n * kBlock), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t b = begin; b < end; ++b) {
      const std::int64_t first = b * kBlock;
      substitute(lu.factors, work.view().block(0, first, n, std::min(kBlock, x.cols - first)));
    }
  });
  copy<T>(work.view(), x);
}

}  // namespace

template <class T>
void solve(Matrix<const T> a, Matrix<const T> b, Matrix<T> x, std::string_view operation) {
  const Lu<T> lu = lu_factor(a);
  require_regular(lu, operation);
  OwnedMatrix<T> work(b.rows, b.cols);
  for (std::int64_t i = 0; i < b.rows; ++i) {
    for (std::int64_t j = 0; j < b.cols; ++j) work(i, j) = b(lu.permutation[i], j);
  }
  solve_permuted(lu, work, x);
}

template <class T>
void inverse(Matrix<const T> a, Matrix<T> result, std::string_view operation) {
  const Lu<T> lu = lu_factor(a);
  require_regular(lu, operation);
  OwnedMatrix<T> work(a.rows, a.cols);
  for (std::int64_t i = 0; i < a.rows; ++i) work(i, lu.permutation[i]) = T(1);
  solve_permuted(lu, work, result);
}

template <class T>
T determinant(Matrix<const T> a) {
  const Lu<T> lu = lu_factor(a);
  T product = T(lu.sign);
  for (std::int64_t k = 0; k < a.rows; ++k) {
    // Apart, because a product that has overflowed times zero would be NaN.
    if (lu.factors(k, k) == T(0)) return T(0);
    product = multiply(product, lu.factors(k, k));
  }
  return product;
}

template <class T>
LogDeterminant<T> log_determinant(Matrix<const T> a) {
  const Lu<T> lu = lu_factor(a);
  LogDeterminant<T> result{T(lu.sign), 0};
  for (std::int64_t k = 0; k < a.rows; ++k) {
    const T pivot = lu.factors(k, k);
    if (pivot == T(0)) return {T(0), -std::numeric_limits<real_t<T>>::infinity()};
    const real_t<T> size = std::abs(pivot);
    result.sign = multiply(result.sign, pivot / size);
    result.log_magnitude += std::log(size);
  }
  return result;
}

template void solve(Matrix<const float>, Matrix<const float>, Matrix<float>, std::string_view);
template void solve(Matrix<const double>, Matrix<const double>, Matrix<double>, std::string_view);
template void solve(Matrix<const std::complex<float>>, Matrix<const std::complex<float>>,
                    Matrix<std::complex<float>>, std::string_view);
template void solve(Matrix<const std::complex<double>>, Matrix<const std::complex<double>>,
                    Matrix<std::complex<double>>, std::string_view);

template void inverse(Matrix<const float>, Matrix<float>, std::string_view);
template void inverse(Matrix<const double>, Matrix<double>, std::string_view);
template void inverse(Matrix<const std::complex<float>>, Matrix<std::complex<float>>,
                      std::string_view);
template void inverse(Matrix<const std::complex<double>>, Matrix<std::complex<double>>,
                      std::string_view);

template float determinant(Matrix<const float>);
template double determinant(Matrix<const double>);
template std::complex<float> determinant(Matrix<const std::complex<float>>);
template std::complex<double> determinant(Matrix<const std::complex<double>>);

template LogDeterminant<float> log_determinant(Matrix<const float>);
template LogDeterminant<double> log_determinant(Matrix<const double>);
template LogDeterminant<std::complex<float>> log_determinant(Matrix<const std::complex<float>>);
template LogDeterminant<std::complex<double>> log_determinant(Matrix<const std::complex<double>>);

}  // namespace loom::reference::dense
