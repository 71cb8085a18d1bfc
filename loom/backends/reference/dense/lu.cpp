#include "loom/backends/reference/dense/lu.h"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

#include "loom/backends/reference/dense/vector.h"
#include "loom/support/threads.h"

namespace loom::reference::dense {
namespace {

// Columns that are eliminated before the columns right of them are touched.
constexpr std::int64_t kPanel = 32;

template <class T>
std::int64_t pivot_row(const OwnedMatrix<T>& a, std::int64_t k) {
  std::int64_t best = k;
  for (std::int64_t i = k + 1; i < a.rows(); ++i) {
    if (size_of(a(i, k)) > size_of(a(best, k))) best = i;
  }
  return best;
}

/// Eliminates the columns [first, last), exchanging whole rows.
template <class T>
void factor_panel(Lu<T>& lu, std::int64_t first, std::int64_t last) {
  OwnedMatrix<T>& a = lu.factors;
  for (std::int64_t k = first; k < last; ++k) {
    const std::int64_t pivot = pivot_row(a, k);
    if (a(pivot, k) == T(0)) continue;
    if (pivot != k) {
      std::swap_ranges(a.row(k), a.row(k) + a.cols(), a.row(pivot));
      std::swap(lu.permutation[k], lu.permutation[pivot]);
      lu.sign = -lu.sign;
    }
    for (std::int64_t i = k + 1; i < a.rows(); ++i) {
      a(i, k) /= a(k, k);
      axpy(last - k - 1, -a(i, k), a.row(k) + k + 1, a.row(i) + k + 1);
    }
  }
}

/// Carries the elimination of the panel [first, last) out on the columns right of it.
template <class T>
void update_right(OwnedMatrix<T>& a, std::int64_t first, std::int64_t last) {
  const std::int64_t width = a.cols() - last;
  const auto subtract = [&](std::int64_t i, std::int64_t count) {
    std::array<T, kPanel> factors;
    std::transform(a.row(i) + first, a.row(i) + first + count, factors.begin(), std::negate<>());
    add_rows(
        width, count, [&](std::int64_t k) { return factors[k]; }, a.row(first) + last, a.cols(),
        a.row(i) + last);
  };
  for (std::int64_t i = first + 1; i < last; ++i) subtract(i, i - first);
  parallel_for(a.rows() - last, grain_of(2 * width * (last - first)),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) subtract(last + i, last - first);
               });
}

}  // namespace

template <class T>
Lu<T> lu_factor(Matrix<const T> a) {
  Lu<T> lu{copy_of<T>(a), Work<std::int64_t>(a.rows), 1};
  std::iota(lu.permutation.begin(), lu.permutation.end(), std::int64_t{0});
  const std::int64_t count = std::min(a.rows, a.cols);
  for (std::int64_t first = 0; first < count; first += kPanel) {
    const std::int64_t last = std::min(first + kPanel, count);
    factor_panel(lu, first, last);
    if (last < a.cols) update_right(lu.factors, first, last);
  }
  return lu;
}

template <class T>
void write_p(const Lu<T>& lu, Matrix<T> p) {
  fill(p, T(0));
  for (std::int64_t i = 0; i < p.rows; ++i) p(lu.permutation[i], i) = T(1);
}

template <class T>
void write_l(const Lu<T>& lu, Matrix<T> l) {
  for (std::int64_t i = 0; i < l.rows; ++i) {
    for (std::int64_t j = 0; j < l.cols; ++j) {
      l(i, j) = i > j ? lu.factors(i, j) : i == j ? T(1) : T(0);
    }
  }
}

template <class T>
void write_u(const Lu<T>& lu, Matrix<T> u) {
  for (std::int64_t i = 0; i < u.rows; ++i) {
    for (std::int64_t j = 0; j < u.cols; ++j) u(i, j) = i <= j ? lu.factors(i, j) : T(0);
  }
}

template Lu<float> lu_factor(Matrix<const float>);
template Lu<double> lu_factor(Matrix<const double>);
template Lu<std::complex<float>> lu_factor(Matrix<const std::complex<float>>);
template Lu<std::complex<double>> lu_factor(Matrix<const std::complex<double>>);

template void write_p(const Lu<float>&, Matrix<float>);
template void write_p(const Lu<double>&, Matrix<double>);
template void write_p(const Lu<std::complex<float>>&, Matrix<std::complex<float>>);
template void write_p(const Lu<std::complex<double>>&, Matrix<std::complex<double>>);

template void write_l(const Lu<float>&, Matrix<float>);
template void write_l(const Lu<double>&, Matrix<double>);
template void write_l(const Lu<std::complex<float>>&, Matrix<std::complex<float>>);
template void write_l(const Lu<std::complex<double>>&, Matrix<std::complex<double>>);

template void write_u(const Lu<float>&, Matrix<float>);
template void write_u(const Lu<double>&, Matrix<double>);
template void write_u(const Lu<std::complex<float>>&, Matrix<std::complex<float>>);
template void write_u(const Lu<std::complex<double>>&, Matrix<std::complex<double>>);

}  // namespace loom::reference::dense
