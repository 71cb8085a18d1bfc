#include "loom/backends/reference/dense/schur.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "loom/backends/reference/dense/vector.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::reference::dense {
namespace {

/// What is negligible beside a matrix of norm one, and large enough for quotients to be accurate.
template <class C>
constexpr real_t<C> kTiny =
    std::numeric_limits<real_t<C>>::min() / std::numeric_limits<real_t<C>>::epsilon();

/// The unitary [c, s; -conj(s), c], which acts on two neighbouring rows.
template <class C>
struct Rotation {
  C s;
  real_t<C> c;
};

/// The rotation that takes (x, y) to (., 0), or so near that the second may be taken for 0.
template <class C>
Rotation<C> rotation_of(C x, C y) {
  using Real = real_t<C>;
  const Real size_x = std::abs(x), size_y = std::abs(y), r = std::hypot(size_x, size_y);
  if (size_y <= kTiny<C>) return {C(0), Real(1)};
  if (size_x <= kTiny<C>) return {conjugate(y) / size_y, Real(0)};
  return {multiply(x / size_x, conjugate(y) / r), size_x / r};
}

/// (x, y) becomes (c x + s y, c y - conj(s) x), element by element.
template <class C>
void rotate_rows(std::int64_t n, Rotation<C> rotation, C* __restrict x, C* __restrict y) {
  const C s = rotation.s, minus_conj_s = -conjugate(s);
  for (std::int64_t j = 0; j < n; ++j) {
    const C before = x[j];
    x[j] = rotation.c * before + multiply(s, y[j]);
    y[j] = rotation.c * y[j] + multiply(minus_conj_s, before);
  }
}

/// The eigenvalue of the trailing 2 x 2 block ending at `last` that is nearer its last element.
template <class C>
C wilkinson_shift(const OwnedMatrix<C>& h, std::int64_t last) {
  const C product = multiply(h(last - 1, last), h(last, last - 1));
  const C half_gap = (h(last - 1, last - 1) - h(last, last)) / real_t<C>(2);
  const C root = std::sqrt(multiply(half_gap, half_gap) + product);
  const C plus = half_gap + root, minus = half_gap - root;
  const C larger = size_of(plus) > size_of(minus) ? plus : minus;
  return larger == C(0) ? h(last, last) : h(last, last) - product / larger;
}

/// The shift for the given attempt at one eigenvalue: every tenth is a random-like one, because on
/// a unitary block Wilkinson's can leave everything as it was.
template <class C>
C shift_of(const OwnedMatrix<C>& h, std::int64_t last, int attempt) {
  if (attempt % 10 != 0) return wilkinson_shift(h, last);
  return h(last, last) + real_t<C>(0.75) * size_of(h(last, last - 1));
}

/// One step H - sigma I = Q R, H <- R Q + sigma I on the unreduced block [first, last]. The rest of
/// the rows and columns is transformed along only where the Schur vectors are wanted.
template <class C>
void qr_step(OwnedMatrix<C>& h, OwnedMatrix<C>* basis, std::int64_t first, std::int64_t last,
             C shift) {
  const std::int64_t end_column = basis != nullptr ? h.cols() : last + 1;
  const std::int64_t begin_row = basis != nullptr ? 0 : first;
  std::vector<Rotation<C>> rotations;
  for (std::int64_t k = first; k <= last; ++k) h(k, k) -= shift;
  for (std::int64_t k = first; k < last; ++k) {
    const Rotation<C> rotation = rotation_of(h(k, k), h(k + 1, k));
    rotate_rows(end_column - k, rotation, h.row(k) + k, h.row(k + 1) + k);
    h(k + 1, k) = C(0);
    rotations.push_back(rotation);
    // Columns k and k + 1 of Q, which are rows of its transpose, turn by the adjoint.
    if (basis != nullptr) {
      rotate_rows(basis->cols(), {conjugate(rotation.s), rotation.c}, basis->row(k),
                  basis->row(k + 1));
    }
  }
  parallel_for(last + 1 - begin_row, grain_of(16 * (last - first)),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin_row + begin; i < begin_row + end; ++i) {
                   C* row = h.row(i);
                   for (std::int64_t k = std::max(first, i - 1); k < last; ++k) {
                     const auto [s, c] = rotations[k - first];
                     const C x = row[k], y = row[k + 1];
                     row[k] = c * x + multiply(conjugate(s), y);
                     row[k + 1] = c * y - multiply(s, x);
                   }
                 }
               });
  for (std::int64_t k = first; k <= last; ++k) h(k, k) += shift;
}

template <class C>
bool negligible(const OwnedMatrix<C>& h, std::int64_t k) {
  const real_t<C> neighbours = size_of(h(k, k)) + size_of(h(k + 1, k + 1));
  return size_of(h(k + 1, k)) <=
         std::max(std::numeric_limits<real_t<C>>::epsilon() * neighbours, kTiny<C>);
}

}  // namespace

template <class C>
void reduce_to_triangular(OwnedMatrix<C>& h, OwnedMatrix<C>* basis, std::string_view operation) {
  constexpr int kMaxSteps = 60;  // per eigenvalue; three are usual
  int steps = 0;
  for (std::int64_t last = h.rows() - 1; last > 0;) {
    if (negligible(h, last - 1)) {
      h(last, last - 1) = C(0);
      --last;
      steps = 0;
      continue;
    }
    if (++steps > kMaxSteps) {
      throw LinAlgError(fmt::format("[{}] no convergence: eigenvalue {} after {} steps", operation,
                                    last, kMaxSteps));
    }
    std::int64_t first = last - 1;
    while (first > 0 && !negligible(h, first - 1)) --first;
    if (first > 0) h(first, first - 1) = C(0);
    qr_step(h, basis, first, last, shift_of(h, last, steps));
  }
}

template <class C>
OwnedMatrix<C> triangular_eigenvectors(const OwnedMatrix<C>& t) {
  using Real = real_t<C>;
  using Limits = std::numeric_limits<Real>;
  const std::int64_t n = t.rows();
  Real norm = 0;
  for (std::int64_t i = 0; i < n; ++i)
    norm = std::max(norm, std::sqrt(sum_of_squares(n, t.row(i))));
  // Eigenvalues nearer than rounding errors are held that far apart.
  const Real least_gap = std::max(Limits::epsilon() * norm, kTiny<C>);
  const Real large = std::sqrt(Limits::max()) * Limits::epsilon();

  OwnedMatrix<C> vectors(n, n);
  parallel_for(n, grain_of(4 * n * n), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t k = begin; k < end; ++k) {
      C* x = vectors.row(k);
      x[k] = C(1);
      for (std::int64_t i = k - 1; i >= 0; --i) {
        const C* row = t.row(i);
        const C sum = interleaved_sum<C>(
            k - i, [&](std::int64_t j) { return multiply(row[i + 1 + j], x[i + 1 + j]); });
        const C gap = t(k, k) - t(i, i);
        x[i] = sum / (size_of(gap) < least_gap ? C(least_gap) : gap);
        if (const Real size = size_of(x[i]); size > large) {
          for (std::int64_t j = i; j <= k; ++j) x[j] /= size;
        }
      }
    }
  });
  return vectors;
}

template void reduce_to_triangular(OwnedMatrix<std::complex<float>>&,
                                   OwnedMatrix<std::complex<float>>*, std::string_view);
template void reduce_to_triangular(OwnedMatrix<std::complex<double>>&,
                                   OwnedMatrix<std::complex<double>>*, std::string_view);

template OwnedMatrix<std::complex<float>> triangular_eigenvectors(
    const OwnedMatrix<std::complex<float>>&);
template OwnedMatrix<std::complex<double>> triangular_eigenvectors(
    const OwnedMatrix<std::complex<double>>&);

}  // namespace loom::reference::dense
