#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "loom/array/array.h"
#include "loom/gwas/covariates.h"
#include "loom/gwas/plink.h"
#include "loom/gwas/sample_selection.h"

namespace loom::gwas {

/// Which files an analysis reads and what it takes from them.
struct StudyFiles {
  std::string prefix;          ///< PLINK files: PREFIX.bed, .bim, .fam
  std::string phenotypes;      ///< a table of phenotypes instead of the .fam file's; empty = none
  std::string covariates;      ///< empty = none
  std::string snps;            ///< list of SNPs to analyse; empty = all
  std::int64_t phenotype = 1;  ///< column of the phenotype, from 1
};

/// A data set with the choice of samples that an analysis makes.
struct Study {
  PlinkFiles genotypes;
  SampleSelection selection;
  std::vector<double> phenotype;  ///< of the analysed samples
  DesignMatrix design;            ///< fixed effects of the analysed samples
  /// Names of the SNPs to analyse; all of them where there is no list.
  std::optional<std::unordered_set<std::string>> snp_list;

  std::int64_t analysed() const { return std::ssize(selection.samples); }
  /// The analysed samples as an int64 array.
  Array analysed_samples() const;
  /// All samples as an int64 array.
  Array all_samples() const;
};

/// Opens the files and selects the samples that have a phenotype and every covariate. Throws
/// IoError for what the files get wrong, Error where no sample is left or the covariates are
/// collinear.
Study open_study(const StudyFiles& files);

}  // namespace loom::gwas
