#pragma once

#include <cstdint>
#include <vector>

#include "loom/gwas/model/weighted_sums.h"

// The vector code behind weighted_sums.h, once per instruction set. Sample i belongs to lane i mod
// 8 and each lane adds its samples in order, so the width of the vectors does not change a bit.
namespace loom::gwas {

/// One call: the sums of some columns at one lambda.
struct SumsTask {
  ModelView model;
  const double* x;  ///< k columns of n rotated values, one after the other; null where k = 0
  std::int64_t snp_columns;  ///< k <= kMaxSnpColumns; 0 = the sums of the model's own columns
  double lambda;             ///< >= 0
  std::int64_t orders;       ///< 1 to kMaxOrders
  double* sums;              ///< snp_sums_size() or, without SNP columns, sums_size() results
};

using SumsKernel = void (*)(const SumsTask&);

/// The kernels that this processor can run, the best first.
std::vector<SumsKernel> usable_sums_kernels();

/// Calls the best.
void run_sums_kernel(const SumsTask& task);

}  // namespace loom::gwas
