#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "loom/array/array.h"
#include "loom/gwas/covariates.h"
#include "loom/gwas/numbers.h"
#include "loom/gwas/plink.h"
#include "loom/gwas/sample_selection.h"

namespace loom::gwas {

/// What an analysis reads and what it takes from that. Tables have a row for each sample.
struct StudyInput {
  std::string prefix;          ///< PLINK files: PREFIX.bed, .bim, .fam
  Numbers phenotypes;          ///< a table of phenotypes instead of the .fam file's
  std::int64_t phenotype = 1;  ///< column of the phenotype, from 1
  Numbers covariates;
  std::string snps;  ///< file that lists the SNPs to analyse; empty = all
  /// Names of the SNPs to analyse, instead of a file.
  std::optional<std::unordered_set<std::string>> snp_names = std::nullopt;
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
/// IoError for what the files get wrong, what `table_of` throws for arrays, Error where no sample
/// is left or the covariates are collinear.
Study open_study(const StudyInput& input);

}  // namespace loom::gwas
