#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "loom/array/array.h"

// The sums over samples from which everything about one SNP at one variance ratio follows.
//
// The model is y = W a + x b + u + e with cov(u + e) proportional to H = lambda K + I. In the basis
// of K's eigenvectors H is diagonal with entries lambda d_i + 1, and all that tests and likelihoods
// need are weighted inner products of the columns w_1..w_c, x, y with the weights
//   order 0: h,   order 1: d h^2,   order 2: d^2 h^3,   h = 1 / (lambda d + 1),
// which are v'H^-1 v, v'H^-1 K H^-1 v and v'H^-1 K H^-1 K H^-1 v. Unlike h, h^2, h^3 they lead to
// the derivatives of the likelihoods without subtracting nearly equal numbers.
//
// There are two kinds of sums at a lambda: those of the model's own columns w_1..w_c, y, which all
// SNPs share, and those of the columns of a SNP with all columns. A SNP has one column, or several:
// with an interaction, its genotypes and their products with the environment.
//
// Layout of the model's sums with r orders: r runs of pair_count(c + 1) values, each the pairs
// a <= b row by row (the upper triangle), then sum d h, sum d^2 h^2 and sum log(lambda d + 1).
// Layout of a SNP's sums: r runs, each for every column of the SNP its products with w_1..w_c, y
// and with all columns of the SNP.
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

/// Columns that a SNP may have.
inline constexpr std::int64_t kMaxSnpColumns = 4;

/// Doubles that the model's sums take.
constexpr std::int64_t null_sums_size(std::int64_t covariates, std::int64_t orders) {
  return orders * pair_count(covariates + 1) + 3;
}

/// Doubles that the sums of a SNP with `snp_columns` columns take.
constexpr std::int64_t snp_sums_size(std::int64_t covariates, std::int64_t snp_columns,
                                     std::int64_t orders) {
  return orders * snp_columns * (covariates + 1 + snp_columns);
}

/// Samples, or other coordinates, of a tile of ModelColumns.
inline constexpr std::int64_t kTileSamples = 256;

/// ModelColumns as the sums look at them.
struct ModelView {
  const double* tiles;
  std::int64_t coordinates;  ///< n, or fewer, see ModelColumns
  std::int64_t covariates;   ///< c
  std::int64_t samples;      ///< n
};

/// What all SNPs of a scan share: the eigenvalues and the rotated covariates and phenotype, kept
/// in tiles that hold all quantities of some samples, so that the kernel reads one stream.
///
/// There are n samples and in general as many coordinates. Where K has many eigenvalues of 0 there
/// may be fewer, see `Coordinates`: all inner products are what they would be with all of them.
class ModelColumns {
 public:
  /// `eigenvalues` has m >= 1 values >= 0; `covariates` c >= 0 columns of m values, one after the
  /// other; `phenotype` m values. The last two are rotated by the eigenvectors. Copies its inputs.
  /// `samples` is n >= m where that is not m. Throws ShapeError where the sizes do not fit,
  /// ValueError for a negative eigenvalue or a value that is not finite.
  ModelColumns(std::span<const double> eigenvalues, std::span<const double> covariates,
               std::span<const double> phenotype, std::int64_t samples = 0);

  std::int64_t samples() const { return samples_; }
  std::int64_t coordinates() const { return coordinates_; }
  std::int64_t covariates() const { return covariates_; }
  double largest_eigenvalue() const { return largest_eigenvalue_; }
  double mean_eigenvalue() const { return mean_eigenvalue_; }

  /// Rows of a tile: eigenvalue, the c covariates, the phenotype.
  std::int64_t tile_rows() const { return 2 + covariates_; }

  /// All tiles: float64 (tiles, tile_rows(), kTileSamples). The samples that fill up the last one
  /// are zeros, which add nothing.
  const Array& tiles() const { return tiles_; }

  /// Valid as long as this lives.
  operator ModelView() const {  // NOLINT(google-explicit-constructor): like string_view
    return {tiles_.data<double>(), coordinates_, covariates_, samples_};
  }

 private:
  std::int64_t coordinates_;
  std::int64_t covariates_;
  std::int64_t samples_;
  double largest_eigenvalue_;
  double mean_eigenvalue_;
  Array tiles_;
};

/// The sums of w_1..w_c, y at `lambda` >= 0, into null_sums_size(c, orders) doubles. lambda = 0
/// gives plain inner products (a linear model). The result has the same bits on every processor.
/// lambda times the largest eigenvalue must be below 1e38. Those of a SNP are a SumsTask.
void null_weighted_sums(const ModelView& model, double lambda, std::int64_t orders, double* sums);

}  // namespace loom::gwas
