#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <complex>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "loom/backends/reference/dense/matrix.h"

// What the tests of the dense algorithms share: random and scattered matrices, and measures of
// error.
namespace loom::reference::dense {

using Scalars = testing::Types<float, double, std::complex<float>, std::complex<double>>;

inline const std::vector<std::int64_t> kSizes = {0, 1, 2, 3, 5, 17, 64, 100};
inline const std::vector<std::pair<std::int64_t, std::int64_t>> kShapes = {
    {0, 0}, {0, 3}, {3, 0},   {1, 1},   {2, 2},    {5, 5},    {64, 64}, {1, 7},  {7, 1},
    {3, 5}, {5, 3}, {17, 64}, {64, 17}, {100, 99}, {99, 100}, {100, 2}, {2, 100}};

/// Normally distributed numbers from a seed that a failing test prints.
class Random {
 public:
  template <class T>
  T number() {
    if constexpr (kIsComplex<T>) {
      const auto re = number<real_t<T>>();
      return {re, number<real_t<T>>()};
    } else {
      return static_cast<T>(normal_(engine_));
    }
  }

  template <class T>
  OwnedMatrix<T> matrix(std::int64_t rows, std::int64_t cols) {
    OwnedMatrix<T> result(rows, cols);
    for (std::int64_t i = 0; i < rows * cols; ++i) result.row(0)[i] = number<T>();
    return result;
  }

  template <class T>
  OwnedMatrix<T> hermitian(std::int64_t n) {
    OwnedMatrix<T> result = matrix<T>(n, n);
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < i; ++j) result(j, i) = conjugate(result(i, j));
      result(i, i) = T(real_part(result(i, i)));
    }
    return result;
  }

 private:
  std::uint64_t seed_ = std::random_device()();
  std::mt19937_64 engine_{seed_};
  std::normal_distribution<double> normal_;
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
};

/// A matrix whose memory is column-major with gaps, to be read and written through its view.
template <class T>
class Scattered {
 public:
  Scattered(std::int64_t rows, std::int64_t cols)
      : memory_(2 * cols + 1, 2 * rows + 1),
        view_{memory_.row(0), rows, cols, 2, 2 * memory_.cols()} {}
  explicit Scattered(const OwnedMatrix<T>& from) : Scattered(from.rows(), from.cols()) {
    copy<T>(from.view(), view_);
  }
  Matrix<T> view() { return view_; }

 private:
  OwnedMatrix<T> memory_;
  Matrix<T> view_;
};

template <class T>
OwnedMatrix<T> from_rows(std::int64_t cols, std::vector<real_t<T>> elements) {
  OwnedMatrix<T> result(static_cast<std::int64_t>(elements.size()) / cols, cols);
  std::copy(elements.begin(), elements.end(), result.row(0));
  return result;
}

template <class T>
OwnedMatrix<T> product(Matrix<const T> a, Matrix<const T> b) {
  OwnedMatrix<T> c(a.rows, b.cols);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t k = 0; k < a.cols; ++k) {
      for (std::int64_t j = 0; j < b.cols; ++j) c(i, j) += multiply(a(i, k), b(k, j));
    }
  }
  return c;
}

template <class T>
OwnedMatrix<T> adjoint(Matrix<const T> a) {
  OwnedMatrix<T> result(a.cols, a.rows);
  copy_adjoint<T>(a, result.view());
  return result;
}

/// A with column j multiplied by d[j].
template <class T, class D>
OwnedMatrix<T> scale_columns(Matrix<const T> a, const std::vector<D>& d) {
  OwnedMatrix<T> result = copy_of<T>(a);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.cols; ++j) result(i, j) *= d[j];
  }
  return result;
}

template <class T>
real_t<T> norm(Matrix<const T> a) {
  real_t<T> sum = 0;
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.cols; ++j) sum += squared_magnitude(a(i, j));
  }
  return std::sqrt(sum);
}

/// The Frobenius norm of A - B.
template <class T>
real_t<T> distance(Matrix<const T> a, Matrix<const T> b) {
  EXPECT_EQ(a.rows, b.rows);
  EXPECT_EQ(a.cols, b.cols);
  OwnedMatrix<T> difference = copy_of<T>(a);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.cols; ++j) difference(i, j) -= b(i, j);
  }
  return norm<T>(difference.view());
}

/// How far the columns of Q are from orthonormal.
template <class T>
real_t<T> departure_from_unitary(Matrix<const T> q) {
  OwnedMatrix<T> identity(q.cols, q.cols);
  set_identity(identity.view());
  return distance<T>(product<T>(adjoint(q).view(), q).view(), identity.view());
}

/// A backward stable algorithm on n x n matrices of norm `scale` errs by a small multiple of
/// epsilon n scale; 10 is room for the constants of the worst of several thousand random matrices.
template <class T>
real_t<T> tolerance(std::int64_t n, real_t<T> scale) {
  return 10 * std::numeric_limits<real_t<T>>::epsilon() *
         static_cast<real_t<T>>(std::max<std::int64_t>(n, 1)) * scale;
}

template <class T>
OwnedMatrix<T> hilbert(std::int64_t n) {
  OwnedMatrix<T> h(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) h(i, j) = T(1) / T(real_t<T>(i + j + 1));
  }
  return h;
}

/// Elements from 1 down to 10^-decades, by row and column.
template <class T>
OwnedMatrix<T> graded(Random& random, std::int64_t m, std::int64_t n, double decades) {
  OwnedMatrix<T> a = random.matrix<T>(m, n);
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      a(i, j) *= static_cast<real_t<T>>(
          std::pow(10.0, -decades * static_cast<double>(i + j) / static_cast<double>(m + n)));
    }
  }
  return a;
}

}  // namespace loom::reference::dense
