#pragma once

#include <cstdint>
#include <vector>

#include "loom/gwas/model/weighted_sums.h"

// The sums of SNPs with weights that all of them share: a small matrix product, of the products of
// columns (x w_1, ..., x y, x x) with the weights.
namespace loom::gwas {

/// Weights are taken so many at a time.
inline constexpr std::int64_t kWeightsAtOnce = 6;

struct SharedSumsTask {
  ModelView model;
  const double* weights;     ///< (tiles, weight_rows, kTileSamples), as from shared_weights
  std::int64_t weight_rows;  ///< a multiple of kWeightsAtOnce
  std::int64_t wanted;       ///< the first weights, at most weight_rows
  const double* x;           ///< SNPs of snp_columns columns of n values, one after the other
  std::int64_t snps;
  std::int64_t snp_columns;  ///< k
  /// For each SNP and each wanted weight a run of snp_sums_size(c, k, 1) sums.
  double* sums;
};

/// Doubles of workspace for a task of `snps` SNPs.
std::int64_t shared_sums_workspace(std::int64_t covariates, std::int64_t snp_columns,
                                   std::int64_t snps, std::int64_t wanted);

using SharedSumsKernel = void (*)(const SharedSumsTask&, double* workspace);

/// The kernels that this processor can run, the best first. All give the same bits: each of eight
/// lanes adds its samples in order.
std::vector<SharedSumsKernel> usable_shared_sums_kernels();

/// Calls the best. `workspace` is aligned to 64 bytes.
void shared_sums(const SharedSumsTask& task, double* workspace);

}  // namespace loom::gwas
