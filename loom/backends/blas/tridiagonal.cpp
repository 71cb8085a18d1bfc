#include "loom/backends/blas/tridiagonal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include "loom/backends/blas/matrix.h"
#include "loom/backends/blas/routines.h"
#include "loom/support/threads.h"

namespace loom::blas {
namespace {

using Index = std::int64_t;

/// Rows of the largest matrix that is not torn.
constexpr Index kLeaf = 64;
/// Secular equations that a thread solves at a time, and rows of their roots that it works through.
constexpr Index kRoots = 16;

/// The indices of `values` in their order.
template <class R>
std::vector<Index> ascending(const R* values, Index count) {
  std::vector<Index> order(count);
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::stable_sort(order, {}, [&](Index j) { return values[j]; });
  return order;
}

/// In which half a column of vectors has entries; columns are grouped in this order.
enum Kind { kUpper, kDense, kLower, kDeflated, kKinds };

/// Two solved halves become the solution of their whole: rows and columns [begin, end) of z, torn
/// at `middle` by an off-diagonal element `coupling`. In what follows rows and columns count from
/// `begin`, `upper_` of them belong to the upper half, and D is the halves' eigenvalues.
template <class R>
class Merge {
 public:
  Merge(const Library& library, Index begin, Index middle, Index end, R coupling, R* d, R* z,
        Index leading, R* spare)
      : lapack_(library),
        rows_(end - begin),
        upper_(middle - begin),
        coupling_(coupling),
        d_(d + begin),
        z_(z + begin + begin * leading),
        leading_(leading),
        spare_(spare + begin * leading) {}

  void run() {
    form_update();
    deflate();
    if (kept_.empty()) return;
    copy_columns();
    find_roots();
    find_weights();
    form_vectors();
    take_values();
  }

 private:
  R* column(Index j) const { return z_ + j * leading_; }
  Index kept() const { return std::ssize(kept_); }
  Index lower() const { return rows_ - upper_; }
  /// Columns that have entries in the upper half, and in the lower one.
  Index in_upper() const { return counts_[kUpper] + counts_[kDense]; }
  Index in_lower() const { return counts_[kDense] + counts_[kLower]; }
  /// The copies of columns, without their halves of zeros: side by side for the upper half, for the
  /// lower one, and whole where deflated. No more than rows^2 elements together.
  R* upper_part() const { return spare_; }
  R* lower_part() const { return upper_part() + upper_ * in_upper(); }
  R* deflated_part() const { return lower_part() + lower() * in_lower(); }

  /// In the basis of the halves' vectors the whole is D + rho u u^T: u is the last row of the upper
  /// vectors and, with the sign of the coupling, the first of the lower ones; |u| = 1.
  void form_update() {
    rho_ = 2 * std::abs(coupling_);
    update_.resize(rows_);
    const R scale = 1 / std::numbers::sqrt2_v<R>;
    const R lower_scale = coupling_ < 0 ? -scale : scale;
    for (Index j = 0; j < rows_; ++j) {
      update_[j] = j < upper_ ? scale * column(j)[upper_ - 1] : lower_scale * column(j)[upper_];
    }
  }

  /// Sets aside the columns that stay eigenvectors to within rounding: those that the update hardly
  /// touches, and one of each two with eigenvalues so near that a rotation of both takes it out of
  /// the update. Keeps the others in ascending order of their values.
  void deflate() {
    kinds_.assign(rows_, kUpper);
    std::fill(kinds_.begin() + upper_, kinds_.end(), kLower);
    R largest = 0;
    for (Index j = 0; j < rows_; ++j) {
      largest = std::max({largest, std::abs(d_[j]), std::abs(update_[j])});
    }
    const R tolerance = 4 * std::numeric_limits<R>::epsilon() * largest;
    Index last = -1;  // the column that awaits its next
    for (const Index j : ascending(d_, rows_)) {
      if (rho_ * std::abs(update_[j]) <= tolerance) {
        set_aside(j);
      } else {
        if (last >= 0 && !rotate_away(last, j, tolerance)) kept_.push_back(last);
        last = j;
      }
    }
    if (last >= 0) kept_.push_back(last);
    for (const Index j : kept_) ++counts_[kinds_[j]];
  }

  void set_aside(Index j) {
    kinds_[j] = kDeflated;
    deflated_.push_back(j);
  }

  /// Rotates columns i and j so that the update misses i, where what that puts off the diagonal of
  /// D is below the tolerance; else does nothing and returns false.
  bool rotate_away(Index i, Index j, R tolerance) {
    const R length = std::hypot(update_[i], update_[j]);
    const R c = update_[j] / length, s = -update_[i] / length;
    if (std::abs((d_[j] - d_[i]) * c * s) > tolerance) return false;
    update_[j] = length;
    update_[i] = 0;
    R *x = column(i), *y = column(j);
    for (Index row = 0; row < rows_; ++row) {
      const R rotated = c * x[row] + s * y[row];
      y[row] = c * y[row] - s * x[row];
      x[row] = rotated;
    }
    const R value = d_[i] * c * c + d_[j] * s * s;
    d_[j] = d_[i] * s * s + d_[j] * c * c;
    d_[i] = value;
    if (kinds_[i] != kinds_[j]) kinds_[j] = kDense;
    set_aside(i);
    return true;
  }

  /// Copies the columns out of z, grouped by kind, and the deflated ones back behind the place of
  /// the kept ones.
  void copy_columns() {
    std::array<Index, kKinds> next = {0, counts_[kUpper], counts_[kUpper] + counts_[kDense], 0};
    grouped_.resize(kept());
    for (Index i = 0; i < kept(); ++i) grouped_[next[kinds_[kept_[i]]]++] = i;

    parallel_for(kept(), kRoots, [&](Index first, Index last) {
      for (Index g = first; g < last; ++g) {
        const R* from = column(kept_[grouped_[g]]);
        if (g < in_upper()) std::copy_n(from, upper_, upper_part() + g * upper_);
        const Index below = g - counts_[kUpper];
        if (below >= 0) std::copy_n(from + upper_, lower(), lower_part() + below * lower());
      }
    });
    for (Index j = 0; j < std::ssize(deflated_); ++j) {
      std::copy_n(column(deflated_[j]), rows_, deflated_part() + j * rows_);
    }
    for (Index j = 0; j < std::ssize(deflated_); ++j) {
      std::copy_n(deflated_part() + j * rows_, rows_, column(kept() + j));
    }
  }

  /// Solves the secular equations. The first kept() elements of column j := D less root j, which is
  /// exact to the last digits where the root itself, beside its pole, is not.
  void find_roots() {
    poles_.resize(kept());
    weights_.resize(kept());
    roots_.resize(kept());
    for (Index i = 0; i < kept(); ++i) {
      poles_[i] = d_[kept_[i]];
      weights_[i] = update_[kept_[i]];
    }
    parallel_for(kept(), kRoots, [&](Index first, Index last) {
      for (Index j = first; j < last; ++j) {
        require_convergence("eigh", lapack_.laed4(kept(), j, poles_.data(), weights_.data(),
                                                  column(j), rho_, roots_[j]));
      }
    });
  }

  /// The update of which the roots found are the exact ones: its vectors are orthogonal.
  /// weight_i^2 = prod_j (root_j - pole_i) / prod_{j != i} (pole_j - pole_i), Gu and Eisenstat
  /// (1995), equation 3.1, without rho, which the vectors' length takes up.
  void find_weights() {
    if (kept() <= 2) return;
    parallel_for(kept(), kRoots, [&](Index first, Index last) {
      std::vector<R> squares(last - first);
      for (Index i = first; i < last; ++i) squares[i - first] = -column(i)[i];
      for (Index j = 0; j < kept(); ++j) {
        const R* gaps = column(j);
        const R pole = poles_[j];
        const auto multiply = [&](Index begin, Index end) {
          for (Index i = begin; i < end; ++i) squares[i - first] *= gaps[i] / (poles_[i] - pole);
        };
        multiply(first, std::min(j, last));
        multiply(std::max(j + 1, first), last);
      }
      for (Index i = first; i < last; ++i) {
        weights_[i] = std::copysign(std::sqrt(squares[i - first]), weights_[i]);
      }
    });
  }

  /// The vectors in the basis of the halves' vectors, times those.
  void form_vectors() {
    const Index width = columns_at_a_time(kept());
    parallel_for(kept(), width, [&](Index first, Index last) {
      const Memory<R> inner = memory<R>(kept() * width);
      std::vector<R> vector(kept());
      for (Index j0 = first; j0 < last; j0 += width) {
        const Index columns = std::min(width, last - j0);
        for (Index j = 0; j < columns; ++j) {
          inner_vector(column(j0 + j), vector);
          R* to = inner.get() + j * kept();
          for (Index g = 0; g < kept(); ++g) to[g] = vector[grouped_[g]];
        }
        multiply(upper_part(), upper_, inner.get(), in_upper(), columns, column(j0));
        multiply(lower_part(), lower(), inner.get() + counts_[kUpper], in_lower(), columns,
                 column(j0) + upper_);
      }
    });
  }

  /// Component i is weight_i / (pole_i - root), to length 1.
  void inner_vector(const R* gaps, std::vector<R>& vector) const {
    if (kept() <= 2) {
      std::copy_n(gaps, kept(), vector.begin());
      return;
    }
    double square = 0;
    for (Index i = 0; i < kept(); ++i) {
      vector[i] = weights_[i] / gaps[i];
      square += static_cast<double>(vector[i]) * vector[i];
    }
    const R scale = static_cast<R>(1 / std::sqrt(square));
    for (R& component : vector) component *= scale;
  }

  /// to := half (`rows` x `inner`) times the leading rows of `vectors` (kept() a column).
  void multiply(const R* half, Index rows, const R* vectors, Index inner, Index columns,
                R* to) const {
    if (inner > 0) {
      lapack_.gemm('N', 'N', rows, columns, inner, R(1), half, rows, vectors, kept(), R(0), to,
                   leading_);
      return;
    }
    for (Index j = 0; j < columns; ++j) std::fill_n(to + j * leading_, rows, R(0));
  }

  void take_values() {
    std::vector<R> values = roots_;
    for (const Index j : deflated_) values.push_back(d_[j]);
    std::ranges::copy(values, d_);
  }

  const Routines<R> lapack_;
  const Index rows_, upper_;
  const R coupling_;
  R* const d_;
  R* const z_;
  const Index leading_;
  R* const spare_;

  R rho_ = 0;
  std::vector<R> update_;                   ///< u, by column
  std::vector<Kind> kinds_;                 ///< by column
  std::vector<Index> kept_, deflated_;      ///< columns
  std::vector<Index> grouped_;              ///< kept columns, counted as in kept_, by kind
  std::array<Index, kKinds> counts_{};      ///< of kept columns, by kind
  std::vector<R> poles_, weights_, roots_;  ///< by kept column
};

/// Where the matrix is torn: [0, n), then its halves, their halves, ... down to leaves.
std::vector<std::vector<Index>> tears(Index n) {
  std::vector<std::vector<Index>> levels = {{0, n}};
  for (Index largest = n; largest > kLeaf; largest -= largest / 2) {
    std::vector<Index> next = {0};
    for (std::size_t i = 1; i < levels.back().size(); ++i) {
      const Index begin = levels.back()[i - 1], end = levels.back()[i];
      next.insert(next.end(), {begin + (end - begin) / 2, end});
    }
    levels.push_back(std::move(next));
  }
  return levels;
}

}  // namespace

template <std::floating_point R>
std::vector<Index> solve_tridiagonal(const Library& library, Index n, R* d, R* e, R* z, R* spare) {
  const auto levels = tears(n);
  const std::vector<Index>& leaves = levels.back();
  for (std::size_t i = 1; i + 1 < leaves.size(); ++i) {
    const Index row = leaves[i];
    d[row - 1] -= std::abs(e[row - 1]);
    d[row] -= std::abs(e[row - 1]);
  }
  parallel_for(n, kRoots,
               [&](Index first, Index last) { std::fill(z + first * n, z + last * n, R(0)); });
  parallel_for(std::ssize(leaves) - 1, 1, [&](Index first, Index last) {
    for (Index i = first; i < last; ++i) {
      const Index begin = leaves[i];
      require_convergence("eigh", Routines<R>(library).stedc(leaves[i + 1] - begin, d + begin,
                                                             e + begin, z + begin * (n + 1), n));
    }
  });
  for (auto level = levels.size() - 1; level > 0; --level) {
    const std::vector<Index>& halves = levels[level];
    const auto merge = [&](Index i) {
      const Index begin = halves[2 * i], middle = halves[2 * i + 1], end = halves[2 * i + 2];
      Merge<R>(library, begin, middle, end, e[middle - 1], d, z, n, spare).run();
    };
    // Many merges go side by side, few one after the other, each on all threads.
    const Index merges = std::ssize(levels[level - 1]) - 1;
    if (merges >= num_threads()) {
      parallel_for(merges, 1, [&](Index first, Index last) {
        for (Index i = first; i < last; ++i) merge(i);
      });
    } else {
      for (Index i = 0; i < merges; ++i) merge(i);
    }
  }
  return ascending(d, n);
}

template std::vector<Index> solve_tridiagonal(const Library&, Index, float*, float*, float*,
                                              float*);
template std::vector<Index> solve_tridiagonal(const Library&, Index, double*, double*, double*,
                                              double*);

}  // namespace loom::blas
