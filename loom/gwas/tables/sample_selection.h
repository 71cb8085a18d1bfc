#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "loom/gwas/tables/covariates.h"
#include "loom/gwas/tables/phenotype.h"

namespace loom::gwas {

/// Which samples of a data set are analysed, and why the others are not.
struct SampleSelection {
  std::vector<std::int64_t> samples;  ///< rows of the data set, ascending
  std::int64_t without_phenotype = 0;
  std::int64_t without_covariate = 0;  ///< among those that have every phenotype
};

/// The samples with a value in every one of `phenotypes` and in every column of `covariates`.
/// Throws Error where there are none: "[samples] none of 1940 samples can be analysed: 1900 lack a
/// phenotype and 40 more a covariate".
SampleSelection select_samples(std::int64_t sample_count, std::span<const Phenotype> phenotypes,
                               const Covariates& covariates);

/// The entries `rows` of `values`.
std::vector<double> gather(std::span<const double> values, std::span<const std::int64_t> rows);

}  // namespace loom::gwas
