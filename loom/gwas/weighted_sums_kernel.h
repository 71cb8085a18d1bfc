#pragma once

#include <cstdint>
#include <vector>

#include "loom/gwas/weighted_sums.h"

// The vector code behind weighted_sums.h, once per instruction set. Sample i belongs to lane i mod
// 8 and each lane adds its samples in order, so the width of the vectors does not change a bit.
namespace loom::gwas {

/// One call: the sums of all columns at one lambda.
struct SumsTask {
  const Lanes* blocks;   ///< ModelColumns::block(0)
  std::int64_t samples;  ///< n
  std::int64_t columns;  ///< columns of the sums, including x
  const double* x;       ///< n values, the column before the last; null where there is no SNP
  double lambda;         ///< >= 0
  std::int64_t orders;   ///< 1 to kMaxOrders
  double* sums;          ///< sums_size(columns, orders) results
};

using SumsKernel = void (*)(const SumsTask&);

/// A multiple of this many blocks is allocated; blocks beyond the samples are zeros.
inline constexpr std::int64_t kTileBlocks = 4;

/// The kernels that this processor can run, the best first.
std::vector<SumsKernel> usable_sums_kernels();

}  // namespace loom::gwas
