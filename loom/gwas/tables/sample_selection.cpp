#include "loom/gwas/tables/sample_selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "loom/support/error.h"

namespace loom::gwas {

SampleSelection select_samples(std::int64_t sample_count, std::span<const Phenotype> phenotypes,
                               const Covariates& covariates) {
  const auto is_missing = [](double value) { return std::isnan(value); };
  SampleSelection selection;
  for (std::int64_t sample = 0; sample < sample_count; ++sample) {
    const auto row = std::span(covariates.values)
                         .subspan(static_cast<std::size_t>(sample * covariates.columns),
                                  static_cast<std::size_t>(covariates.columns));
    if (std::ranges::any_of(phenotypes, [&](const Phenotype& phenotype) {
          return is_missing(phenotype[static_cast<std::size_t>(sample)]);
        })) {
      ++selection.without_phenotype;
    } else if (std::ranges::any_of(row, is_missing)) {
      ++selection.without_covariate;
    } else {
      selection.samples.push_back(sample);
    }
  }
  if (selection.samples.empty()) {
    throw Error(fmt::format(
        "[samples] none of {} samples can be analysed: {} lack a phenotype and {} more a "
        "covariate",
        sample_count, selection.without_phenotype, selection.without_covariate));
  }
  return selection;
}

std::vector<double> gather(std::span<const double> values, std::span<const std::int64_t> rows) {
  std::vector<double> gathered;
  gathered.reserve(rows.size());
  for (const std::int64_t row : rows) gathered.push_back(values[static_cast<std::size_t>(row)]);
  return gathered;
}

}  // namespace loom::gwas
