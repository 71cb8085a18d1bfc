#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <vector>

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

/// One implicit QR step on the unreduced block [first, last]; `vectors` takes its rotations.
///
/// A small matrix takes as long as the chain of operations from one rotation to the next. So what
/// the next rotation changes stays in registers, the division does not wait for the root, and the
/// rest is multiplied out before the two.
template <class R, class Vectors>
void qr_step(Tridiagonal<R>& t, std::int64_t first, std::int64_t last, Vectors& vectors) {
  R* d = t.diagonal.data();
  R* e = t.beside.data();
  // The shift is the eigenvalue of the trailing 2 x 2 block that is nearer its last element. The
  // first rotation is that of (d[first] - shift, e[first]), here twice as long. What the shift
  // loses to cancellation is small beside the block, and a step is stable with any shift.
  const R gap = d[last - 1] - d[last], twice = 2 * e[last - 1];
  const R root = std::sqrt(gap * gap + twice * twice);
  R x = (2 * (d[first] - d[last]) - gap) + std::copysign(root, gap);
  R bulge = 2 * e[first];
  R here = d[first], beside = e[first];
  vectors.begin_sweep(first);
  for (std::int64_t k = first; k < last; ++k) {
    const R xx = x * x, bb = bulge * bulge, xb = x * bulge;
    const R next = d[k + 1], ahead = k + 1 < last ? e[k + 1] : R(0);
    R r = x, c = 1, s = 0, moved = 0;
    if (xx + bb > kTiny<R> * kTiny<R>) {
      const R inverse = 1 / (xx + bb), x_part = x * inverse, bulge_part = bulge * inverse;
      r = std::sqrt(xx + bb);
      // For orthogonal vectors, of length one to the last place.
      c = x / r;
      s = bulge / r;
      moved = (bb * (next - here) + 2 * xb * beside) * inverse;
      x = (xb * (next - here) + (xx - bb) * beside) * inverse;
      bulge = (bulge_part * ahead) * r;
      beside = (x_part * ahead) * r;
    } else {
      x = beside;
      bulge = 0;
      beside = ahead;
    }
    if (k > first) e[k - 1] = r;
    d[k] = here + moved;
    here = next - moved;
    vectors.add(c, s);
  }
  d[last] = here;
  e[last - 1] = x;
}

/// What becomes of the rotations: `begin_sweep(k)` announces those of the columns (k, k + 1),
/// (k + 1, k + 2) and so on, which `add` takes one by one. A rotation makes (v_k, v_(k+1)) into
/// (c v_k + s v_(k+1), c v_(k+1) - s v_k). This one drops them.
template <class R>
struct NoVectors {
  void begin_sweep(std::int64_t) {}
  void add(R, R) {}
  void end_sweep() {}
};

/// A complex row is two real ones: the rotations are real.
template <class T>
inline constexpr std::int64_t kParts = kIsComplex<T> ? 2 : 1;

/// Rotates the columns of a small V at once: the processor has time for it while it waits for the
/// next rotation.
template <class T>
class SmallVectors {
 public:
  using R = real_t<T>;

  explicit SmallVectors(OwnedMatrix<T>& v)
      : elements_(reinterpret_cast<R*>(v.row(0))),
        end_(elements_ + v.rows() * v.cols() * kParts<T>),
        stride_(v.cols() * kParts<T>) {}

  void begin_sweep(std::int64_t first) { column_ = first * kParts<T>; }
  void add(R cosine, R sine) {
    for (R* row = elements_; row != end_; row += stride_) {
      for (std::int64_t at = column_; at < column_ + kParts<T>; ++at) {
        const R here = row[at], next = row[at + kParts<T>];
        row[at] = cosine * here + sine * next;
        row[at + kParts<T>] = cosine * next - sine * here;
      }
    }
    column_ += kParts<T>;
  }
  void end_sweep() {}

 private:
  R* elements_;
  R* end_;
  std::int64_t stride_;
  std::int64_t column_ = 0;
};

/// Collects the rotations of a large V and applies many at a time, in parallel over its rows.
template <class T>
class LargeVectors {
 public:
  using R = real_t<T>;

  explicit LargeVectors(OwnedMatrix<T>& v) : v_(v) {}

  void begin_sweep(std::int64_t first) { sweeps_.push_back({first, size()}); }
  void add(R cosine, R sine) { rotations_.push_back({cosine, sine}); }
  void end_sweep() {
    // So many that filling and emptying a panel does not count.
    if (size() >= 64 * v_.cols()) apply();
  }

  /// Applies what was collected.
  void apply();

 private:
  struct Rotation {
    R cosine;
    R sine;
  };
  struct Sweep {
    std::int64_t first_column;
    std::int64_t first_rotation;
  };
  static constexpr std::int64_t kWidth = kLanes<R>;

  std::int64_t size() const { return static_cast<std::int64_t>(rotations_.size()); }
  void rotate_panel(R* panel) const;

  OwnedMatrix<T>& v_;
  std::vector<Rotation> rotations_;
  std::vector<Sweep> sweeps_;
};

template <class T>
void LargeVectors<T>::rotate_panel(R* panel) const {
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

template <class T>
void LargeVectors<T>::apply() {
  const std::int64_t n = v_.cols();
  const std::int64_t real_rows = v_.rows() * kParts<T>;
  R* elements = reinterpret_cast<R*>(v_.row(0));
  const std::int64_t panels = (real_rows + kWidth - 1) / kWidth;
  parallel_for(panels, 1, [&](std::int64_t begin, std::int64_t end) {
    Work<R> panel(n * kWidth);
    for (std::int64_t b = begin; b < end; ++b) {
      const std::int64_t lanes = std::min(kWidth, real_rows - b * kWidth);
      const auto element = [&](std::int64_t lane, std::int64_t column) -> R& {
        const std::int64_t row = b * kWidth + lane;
        return elements[((row / kParts<T>)*n + column) * kParts<T> + row % kParts<T>];
      };
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        for (std::int64_t j = 0; j < n; ++j) panel[j * kWidth + lane] = element(lane, j);
      }
      rotate_panel(panel.data());
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        for (std::int64_t j = 0; j < n; ++j) element(lane, j) = panel[j * kWidth + lane];
      }
    }
  });
  rotations_.clear();
  sweeps_.clear();
}

template <class R>
bool negligible(const Tridiagonal<R>& t, std::int64_t i) {
  const R neighbours = std::abs(t.diagonal[i]) + std::abs(t.diagonal[i + 1]);
  return std::abs(t.beside[i]) <=
         std::max(std::numeric_limits<R>::epsilon() * neighbours, kTiny<R>);
}

template <class R, class Vectors>
void iterate(Tridiagonal<R>& t, Vectors& vectors, std::string_view operation) {
  constexpr int kMaxSteps = 60;  // per eigenvalue; two are usual
  int steps = 0;
  for (std::int64_t last = std::ssize(t.diagonal) - 1; last > 0;) {
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
    qr_step(t, first, last, vectors);
    vectors.end_sweep();
  }
}

}  // namespace

template <class T>
void diagonalise(Tridiagonal<real_t<T>>& t, OwnedMatrix<T>* v, std::string_view operation) {
  if (v == nullptr) {
    NoVectors<real_t<T>> vectors;
    iterate(t, vectors, operation);
  } else if (v->rows() <= kSmall) {
    SmallVectors<T> vectors(*v);
    iterate(t, vectors, operation);
  } else {
    LargeVectors<T> vectors(*v);
    iterate(t, vectors, operation);
    vectors.apply();
  }
}

template void diagonalise(Tridiagonal<float>&, OwnedMatrix<float>*, std::string_view);
template void diagonalise(Tridiagonal<double>&, OwnedMatrix<double>*, std::string_view);
template void diagonalise(Tridiagonal<float>&, OwnedMatrix<std::complex<float>>*, std::string_view);
template void diagonalise(Tridiagonal<double>&, OwnedMatrix<std::complex<double>>*,
                          std::string_view);

}  // namespace loom::reference::dense
