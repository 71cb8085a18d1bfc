#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

// The tables for transforms of one length, and how a length is taken apart. Nothing here depends
// on an instruction set but for the number of lanes of its vectors.
//
// Two kinds of work are done by vectors. *Rows*: as many transforms as a vector has lanes, one in
// each lane; a row is a vector of real and one of imaginary parts. *Lines*: one long transform. A
// line of n = a b elements is a matrix of a rows and b columns; with w = exp(-2 pi i / n)
//   X[k1 + a k2] = sum_c v^(c k2) w^(c k1) sum_r x[b r + c] u^(r k1),   u = w^b, v = w^a,
// so the columns are transformed (in lanes), turned by w^(c k1), transposed, and transformed once
// more in lanes (Gentleman and Sande 1966; Bailey 1990, "FFTs in external or hierarchical memory").
// What comes out stands in order. All of a block of columns fits a cache.
namespace loom::native::fourier {

/// Of memory for rows, in bytes.
inline constexpr std::int64_t kAlignment = 64;

/// The largest prime that has a butterfly.
inline constexpr int kLargestRadix = 127;

/// One pass of Stockham's transform (Cochran et al. 1967) over rows:
/// y[q + stride (radix p + j)] = w^(j p) sum_k x[q + stride (p + m k)] v^(j k) for q < stride,
/// p < m, j < radix, with w and v the principal roots of order radix m and radix.
template <class R>
struct Pass {
  int radix;
  std::int64_t m;
  std::int64_t stride;
  const std::complex<R>* twiddles;  ///< w^(j p) at [(radix - 1) p + j - 1]
  const std::complex<R>* roots;     ///< v^k for k < radix
};

/// Transforms of rows of one length.
template <class R>
class RowPlan {
 public:
  /// `n` is at least 1 and `has_rows(n)`.
  explicit RowPlan(std::int64_t n);
  RowPlan(const RowPlan&) = delete;
  RowPlan& operator=(const RowPlan&) = delete;

  std::int64_t size() const { return n_; }
  const std::vector<Pass<R>>& passes() const { return passes_; }
  std::int64_t bytes() const;

 private:
  std::int64_t n_;
  std::vector<Pass<R>> passes_;
  std::vector<std::complex<R>> tables_;  // what the passes point into
};

/// Whether all prime factors of n have a butterfly.
bool has_rows(std::int64_t n);

/// Rows in memory that is aligned for them.
template <class R>
class RowTable {
 public:
  RowTable(std::int64_t rows, std::int64_t lanes)
      : row_(2 * lanes), units_((rows * row_ + kUnit - 1) / kUnit) {}

  R* operator[](std::int64_t row) { return reinterpret_cast<R*>(units_.data()) + row * row_; }
  const R* operator[](std::int64_t row) const {
    return reinterpret_cast<const R*>(units_.data()) + row * row_;
  }
  std::int64_t bytes() const { return std::ssize(units_) * std::int64_t{sizeof(Unit)}; }

 private:
  static constexpr std::int64_t kUnit = kAlignment / static_cast<std::int64_t>(sizeof(R));
  struct alignas(kAlignment) Unit {
    R numbers[kUnit];
  };

  std::int64_t row_;
  std::vector<Unit> units_;
};

/// A line of length a b.
template <class R>
struct Matrix {
  Matrix(std::int64_t a, std::int64_t b, std::int64_t lanes);

  RowPlan<R> columns;  ///< of length a
  RowPlan<R> rows;     ///< of length b
  /// w^(c k1) for the column c = lanes block + lane is block_turns[a block + k1] times the lane of
  /// row k1 of lane_turns.
  std::vector<std::complex<R>> block_turns;
  RowTable<R> lane_turns;
};

template <class R>
class LinePlan;

/// Bluestein's algorithm (1970). From j k = (j^2 + k^2 - (j - k)^2) / 2 follows
/// X[j] = c[j] sum_k (x[k] c[k]) conj(c[j - k]) with c[k] = exp(-pi i k^2 / n): a convolution, done
/// by transforms of a length of at least 2 n - 1.
template <class R>
struct Chirp {
  std::shared_ptr<const LinePlan<R>> plan;
  std::vector<std::complex<R>> chirp;
  std::vector<std::complex<R>> filter;  ///< the spectrum of the conjugate chirp / length
};

/// Transforms of a line.
template <class R>
class LinePlan {
 public:
  LinePlan(std::int64_t n, std::int64_t lanes);

  std::int64_t size() const { return n_; }
  std::int64_t lanes() const { return lanes_; }
  /// One of them is null. The filter of the chirp is still empty where a plan was just made: it
  /// takes a transform.
  const Matrix<R>* matrix() const { return matrix_.get(); }
  const Chirp<R>* chirp() const { return chirp_.get(); }
  Chirp<R>* chirp() { return chirp_.get(); }
  std::int64_t bytes() const;

 private:
  std::int64_t n_, lanes_;
  std::unique_ptr<Matrix<R>> matrix_;
  std::unique_ptr<Chirp<R>> chirp_;
};

/// What turns a transform of n / 2 complex numbers into one of n real ones:
/// -i exp(-2 pi i k / n) for k <= n / 4; n is even.
template <class R>
struct RealTurns {
  explicit RealTurns(std::int64_t n);
  std::int64_t bytes() const;

  std::vector<std::complex<R>> turns;
};

}  // namespace loom::native::fourier
