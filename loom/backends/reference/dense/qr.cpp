#include "loom/backends/reference/dense/qr.h"

#include <algorithm>

#include "loom/backends/reference/dense/householder.h"
#include "loom/backends/reference/dense/scaling.h"

namespace loom::reference::dense {
namespace {

/// Writes R and returns the reflectors: the vector of reflector k in row k of `vectors`, from
/// column k on.
template <class T>
Work<T> factor(Matrix<const T> a, Matrix<T> r, OwnedMatrix<T>& vectors) {
  const std::int64_t m = a.rows, n = a.cols, count = std::min(m, n);
  const T scale = T(scale_to_unit(a));
  OwnedMatrix<T> work(m, n);
  transform<T>(a, work.view(), [=](T x) { return multiply(x, scale); });
  vectors = OwnedMatrix<T>(count, m);
  Work<T> taus;
  for (std::int64_t k = 0; k < count; ++k) {
    T* v = vectors.row(k) + k;
    for (std::int64_t i = k; i < m; ++i) v[i - k] = work(i, k);
    const Reflector<T> reflector = make_reflector(m - k, v);
    apply_reflector<T>(v, conjugate(reflector.tau), work.view().block(k, k + 1, m - k, n - k - 1));
    work(k, k) = T(reflector.beta);
    taus.push_back(reflector.tau);
  }
  for (std::int64_t i = 0; i < r.rows; ++i) {
    for (std::int64_t j = 0; j < n; ++j) r(i, j) = i <= j ? work(i, j) / scale : T(0);
  }
  return taus;
}

}  // namespace

template <class T>
void qr(Matrix<const T> a, Matrix<T> q, Matrix<T> r) {
  OwnedMatrix<T> vectors;
  const Work<T> taus = factor(a, r, vectors);
  form_q<T>(vectors.view(), 0, taus, q);
}

template <class T>
void qr_r(Matrix<const T> a, Matrix<T> r) {
  OwnedMatrix<T> vectors;
  factor(a, r, vectors);
}

template void qr(Matrix<const float>, Matrix<float>, Matrix<float>);
template void qr(Matrix<const double>, Matrix<double>, Matrix<double>);
template void qr(Matrix<const std::complex<float>>, Matrix<std::complex<float>>,
                 Matrix<std::complex<float>>);
template void qr(Matrix<const std::complex<double>>, Matrix<std::complex<double>>,
                 Matrix<std::complex<double>>);

template void qr_r(Matrix<const float>, Matrix<float>);
template void qr_r(Matrix<const double>, Matrix<double>);
template void qr_r(Matrix<const std::complex<float>>, Matrix<std::complex<float>>);
template void qr_r(Matrix<const std::complex<double>>, Matrix<std::complex<double>>);

}  // namespace loom::reference::dense
