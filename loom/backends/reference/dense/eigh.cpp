#include "loom/backends/reference/dense/eigh.h"

#include <algorithm>
#include <numeric>

#include "loom/backends/reference/dense/householder.h"
#include "loom/backends/reference/dense/scaling.h"
#include "loom/backends/reference/dense/tridiagonal.h"

namespace loom::reference::dense {
namespace {

/// Both triangles, made from the lower one.
template <class T>
OwnedMatrix<T> full_from_lower(Matrix<const T> a) {
  OwnedMatrix<T> full(a.rows, a.rows);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      full(i, j) = a(i, j);
      full(j, i) = conjugate(a(i, j));
    }
    full(i, i) = T(real_part(a(i, i)));
  }
  return full;
}

/// The matrix of the problem, scaled to unit size, and the scale.
template <class T>
struct Scaled {
  OwnedMatrix<T> matrix;
  real_t<T> scale;
};

template <class T>
Scaled<T> prepare(Matrix<const T> a, std::string_view operation) {
  OwnedMatrix<T> full = full_from_lower(a);
  const real_t<T> scale = finite_scale<T>(full.view(), operation);
  transform<T>(full.view(), full.view(), [=](T x) { return x * scale; });
  return {std::move(full), scale};
}

}  // namespace

template <class T>
void eigh(Matrix<const T> a, std::span<real_t<T>> values, Matrix<T> vectors,
          std::string_view operation) {
  const std::int64_t n = a.rows;
  auto [reflectors, scale] = prepare(a, operation);
  Work<T> taus;
  Tridiagonal<real_t<T>> t = tridiagonalise(reflectors, taus);
  OwnedMatrix<T> v(n, n);
  form_q<T>(reflectors.view(), 1, taus, v.view());
  diagonalise<T>(t, &v, operation);

  Work<std::int64_t> order(n);
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::sort(order.begin(), order.end(), [&](std::int64_t i, std::int64_t j) {
    return t.diagonal[i] < t.diagonal[j] || (t.diagonal[i] == t.diagonal[j] && i < j);
  });
  for (std::int64_t j = 0; j < n; ++j) values[j] = t.diagonal[order[j]] / scale;
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) vectors(i, j) = v(i, order[j]);
  }
}

template <class T>
void eigvalsh(Matrix<const T> a, std::span<real_t<T>> values, std::string_view operation) {
  auto [reflectors, scale] = prepare(a, operation);
  Work<T> taus;
  Tridiagonal<real_t<T>> t = tridiagonalise(reflectors, taus);
  diagonalise<T>(t, nullptr, operation);
  for (std::int64_t j = 0; j < a.rows; ++j) values[j] = t.diagonal[j] / scale;
  std::sort(values.begin(), values.end());
}

template void eigh(Matrix<const float>, std::span<float>, Matrix<float>, std::string_view);
template void eigh(Matrix<const double>, std::span<double>, Matrix<double>, std::string_view);
template void eigh(Matrix<const std::complex<float>>, std::span<float>, Matrix<std::complex<float>>,
                   std::string_view);
template void eigh(Matrix<const std::complex<double>>, std::span<double>,
                   Matrix<std::complex<double>>, std::string_view);

template void eigvalsh(Matrix<const float>, std::span<float>, std::string_view);
template void eigvalsh(Matrix<const double>, std::span<double>, std::string_view);
template void eigvalsh(Matrix<const std::complex<float>>, std::span<float>, std::string_view);
template void eigvalsh(Matrix<const std::complex<double>>, std::span<double>, std::string_view);

}  // namespace loom::reference::dense
