#include <algorithm>
#include <cmath>
#include <limits>

#include "loom/backends/reference/dense/householder.h"
#include "loom/backends/reference/dense/schur.h"
#include "loom/backends/reference/dense/vector.h"
#include "loom/support/threads.h"

namespace loom::reference::dense {
namespace {

/// A <- A (I - tau v v^H) for A with rows of contiguous elements.
template <class C>
void apply_from_right(const C* v, C tau, Matrix<C> a) {
  std::vector<C> conj_v(v, v + a.cols);
  std::transform(conj_v.begin(), conj_v.end(), conj_v.begin(), conjugate<C>);
  parallel_for(a.rows, grain_of(16 * a.cols), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const C product = dot(a.cols, conj_v.data(), &a(i, 0));
      axpy(a.cols, -multiply(tau, product), conj_v.data(), &a(i, 0));
    }
  });
}

/// Scales row and column i to similar norms; false where that would gain little.
template <class C>
bool balance_one(OwnedMatrix<C>& a, std::int64_t i, real_t<C>& scale) {
  using Real = real_t<C>;
  constexpr int kMaxExponent = std::numeric_limits<Real>::max_exponent / 2;
  const std::int64_t n = a.rows();
  Real column_square = 0;
  for (std::int64_t k = 0; k < n; ++k) column_square += squared_magnitude(a(k, i));
  const Real column = std::sqrt(column_square), row = std::sqrt(sum_of_squares(n, a.row(i)));
  if (column == 0 || row == 0) return false;
  const int exponent = static_cast<int>(std::lround((std::log2(row) - std::log2(column)) / 2));
  const Real factor = std::ldexp(Real(1), exponent);
  if (!(column * factor + row / factor < Real(0.95) * (column + row))) return false;
  if (std::abs(std::ilogb(scale) + exponent) > kMaxExponent) return false;
  scale *= factor;
  for (std::int64_t k = 0; k < n; ++k) a(k, i) *= factor;
  for (std::int64_t k = 0; k < n; ++k) a(i, k) /= factor;
  return true;
}

}  // namespace

template <class C>
std::vector<real_t<C>> balance(OwnedMatrix<C>& a) {
  constexpr int kMaxSweeps = 20;  // each but the last makes the norm smaller; three are usual
  std::vector<real_t<C>> scales(a.rows(), real_t<C>(1));
  bool changed = true;
  for (int sweep = 0; changed && sweep < kMaxSweeps; ++sweep) {
    changed = false;
    for (std::int64_t i = 0; i < a.rows(); ++i) changed |= balance_one(a, i, scales[i]);
  }
  return scales;
}

template <class C>
void reduce_to_hessenberg(OwnedMatrix<C>& a, OwnedMatrix<C>* basis) {
  const std::int64_t n = a.rows(), count = std::max<std::int64_t>(n - 2, 0);
  OwnedMatrix<C> vectors(count, n);
  Work<C> taus;
  for (std::int64_t k = 0; k < count; ++k) {
    const std::int64_t top = k + 1;
    C* v = vectors.row(k) + top;
    for (std::int64_t i = top; i < n; ++i) v[i - top] = a(i, k);
    const Reflector<C> reflector = make_reflector(n - top, v);
    apply_reflector<C>(v, conjugate(reflector.tau), a.view().block(top, top, n - top, n - top));
    apply_from_right<C>(v, reflector.tau, a.view().block(0, top, n, n - top));
    fill(a.view().block(top, k, n - top, 1), C(0));
    a(top, k) = C(reflector.beta);
    taus.push_back(reflector.tau);
  }
  if (basis != nullptr) form_q<C>(vectors.view(), 1, taus, basis->view().transposed());
}

template std::vector<float> balance(OwnedMatrix<std::complex<float>>&);
template std::vector<double> balance(OwnedMatrix<std::complex<double>>&);

template void reduce_to_hessenberg(OwnedMatrix<std::complex<float>>&,
                                   OwnedMatrix<std::complex<float>>*);
template void reduce_to_hessenberg(OwnedMatrix<std::complex<double>>&,
                                   OwnedMatrix<std::complex<double>>*);

}  // namespace loom::reference::dense
