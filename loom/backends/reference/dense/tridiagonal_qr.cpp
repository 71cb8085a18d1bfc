#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "loom/backends/reference/dense/tridiagonal.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::reference::dense {
namespace {

/// Rows of V that are rotated together, as the columns of a panel: a column of V is then contiguous
/// and one such piece of it fits into the registers.
template <class R>
constexpr std::int64_t kLanes = 128 / static_cast<std::int64_t>(sizeof(R));

/// What is negligible beside a matrix of norm one, and large enough for its square to be accurate.
template <class R>
constexpr R kTiny = std::numeric_limits<R>::digits < 50 ? R(1e-15) : R(1e-145);

/// The length of (x, y), of which the larger is neither huge nor below kTiny.
template <class R>
R length(R x, R y) {
  return std::sqrt(x * x + y * y);
}

/// The eigenvalue of the trailing 2 x 2 block ending at `last` that is nearer its last element.
template <class R>
R wilkinson_shift(const Tridiagonal<R>& t, std::int64_t last) {
  const R b = t.beside[last - 1];
  const R half_gap = (t.diagonal[last - 1] - t.diagonal[last]) / 2;
  return t.diagonal[last] - b * (b / (half_gap + std::copysign(length(half_gap, b), half_gap)));
}

/// One implicit QR step on the unreduced block [first, last].
template <class R>
void qr_step(Tridiagonal<R>& t, std::int64_t first, std::int64_t last, RotationBatch<R>* batch) {
  auto& d = t.diagonal;
  auto& e = t.beside;
  R x = d[first] - wilkinson_shift(t, last);
  R bulge = e[first];
  if (batch != nullptr) batch->begin_sweep(first);
  for (std::int64_t k = first; k < last; ++k) {
    const R r = length(x, bulge);
    const bool rotates = r > kTiny<R>;
    const R c = rotates ? x / r : R(1);
    const R s = rotates ? bulge / r : R(0);
    if (k > first) e[k - 1] = rotates ? r : x;
    const R p = s * (d[k + 1] - d[k]) + 2 * c * e[k];
    d[k] += s * p;
    d[k + 1] -= s * p;
    e[k] = c * p - e[k];
    x = e[k];
    if (k + 1 < last) {
      bulge = s * e[k + 1];
      e[k + 1] *= c;
    }
    if (batch != nullptr) batch->add(c, s);
  }
}

template <class R>
bool negligible(const Tridiagonal<R>& t, std::int64_t i) {
  const R neighbours = std::abs(t.diagonal[i]) + std::abs(t.diagonal[i + 1]);
  return std::abs(t.beside[i]) <=
         std::max(std::numeric_limits<R>::epsilon() * neighbours, kTiny<R>);
}

}  // namespace

template <class R>
void RotationBatch<R>::begin_sweep(std::int64_t first) {
  sweeps_.push_back({first, size()});
}

template <class R>
void RotationBatch<R>::add(R cosine, R sine) {
  rotations_.push_back({cosine, sine});
}

template <class R>
void RotationBatch<R>::rotate_panel(R* panel) const {
  constexpr std::int64_t kWidth = kLanes<R>;
  for (std::size_t k = 0; k < sweeps_.size(); ++k) {
    const std::int64_t end = k + 1 < sweeps_.size() ? sweeps_[k + 1].first_rotation : size();
    R* column = panel + sweeps_[k].first_column * kWidth;
    R carried[kWidth];  // the column that the next rotation changes again
    std::copy_n(column, kWidth, carried);
    for (std::int64_t i = sweeps_[k].first_rotation; i < end; ++i, column += kWidth) {
      const R c = rotations_[i].cosine, s = rotations_[i].sine;
      for (std::int64_t lane = 0; lane < kWidth; ++lane) {
        const R next = column[kWidth + lane];
        column[lane] = c * carried[lane] + s * next;
        carried[lane] = c * next - s * carried[lane];
      }
    }
    std::copy_n(carried, kWidth, column);
  }
}

template <class R>
template <int kParts>
void RotationBatch<R>::rotate_rows(R* elements, std::int64_t rows, std::int64_t stride) const {
  for (std::size_t k = 0; k < sweeps_.size(); ++k) {
    const std::int64_t end = k + 1 < sweeps_.size() ? sweeps_[k + 1].first_rotation : size();
    R* column = elements + sweeps_[k].first_column * kParts;
    for (std::int64_t i = sweeps_[k].first_rotation; i < end; ++i, column += kParts) {
      const R c = rotations_[i].cosine, s = rotations_[i].sine;
      R* at = column;
      for (std::int64_t row = 0; row < rows; ++row, at += stride) {
        for (int part = 0; part < kParts; ++part) {
          const R here = at[part], next = at[part + kParts];
          at[part] = c * here + s * next;
          at[part + kParts] = c * next - s * here;
        }
      }
    }
  }
}

template <class R>
template <class T>
void RotationBatch<R>::apply_to(OwnedMatrix<T>& v) {
  // A complex row is two real ones: the rotations are real.
  constexpr int kParts = kIsComplex<T> ? 2 : 1;
  constexpr std::int64_t kWidth = kLanes<R>;
  const std::int64_t n = v.cols();
  const std::int64_t real_rows = v.rows() * kParts;
  R* elements = reinterpret_cast<R*>(v.row(0));
  const std::int64_t panels = (real_rows + kWidth - 1) / kWidth;
  const auto rotate_panels = [&](std::int64_t begin, std::int64_t end) {
    Work<R> panel(n * kWidth);
    for (std::int64_t b = begin; b < end; ++b) {
      const std::int64_t lanes = std::min(kWidth, real_rows - b * kWidth);
      const auto element = [&](std::int64_t lane, std::int64_t column) -> R& {
        const std::int64_t row = b * kWidth + lane;
        return elements[((row / kParts) * n + column) * kParts + row % kParts];
      };
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        for (std::int64_t j = 0; j < n; ++j) panel[j * kWidth + lane] = element(lane, j);
      }
      rotate_panel(panel.data());
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        for (std::int64_t j = 0; j < n; ++j) element(lane, j) = panel[j * kWidth + lane];
      }
    }
  };
  if (2 * real_rows <= kWidth) {  // most of a panel would be empty
    rotate_rows<kParts>(elements, v.rows(), n * kParts);
  } else {
    parallel_for(panels, 1, rotate_panels);
  }
  rotations_.clear();
  sweeps_.clear();
}

template <class T>
void diagonalise(Tridiagonal<real_t<T>>& t, OwnedMatrix<T>* v, std::string_view operation) {
  constexpr int kMaxSteps = 60;  // per eigenvalue; two are usual
  const auto n = static_cast<std::int64_t>(t.diagonal.size());
  // So many rotations at a time that filling and emptying a panel does not count.
  const std::int64_t batch_size = 64 * n;
  RotationBatch<real_t<T>> batch;
  int steps = 0;
  for (std::int64_t last = n - 1; last > 0;) {
    if (negligible(t, last - 1)) {
      --last;
      steps = 0;
      continue;
    }
    if (++steps > kMaxSteps) {
      throw LinAlgError(fmt::format("[{}] no convergence: eigenvalue {} after {} steps", operation,
                                    last, kMaxSteps));
    }
    std::int64_t first = last - 1;
    while (first > 0 && !negligible(t, first - 1)) --first;
    qr_step(t, first, last, v == nullptr ? nullptr : &batch);
    if (batch.size() >= batch_size) batch.apply_to(*v);
  }
  if (batch.size() > 0) batch.apply_to(*v);
}

template void diagonalise(Tridiagonal<float>&, OwnedMatrix<float>*, std::string_view);
template void diagonalise(Tridiagonal<double>&, OwnedMatrix<double>*, std::string_view);
template void diagonalise(Tridiagonal<float>&, OwnedMatrix<std::complex<float>>*, std::string_view);
template void diagonalise(Tridiagonal<double>&, OwnedMatrix<std::complex<double>>*,
                          std::string_view);

}  // namespace loom::reference::dense
