#include "loom/gwas/study.h"

#include <numeric>

#include "loom/gwas/snp_list.h"

namespace loom::gwas {

Array Study::analysed_samples() const { return Array::from(selection.samples); }

Array Study::all_samples() const {
  Array samples = Array::empty({genotypes.sample_count()}, DType::int64);
  std::iota(samples.span<std::int64_t>().begin(), samples.span<std::int64_t>().end(), 0);
  return samples;
}

Study open_study(const StudyFiles& files) {
  Study study{PlinkFiles(files.prefix), {}, {}, {}, {}};
  const ExpectedRows rows = study.genotypes.one_row_per_sample();
  const std::int64_t columns[] = {files.phenotype};
  const std::vector<Phenotype> phenotypes =
      files.phenotypes.empty()
          ? study.genotypes.phenotypes(columns)
          : read_phenotypes(files.phenotypes, PhenotypeFormat::table, columns, rows);
  Covariates covariates;
  if (!files.covariates.empty()) covariates = read_covariates(files.covariates, rows);
  study.selection = select_samples(rows.count, phenotypes, covariates);
  study.phenotype = gather(phenotypes[0], study.selection.samples);
  study.design = design_matrix(covariates, study.selection.samples);
  check_design(study.design);
  if (!files.snps.empty()) study.snp_list = read_snp_list(files.snps);
  return study;
}

}  // namespace loom::gwas
