#pragma once

#include "loom/gwas/snp_stream.h"
#include "loom/support/monitor.h"

namespace loom::gwas {

/// What GEMMA's -gk numbers mean.
enum class KinshipKind { centred = 1, standardised = 2 };

struct Kinship {
  Array matrix;         ///< float64 (n, n) of the samples asked for
  FilterReport filter;  ///< what became of the SNPs; `filter.kept()` entered the matrix
};

/// K = X'X / p over the p SNPs that pass the filters on the analysed samples. A column of X is one
/// of `samples` (int64 rows of the data set); each SNP is centred on its mean over all samples of
/// the data set, with missing genotypes at the mean, and under standardised divided by the root of
/// its variance, sum (g - mean)^2 / n, unless that is 0 (Zhou and Stephens, Nature Genetics 44,
/// 2012). The SNPs done are the steps of the phase "kinship". Throws Error where no SNP passes,
/// MemoryPlanError, CancelledError.
Kinship kinship(const Study& study, const SnpThresholds& thresholds, KinshipKind kind,
                const Array& samples, const Monitor& monitor = {});

}  // namespace loom::gwas
