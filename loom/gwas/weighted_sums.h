#pragma once

#include <cstdint>
#include <span>
#include <vector>

// The sums over samples from which everything about one SNP at one variance ratio follows.
//
// The model is y = W a + x b + u + e with cov(u + e) proportional to H = lambda K + I. In the basis
// of K's eigenvectors H is diagonal with entries lambda d_i + 1, and all that tests and likelihoods
// need are weighted inner products of the columns w_1..w_c, x, y with the weights
//   order 0: h,   order 1: d h^2,   order 2: d^2 h^3,   h = 1 / (lambda d + 1),
// which are v'H^-1 v, v'H^-1 K H^-1 v and v'H^-1 K H^-1 K H^-1 v. Unlike h, h^2, h^3 they lead to
// the derivatives of the likelihoods without subtracting nearly equal numbers.
//
// Layout of the sums for m columns and r orders: r runs of pair_count(m) values, each the pairs
// a <= b row by row (the upper triangle), then sum d h, sum d^2 h^2 and sum log(lambda d + 1).
namespace loom::gwas {

/// Orders are 1 (h: values), 2 (and d h^2: first derivatives) or 3 (and d^2 h^3: second
/// derivatives).
inline constexpr std::int64_t kMaxOrders = 3;

/// Pairs a <= b of `columns` columns.
constexpr std::int64_t pair_count(std::int64_t columns) { return columns * (columns + 1) / 2; }

/// Where the pair (a, b), 0 <= a <= b < columns, stands in a run.
constexpr std::int64_t pair_index(std::int64_t columns, std::int64_t a, std::int64_t b) {
  return a * (2 * columns - a + 1) / 2 + (b - a);
}

/// Doubles that the sums of `columns` columns take.
constexpr std::int64_t sums_size(std::int64_t columns, std::int64_t orders) {
  return orders * pair_count(columns) + 3;
}

/// Eight samples of one quantity.
struct alignas(64) Lanes {
  double value[8];
};

/// What all SNPs of a scan share: the eigenvalues and the rotated covariates and phenotype, kept
/// eight samples at a time so that the kernel reads one stream.
class ModelColumns {
 public:
  /// `eigenvalues` has n >= 1 values >= 0; `covariates` c >= 0 columns of n values, one after the
  /// other; `phenotype` n values. The last two are rotated by the eigenvectors. Copies its inputs.
  /// Throws ShapeError where the sizes do not fit, ValueError for a negative eigenvalue or a value
  /// that is not finite.
  ModelColumns(std::span<const double> eigenvalues, std::span<const double> covariates,
               std::span<const double> phenotype);

  std::int64_t samples() const { return samples_; }
  std::int64_t covariates() const { return covariates_; }
  double largest_eigenvalue() const { return largest_eigenvalue_; }
  double mean_eigenvalue() const { return mean_eigenvalue_; }

  /// Rows of a block: eigenvalue, the c covariates, the phenotype.
  std::int64_t block_rows() const { return 2 + covariates_; }

  /// All blocks, block_rows() rows each.
  std::span<const Lanes> blocks() const { return blocks_; }

  /// Samples 8 i .. 8 i + 7; the samples that fill up the last blocks are zeros, which add nothing.
  const Lanes* block(std::int64_t i) const { return blocks_.data() + i * block_rows(); }

 private:
  std::int64_t samples_;
  std::int64_t covariates_;
  double largest_eigenvalue_;
  double mean_eigenvalue_;
  std::vector<Lanes> blocks_;
};

/// The sums of w_1..w_c, x, y at `lambda` >= 0, into sums_size(c + 2, orders) doubles. `x` has n
/// rotated values. lambda = 0 gives plain inner products (a linear model). The result has the same
/// bits on every processor. lambda times the largest eigenvalue must be below 1e38.
void weighted_sums(const ModelColumns& model, const double* x, double lambda, std::int64_t orders,
                   double* sums);

/// The same without a SNP: w_1..w_c, y, into sums_size(c + 1, orders) doubles.
void null_weighted_sums(const ModelColumns& model, double lambda, std::int64_t orders,
                        double* sums);

/// The sums of w_1..w_c, x, y from two parts that were computed apart: `null_sums` as from
/// null_weighted_sums, and `snp_sums`, for each order the c + 2 weighted products of x with
/// w_1..w_c, x, y. This is how sums at a lambda common to all SNPs come out of matrix products.
void compose_sums(std::int64_t covariates, std::int64_t orders, const double* null_sums,
                  const double* snp_sums, double* sums);

}  // namespace loom::gwas
