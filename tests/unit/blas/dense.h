#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "loom/backends/blas/matrix.h"

namespace loom::blas {

/// A column-major matrix with plain, slow arithmetic to compare with.
template <class T>
struct Matrix {
  std::int64_t rows, columns;
  std::vector<T> data;

  Matrix(std::int64_t m, std::int64_t n) : rows(m), columns(n), data(m * n) {}

  static Matrix random(std::int64_t m, std::int64_t n, std::mt19937_64& engine) {
    std::normal_distribution<Real<T>> normal;
    Matrix result(m, n);
    for (T& x : result.data) {
      if constexpr (kIsComplex<T>) {
        const Real<T> real = normal(engine);
        x = T(real, normal(engine));
      } else {
        x = normal(engine);
      }
    }
    return result;
  }
  static Matrix identity(std::int64_t n) {
    Matrix result(n, n);
    for (std::int64_t i = 0; i < n; ++i) result(i, i) = 1;
    return result;
  }

  T* get() { return data.data(); }
  const T* get() const { return data.data(); }
  T& operator()(std::int64_t i, std::int64_t j) { return data[j * rows + i]; }
  T operator()(std::int64_t i, std::int64_t j) const { return data[j * rows + i]; }

  Matrix operator*(const Matrix& other) const {
    Matrix result(rows, other.columns);
    for (std::int64_t j = 0; j < other.columns; ++j) {
      for (std::int64_t k = 0; k < columns; ++k) {
        const T factor = other(k, j);
        for (std::int64_t i = 0; i < rows; ++i) result(i, j) += (*this)(i, k) * factor;
      }
    }
    return result;
  }
  Matrix adjoint() const {
    Matrix result(columns, rows);
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) result(j, i) = conjugate((*this)(i, j));
    }
    return result;
  }
  Matrix first_columns(std::int64_t n) const {
    Matrix result(rows, n);
    std::copy_n(data.begin(), rows * n, result.data.begin());
    return result;
  }
  /// The columns multiplied by `factors`.
  template <class Factor>
  Matrix scaled(const std::vector<Factor>& factors) const {
    Matrix result = *this;
    for (std::int64_t j = 0; j < columns; ++j) {
      for (std::int64_t i = 0; i < rows; ++i) result(i, j) *= factors[j];
    }
    return result;
  }
};

template <class T>
double largest(const Matrix<T>& a) {
  double result = 0;
  for (const T& x : a.data) result = std::max<double>(result, std::abs(x));
  return result;
}

/// Backward-stable algorithms err by a small multiple of eps times the norm; 30 n covers the
/// dimension and every constant in sight, and a wrong routine, width or argument errs by about 1.
template <class T>
void expect_near(const Matrix<T>& a, const Matrix<T>& b) {
  ASSERT_EQ(a.rows, b.rows);
  ASSERT_EQ(a.columns, b.columns);
  double error = 0;
  for (std::size_t i = 0; i < a.data.size(); ++i) {
    const double difference = std::abs(a.data[i] - b.data[i]);
    error = difference <= error ? error : difference;  // keeps a NaN
  }
  const double n = static_cast<double>(std::max(a.rows, a.columns));
  EXPECT_LE(error, 30 * n * std::numeric_limits<Real<T>>::epsilon() * (1 + largest(b)));
}

}  // namespace loom::blas
