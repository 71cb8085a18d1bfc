#include "loom/backends/reference/dense/svd.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "loom/backends/reference/dense/gemm.h"
#include "loom/backends/reference/dense/qr.h"
#include "loom/backends/reference/dense/scaling.h"
#include "loom/backends/reference/dense/vector.h"
#include "loom/support/error.h"

namespace loom::reference::dense {
namespace {

/// Finds the unitary J that makes the rows of W = J R orthogonal. The norms of those rows are the
/// singular values of R.
template <class T>
class RowJacobi {
 public:
  using Real = real_t<T>;

  /// Works on `w`, which holds R with a norm near one, and on `j` (where not null), which holds J.
  RowJacobi(OwnedMatrix<T>& w, OwnedMatrix<T>* j, std::string_view operation)
      : w_(w), j_(j), squares_(w.rows()) {
    constexpr int kMaxSweeps = 60;  // ten are many
    for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
      for (std::int64_t i = 0; i < w_.rows(); ++i) measure(i);
      if (!run_sweep()) return;
    }
    throw LinAlgError(fmt::format("[{}] no convergence after {} sweeps", operation, kMaxSweeps));
  }

  /// The norm of row i, descending in i.
  Real norm(std::int64_t i) const { return std::sqrt(squares_[i]); }

 private:
  /// Updates |row i|^2. A row too small for its square to be accurate becomes zero: it is smaller
  /// than the rounding errors of R by far.
  void measure(std::int64_t i) {
    constexpr Real kTiny = std::numeric_limits<Real>::min() / std::numeric_limits<Real>::epsilon();
    squares_[i] = sum_of_squares(w_.cols(), w_.row(i));
    if (squares_[i] < kTiny) {
      std::fill_n(w_.row(i), w_.cols(), T(0));
      squares_[i] = 0;
    }
  }

  /// Visits every pair of rows once; false where all were orthogonal.
  bool run_sweep() {
    const std::int64_t n = w_.rows();
    bool rotated = false;
    for (std::int64_t i = 0; i < n; ++i) {
      const auto largest = std::max_element(squares_.begin() + i, squares_.end());
      exchange(i, largest - squares_.begin());
      for (std::int64_t k = i + 1; k < n; ++k) rotated |= orthogonalise(i, k);
    }
    return rotated;
  }

  void exchange(std::int64_t i, std::int64_t k) {
    if (i == k) return;
    std::swap(squares_[i], squares_[k]);
    std::swap_ranges(w_.row(i), w_.row(i) + w_.cols(), w_.row(k));
    if (j_ != nullptr) std::swap_ranges(j_->row(i), j_->row(i) + j_->cols(), j_->row(k));
  }

  /// Rotates rows i and k unless they are orthogonal to working precision.
  bool orthogonalise(std::int64_t i, std::int64_t k) {
    const Real tolerance =
        std::numeric_limits<Real>::epsilon() * std::sqrt(static_cast<Real>(w_.cols()));
    const T product = dot(w_.cols(), w_.row(i), w_.row(k));
    const Real size = std::abs(product);
    if (!(size > tolerance * norm(i) * norm(k))) return false;

    // The smaller root t of t^2 + 2 zeta t = 1 makes the rotated rows orthogonal.
    const Real zeta = (squares_[k] - squares_[i]) / (2 * size);
    const Real t = std::copysign(1 / (std::abs(zeta) + std::hypot(Real(1), zeta)), zeta);
    const Real cosine = 1 / std::hypot(Real(1), t), sine = cosine * t;
    const T phase = conjugate(product) / size;
    rotate(w_, i, k, cosine, sine, phase);
    if (j_ != nullptr) rotate(*j_, i, k, cosine, sine, phase);
    measure(i);
    measure(k);
    return true;
  }

  /// With row k turned by `phase` first: (x, y) becomes (c x - s y, s x + c y).
  static void rotate(OwnedMatrix<T>& a, std::int64_t i, std::int64_t k, Real cosine, Real sine,
                     T phase) {
    T* __restrict x = a.row(i);
    T* __restrict y = a.row(k);
    const T turned_cosine = cosine * phase, turned_sine = sine * phase;
    for (std::int64_t j = 0; j < a.cols(); ++j) {
      const T before = x[j];
      x[j] = cosine * before - multiply(turned_sine, y[j]);
      y[j] = sine * before + multiply(turned_cosine, y[j]);
    }
  }

  OwnedMatrix<T>& w_;
  OwnedMatrix<T>* j_;
  std::vector<Real> squares_;
};

/// Writes the n x n Vh: the rows of W divided by their norms, and for rows of zeros (which are
/// last) an orthonormal basis of what the others leave.
template <class T>
void write_right_vectors(const OwnedMatrix<T>& w, std::span<const real_t<T>> norms, Matrix<T> vh) {
  const std::int64_t n = w.rows();
  const std::int64_t rank = std::find(norms.begin(), norms.end(), real_t<T>(0)) - norms.begin();
  for (std::int64_t i = 0; i < rank; ++i) {
    for (std::int64_t j = 0; j < n; ++j) vh(i, j) = w(i, j) / norms[i];
  }
  if (rank == n) return;
  OwnedMatrix<T> v(n, rank), q(n, n), r(n, rank);
  copy_adjoint<T>(vh.block(0, 0, rank, n), v.view());
  qr<T>(v.view(), q.view(), r.view());
  copy_adjoint<T>(q.view().block(0, rank, n, n - rank), vh.block(rank, 0, n - rank, n));
}

/// `svd` for m >= n.
template <class T>
void svd_tall(Matrix<const T> a, Matrix<T> u, std::span<real_t<T>> s, Matrix<T> vh,
              std::string_view operation) {
  const std::int64_t n = a.cols;
  const real_t<T> scale = finite_scale(a, operation);
  OwnedMatrix<T> work(a.rows, n);
  transform<T>(a, work.view(), [=](T x) { return x * scale; });
  OwnedMatrix<T> q(a.rows, u.cols), r(u.cols, n);
  qr<T>(work.view(), q.view(), r.view());

  // R = J^H diag(norms) Vh, so that A = (Q J^H) diag(norms) Vh; columns of Q beyond n stay.
  OwnedMatrix<T> w = copy_of<T>(r.view().block(0, 0, n, n));
  OwnedMatrix<T> j(n, n), j_adjoint(n, n);
  set_identity(j.view());
  const RowJacobi<T> jacobi(w, &j, operation);
  for (std::int64_t i = 0; i < n; ++i) s[i] = jacobi.norm(i);
  write_right_vectors<T>(w, s, vh);
  for (real_t<T>& value : s) value /= scale;

  copy_adjoint<T>(j.view(), j_adjoint.view());
  gemm<T>(q.view().block(0, 0, a.rows, n), j_adjoint.view(), u.block(0, 0, a.rows, n));
  copy<T>(q.view().block(0, n, a.rows, u.cols - n), u.block(0, n, a.rows, u.cols - n));
}

}  // namespace

template <class T>
void svd(Matrix<const T> a, Matrix<T> u, std::span<real_t<T>> s, Matrix<T> vh,
         std::string_view operation) {
  if (a.rows >= a.cols) return svd_tall(a, u, s, vh, operation);
  // A^H = V diag(s) U^H.
  OwnedMatrix<T> adjoint(a.cols, a.rows), v(vh.cols, vh.rows), uh(u.cols, u.rows);
  copy_adjoint<T>(a, adjoint.view());
  svd_tall<T>(adjoint.view(), v.view(), s, uh.view(), operation);
  copy_adjoint<T>(uh.view(), u);
  copy_adjoint<T>(v.view(), vh);
}

template <class T>
void svdvals(Matrix<const T> a, std::span<real_t<T>> s, std::string_view operation) {
  const real_t<T> scale = finite_scale(a, operation);
  OwnedMatrix<T> work(std::max(a.rows, a.cols), std::min(a.rows, a.cols));
  transform<T>(a.rows >= a.cols ? a : a.transposed(), work.view(), [=](T x) { return x * scale; });
  OwnedMatrix<T> w(work.cols(), work.cols());
  qr_r<T>(work.view(), w.view());
  const RowJacobi<T> jacobi(w, nullptr, operation);
  for (std::int64_t i = 0; i < w.rows(); ++i) s[i] = jacobi.norm(i) / scale;
}

template void svd(Matrix<const float>, Matrix<float>, std::span<float>, Matrix<float>,
                  std::string_view);
template void svd(Matrix<const double>, Matrix<double>, std::span<double>, Matrix<double>,
                  std::string_view);
template void svd(Matrix<const std::complex<float>>, Matrix<std::complex<float>>, std::span<float>,
                  Matrix<std::complex<float>>, std::string_view);
template void svd(Matrix<const std::complex<double>>, Matrix<std::complex<double>>,
                  std::span<double>, Matrix<std::complex<double>>, std::string_view);

template void svdvals(Matrix<const float>, std::span<float>, std::string_view);
template void svdvals(Matrix<const double>, std::span<double>, std::string_view);
template void svdvals(Matrix<const std::complex<float>>, std::span<float>, std::string_view);
template void svdvals(Matrix<const std::complex<double>>, std::span<double>, std::string_view);

}  // namespace loom::reference::dense
