#include "loom/backends/reference/dense/eig.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "loom/backends/reference/dense/gemm.h"
#include "loom/backends/reference/dense/scaling.h"
#include "loom/backends/reference/dense/schur.h"
#include "loom/backends/reference/dense/vector.h"

namespace loom::reference::dense {
namespace {

template <class T>
using complex_t = std::complex<real_t<T>>;

/// The eigenvalues of the balanced problem, whose norm is near one, and (where wanted) the
/// eigenvectors of A, one per row.
template <class C>
struct Eigen {
  std::vector<C> values;
  OwnedMatrix<C> vectors;
  real_t<C> norm = 0;  ///< Frobenius norm of the balanced matrix
  real_t<C> scale = 1;
};

/// Makes every row of 2-norm one.
template <class C>
void normalise_rows(OwnedMatrix<C>& vectors) {
  for (std::int64_t i = 0; i < vectors.rows(); ++i) {
    C* row = vectors.row(i);
    real_t<C> largest = 0;  // taken out first: squares of the elements may overflow
    for (std::int64_t j = 0; j < vectors.cols(); ++j) largest = std::max(largest, size_of(row[j]));
    for (std::int64_t j = 0; j < vectors.cols(); ++j) row[j] /= largest;
    const real_t<C> norm = std::sqrt(sum_of_squares(vectors.cols(), row));
    for (std::int64_t j = 0; j < vectors.cols(); ++j) row[j] /= norm;
  }
}

template <class T>
Eigen<complex_t<T>> decompose(Matrix<const T> a, bool want_vectors, std::string_view operation) {
  using C = complex_t<T>;
  const std::int64_t n = a.rows;
  Eigen<C> result;
  result.scale = finite_scale(a, operation);
  OwnedMatrix<C> t(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) t(i, j) = C(a(i, j) * result.scale);
  }
  const std::vector<real_t<T>> scales = balance(t);
  result.norm = std::sqrt(sum_of_squares(n * n, t.row(0)));
  OwnedMatrix<C> basis = want_vectors ? OwnedMatrix<C>(n, n) : OwnedMatrix<C>();
  reduce_to_hessenberg(t, want_vectors ? &basis : nullptr);
  reduce_to_triangular(t, want_vectors ? &basis : nullptr, operation);
  for (std::int64_t k = 0; k < n; ++k) result.values.push_back(t(k, k));
  if (!want_vectors) return result;

  // A row of x is an eigenvector of T, and D Q x^T one of A.
  const OwnedMatrix<C> x = triangular_eigenvectors(t);
  result.vectors = OwnedMatrix<C>(n, n);
  gemm<C>(x.view(), basis.view(), result.vectors.view());
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) result.vectors(i, j) *= scales[j];
  }
  normalise_rows(result.vectors);
  return result;
}

/// Turns an eigenvector of a real eigenvalue of a real matrix so that its real part is as large as
/// can be, and drops the imaginary part if it is then small: both parts are eigenvectors. It is not
/// small where the eigenvalue is multiple; then two such vectors could become one.
template <class C>
void make_real(std::int64_t n, C* v) {
  using Real = real_t<C>;
  const C square = interleaved_sum<C>(n, [=](std::int64_t i) { return multiply(v[i], v[i]); });
  if (square == C(0)) return;
  const C turn = conjugate(std::sqrt(square / std::abs(square)));
  Real imaginary = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    imaginary = std::max(imaginary, std::abs(multiply(v[i], turn).imag()));
  }
  if (imaginary > std::sqrt(std::numeric_limits<Real>::epsilon())) return;
  for (std::int64_t i = 0; i < n; ++i) v[i] = C(multiply(v[i], turn).real());
  const Real norm = std::sqrt(sum_of_squares(n, v));
  for (std::int64_t i = 0; i < n; ++i) v[i] /= norm;
}

/// The value after i that is nearest the conjugate of value i, within `tolerance` and nearer than
/// value i itself is to the real axis; -1 where there is none. Values marked `done` do not count.
template <class C>
std::int64_t conjugate_partner(const std::vector<C>& values, const std::vector<bool>& done,
                               std::int64_t i, real_t<C> tolerance) {
  std::int64_t partner = -1;
  real_t<C> nearest = std::min(tolerance, std::abs(values[i].imag()));
  for (std::int64_t j = i + 1; j < static_cast<std::int64_t>(values.size()); ++j) {
    const real_t<C> distance = size_of(values[j] - conjugate(values[i]));
    if (done[j] || distance > nearest) continue;
    partner = j;
    nearest = distance;
  }
  return partner;
}

/// Gives the eigenvalues and eigenvectors of a real matrix the symmetry that they have without
/// rounding errors: makes conjugate pairs exact, and what is left near the real axis real. No value
/// moves by more than the errors of the QR steps.
template <class C>
void restore_conjugates(Eigen<C>& eigen) {
  using Real = real_t<C>;
  std::vector<C>& values = eigen.values;
  const auto n = static_cast<std::int64_t>(values.size());
  const bool has_vectors = eigen.vectors.rows() > 0;
  const Real noise = 4 * std::numeric_limits<Real>::epsilon() * eigen.norm;
  const Real tolerance = noise * static_cast<Real>(n);
  std::vector<bool> done(n, false);
  for (std::int64_t i = 0; i < n; ++i) {
    if (done[i] || std::abs(values[i].imag()) <= noise) continue;
    const std::int64_t partner = conjugate_partner(values, done, i, tolerance);
    if (partner < 0) continue;
    done[i] = done[partner] = true;
    values[partner] = conjugate(values[i]);
    if (!has_vectors) continue;
    std::transform(eigen.vectors.row(i), eigen.vectors.row(i) + n, eigen.vectors.row(partner),
                   conjugate<C>);
  }
  for (std::int64_t i = 0; i < n; ++i) {
    if (done[i] || std::abs(values[i].imag()) > tolerance) continue;
    values[i] = C(values[i].real());
    if (has_vectors) make_real(n, eigen.vectors.row(i));
  }
}

template <class T>
Eigen<complex_t<T>> solve_problem(Matrix<const T> a, bool want_vectors,
                                  std::span<complex_t<T>> values, std::string_view operation) {
  Eigen<complex_t<T>> eigen = decompose(a, want_vectors, operation);
  if constexpr (!kIsComplex<T>) restore_conjugates(eigen);
  std::transform(eigen.values.begin(), eigen.values.end(), values.begin(),
                 [&](complex_t<T> value) { return value / eigen.scale; });
  return eigen;
}

}  // namespace

template <class T>
void eig(Matrix<const T> a, std::span<std::complex<real_t<T>>> values,
         Matrix<std::complex<real_t<T>>> vectors, std::string_view operation) {
  const auto eigen = solve_problem(a, true, values, operation);
  copy<complex_t<T>>(eigen.vectors.view().transposed(), vectors);
}

template <class T>
void eigvals(Matrix<const T> a, std::span<std::complex<real_t<T>>> values,
             std::string_view operation) {
  solve_problem(a, false, values, operation);
}

template void eig(Matrix<const float>, std::span<std::complex<float>>, Matrix<std::complex<float>>,
                  std::string_view);
template void eig(Matrix<const double>, std::span<std::complex<double>>,
                  Matrix<std::complex<double>>, std::string_view);
template void eig(Matrix<const std::complex<float>>, std::span<std::complex<float>>,
                  Matrix<std::complex<float>>, std::string_view);
template void eig(Matrix<const std::complex<double>>, std::span<std::complex<double>>,
                  Matrix<std::complex<double>>, std::string_view);

template void eigvals(Matrix<const float>, std::span<std::complex<float>>, std::string_view);
template void eigvals(Matrix<const double>, std::span<std::complex<double>>, std::string_view);
template void eigvals(Matrix<const std::complex<float>>, std::span<std::complex<float>>,
                      std::string_view);
template void eigvals(Matrix<const std::complex<double>>, std::span<std::complex<double>>,
                      std::string_view);

}  // namespace loom::reference::dense
