#pragma once

#include "loom/gwas/snp_stream.h"
#include "loom/support/function_ref.h"

namespace loom::gwas {

/// What GEMMA's -gk numbers mean.
enum class KinshipKind { centred = 1, standardised = 2 };

struct Kinship {
  Array matrix;         ///< float64 (n, n), all samples of the data set
  FilterReport filter;  ///< what became of the SNPs; `filter.kept()` entered the matrix
};

/// Called now and then with the SNPs of the data set that are done.
using ProgressCallback = FunctionRef<void(std::int64_t done)>;

/// K = X'X / p over the p SNPs that pass the filters on the analysed samples. A column of X is a
/// sample; each SNP is centred on its mean over all samples, with missing genotypes at the mean,
/// and under standardised divided by the root of its variance, sum (g - mean)^2 / n, unless that
/// is 0 (Zhou and Stephens, Nature Genetics 44, 2012). Throws Error where no SNP passes,
/// MemoryPlanError.
Kinship kinship(const Study& study, const SnpThresholds& thresholds, KinshipKind kind,
                ProgressCallback progress);

}  // namespace loom::gwas
