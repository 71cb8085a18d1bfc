#include "loom/gwas/study.h"

#include <fmt/format.h>

#include <numeric>

#include "loom/gwas/snp_list.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

std::vector<Phenotype> phenotype_of(const StudyInput& input, const PlinkFiles& genotypes) {
  const std::int64_t columns[] = {input.phenotype};
  const ExpectedRows rows = genotypes.one_row_per_sample();
  if (!input.phenotypes.given()) return genotypes.phenotypes(columns);
  if (!input.phenotypes.array) {
    return read_phenotypes(input.phenotypes.file, PhenotypeFormat::table, columns, rows);
  }
  const Array table = table_of("phenotypes", *input.phenotypes.array, rows);
  if (input.phenotype < 1 || input.phenotype > table.shape(1)) {
    throw ValueError(fmt::format("[phenotypes] column {} is asked for, there are 1 to {}",
                                 input.phenotype, table.shape(1)));
  }
  Phenotype phenotype;
  for (std::int64_t i = 0; i < rows.count; ++i) {
    phenotype.push_back(table.at<double>({i, input.phenotype - 1}));
  }
  return {std::move(phenotype)};
}

Covariates covariates_of(const Numbers& given, const ExpectedRows& rows) {
  if (!given.given()) return {};
  if (!given.array) return read_covariates(given.file, rows);
  const Array table = table_of("covariates", *given.array, rows);
  const std::span<const double> values = table.span<const double>();
  return {table.shape(1), {values.begin(), values.end()}};
}

}  // namespace

Array Study::analysed_samples() const { return Array::from(selection.samples); }

Array Study::all_samples() const {
  Array samples = Array::empty({genotypes.sample_count()}, DType::int64);
  std::iota(samples.span<std::int64_t>().begin(), samples.span<std::int64_t>().end(), 0);
  return samples;
}

Study open_study(const StudyInput& input) {
  Study study{PlinkFiles(input.prefix), {}, {}, {}, {}};
  const std::vector<Phenotype> phenotypes = phenotype_of(input, study.genotypes);
  const Covariates covariates =
      covariates_of(input.covariates, study.genotypes.one_row_per_sample());
  study.selection = select_samples(study.genotypes.sample_count(), phenotypes, covariates);
  study.phenotype = gather(phenotypes[0], study.selection.samples);
  study.design = design_matrix(covariates, study.selection.samples);
  check_design(study.design);
  study.snp_list = input.snp_names;
  if (!input.snps.empty()) study.snp_list = read_snp_list(input.snps);
  return study;
}

}  // namespace loom::gwas
