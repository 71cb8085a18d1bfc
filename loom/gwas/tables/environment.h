#pragma once

#include <span>
#include <vector>

#include "loom/gwas/tables/covariates.h"

// The environment with which SNPs may interact: a number for every sample, which is a covariate
// too.
namespace loom::gwas {

/// The environment of every sample of the data set that `table` was aligned to; NaN is missing.
/// Throws IoError that names file, line and field, also where there is not one column.
std::vector<double> read_environment(const AlignedTable& table);

/// `covariates` with the environment as the last column.
Covariates with_environment(const Covariates& covariates, std::span<const double> environment);

/// Throws Error where every one of `values`, those of analysed samples, is the same: "[environment]
/// it is 1 in all 1410 analysed samples".
void check_environment_varies(std::span<const double> values);

}  // namespace loom::gwas
