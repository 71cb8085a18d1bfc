#pragma once

#include <cmath>
#include <numbers>

#include "arrays.h"

// Results by definition, in extended precision and without any of Loom's own arithmetic.
namespace loom::test {

/// A matrix of a stack, row by row.
struct WideMatrix {
  std::int64_t rows = 0, columns = 0;
  std::vector<Wide> elements;

  WideMatrix(std::int64_t m, std::int64_t n) : rows(m), columns(n), elements(m * n) {}
  Wide& operator()(std::int64_t i, std::int64_t j) { return elements[i * columns + j]; }
  const Wide& operator()(std::int64_t i, std::int64_t j) const { return elements[i * columns + j]; }
};

/// Matrix number `item` of a stack of matrices.
inline WideMatrix matrix_of(const Array& stack, std::int64_t item = 0) {
  WideMatrix result(stack.shape(-2), stack.shape(-1));
  const std::vector<Wide> all = values_of(stack);
  const auto first = all.begin() + item * result.rows * result.columns;
  std::copy_n(first, result.rows * result.columns, result.elements.begin());
  return result;
}

inline WideMatrix product(const WideMatrix& a, const WideMatrix& b) {
  WideMatrix c(a.rows, b.columns);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t k = 0; k < a.columns; ++k) {
      const Wide x = a(i, k);
      for (std::int64_t j = 0; j < b.columns; ++j) {
        // By parts: the operator of std::complex is a library call.
        const Wide y = b(k, j);
        c(i, j) += Wide(x.real() * y.real() - x.imag() * y.imag(),
                        x.real() * y.imag() + x.imag() * y.real());
      }
    }
  }
  return c;
}

inline WideMatrix adjoint(const WideMatrix& a) {
  WideMatrix result(a.columns, a.rows);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.columns; ++j) result(j, i) = std::conj(a(i, j));
  }
  return result;
}

inline WideMatrix identity(std::int64_t n) {
  WideMatrix result(n, n);
  for (std::int64_t i = 0; i < n; ++i) result(i, i) = 1;
  return result;
}

inline WideMatrix difference(WideMatrix a, const WideMatrix& b) {
  for (std::size_t i = 0; i < a.elements.size(); ++i) a.elements[i] -= b.elements[i];
  return a;
}

/// The Frobenius norm. Not a number where an element is none.
inline long double norm(const WideMatrix& a) {
  long double sum = 0;
  for (const Wide& x : a.elements) sum += std::norm(x);
  return std::sqrt(sum);
}

/// Gaussian elimination with partial pivoting.
inline Wide determinant(WideMatrix a) {
  Wide result = 1;
  for (std::int64_t k = 0; k < a.rows; ++k) {
    std::int64_t pivot = k;
    for (std::int64_t i = k; i < a.rows; ++i) {
      if (std::abs(a(i, k)) > std::abs(a(pivot, k))) pivot = i;
    }
    if (a(pivot, k) == Wide(0)) return 0;
    if (pivot != k) result = -result;
    for (std::int64_t j = 0; j < a.rows; ++j) std::swap(a(k, j), a(pivot, j));
    result *= a(k, k);
    for (std::int64_t i = k + 1; i < a.rows; ++i) {
      const Wide factor = a(i, k) / a(k, k);
      for (std::int64_t j = k; j < a.rows; ++j) a(i, j) -= factor * a(k, j);
    }
  }
  return result;
}

/// sum_k x[k] exp(sign 2 pi i j k / n) for j < n.
inline std::vector<Wide> discrete_fourier(const std::vector<Wide>& x, int sign) {
  const auto n = static_cast<std::int64_t>(x.size());
  std::vector<Wide> result(n);
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t k = 0; k < n; ++k) {
      const auto turn = static_cast<long double>(j * k % n) / static_cast<long double>(n);
      result[j] += x[k] * std::polar(1.0L, sign * 2 * std::numbers::pi_v<long double> * turn);
    }
  }
  return result;
}

}  // namespace loom::test
