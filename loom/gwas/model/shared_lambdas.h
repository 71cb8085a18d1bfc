#pragma once

#include <span>

#include "loom/array/array.h"
#include "loom/gwas/model/projection.h"

// The lambdas that all SNPs of a scan share: 0, that of the null model, and the grid of the
// searches. What their weights are does not depend on the SNP, so that the sums there are products
// of all SNPs with all weights at once.
namespace loom::gwas {

/// Where the shared lambdas stand.
enum SharedPlace { kUnweighted, kNullLambda, kGrid };

/// How the weights and projections of the shared lambdas lie in memory. On the grid, sums of two
/// orders are wanted, for the slope; at the other two lambdas, of one.
struct SharedLayout {
  std::int64_t covariates;
  std::int64_t grid;  ///< lambdas

  std::int64_t lambdas() const { return kGrid + grid; }
  static std::int64_t orders(std::int64_t lambda) { return lambda < kGrid ? 1 : 2; }
  static std::int64_t first_weight(std::int64_t lambda) {
    return lambda < kGrid ? lambda : 2 * lambda - kGrid;
  }
  std::int64_t weights() const { return first_weight(lambdas()); }
  std::int64_t first_of_projection(std::int64_t lambda) const {
    return std::min<std::int64_t>(lambda, kGrid) * projection_size(covariates, 1) +
           std::max<std::int64_t>(lambda - kGrid, 0) * projection_size(covariates, 2);
  }
};

/// The weights h and d h^2 of the shared lambdas: float64 (tiles, weights, kTileSamples), the last
/// tile filled up with zeros. There are zero weights behind the last, to a multiple of
/// kWeightsAtOnce.
Array shared_weights(const ModelColumns& model, double null_lambda, std::span<const double> grid);

/// The model's projections at the shared lambdas, one after the other.
Array shared_projections(const ModelColumns& model, double null_lambda,
                         std::span<const double> grid);

}  // namespace loom::gwas
