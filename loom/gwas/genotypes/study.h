#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "loom/array/array.h"
#include "loom/gwas/genotypes/reader.h"
#include "loom/gwas/tables/covariates.h"
#include "loom/gwas/tables/design_matrix.h"
#include "loom/gwas/tables/numbers.h"
#include "loom/gwas/tables/phenotype_choice.h"
#include "loom/gwas/tables/sample_selection.h"

namespace loom::gwas {

/// What an analysis reads and what it takes from that. A table in a file is an `AlignedTable`; an
/// array has a row for each sample.
struct StudyInput {
  GenotypeInput genotypes;
  Numbers phenotypes;  ///< a table of phenotypes instead of those of the data set
  PhenotypeChoice phenotype_choice;
  Numbers covariates;
  CovariateChoice covariate_choice;
  Numbers environment;  ///< a column, with which each SNP's interaction is tested
  std::string snps;     ///< file that lists the SNPs to analyse; empty = all
  /// Names of the SNPs to analyse, instead of a file.
  std::optional<std::unordered_set<std::string>> snp_names = std::nullopt;
  std::string kinship_snps;  ///< file that lists those of them that a kinship matrix is made of
};

/// A phenotype of the analysed samples.
struct Trait : PhenotypeId {
  std::vector<double> values;
};

/// Samples that are analysed together, and the phenotypes of which they have values.
struct Cohort {
  SampleSelection selection;
  DesignMatrix design;              ///< fixed effects of the analysed samples
  std::vector<double> environment;  ///< of the analysed samples; empty where there is none
  std::vector<Trait> traits;

  std::int64_t analysed() const { return std::ssize(selection.samples); }
  /// The analysed samples as an int64 array.
  Array samples() const { return Array::from(selection.samples); }
  /// W as float64 (samples, columns).
  Array design_array() const {
    return Array::from(design.values, Dims{design.rows, design.columns});
  }
};

/// A data set with the choice of samples that an analysis makes.
struct Study {
  std::unique_ptr<GenotypeReader> genotypes;
  /// Phenotypes that are known of the same samples share a cohort; in the order of the first of
  /// each.
  std::vector<Cohort> cohorts;
  /// Names of the SNPs to analyse; all of them where there is no list.
  std::optional<std::unordered_set<std::string>> snp_list;
  /// Names of those of them that a kinship matrix is made of; all where there is no list.
  std::optional<std::unordered_set<std::string>> kinship_list = std::nullopt;
  std::vector<PhenotypeId> phenotypes;  ///< those of the cohorts, in the order asked for
  bool several_phenotypes = false;      ///< whether more than one was asked for
  std::vector<std::string> notes;       ///< what the user should know of the files
  std::vector<std::string> warnings;

  /// All samples as an int64 array.
  Array all_samples() const;
  /// Where the samples are listed.
  SampleList samples() const { return {genotypes->samples(), genotypes->samples_file()}; }
  /// Those that are analysed in `cohort`.
  std::vector<Sample> samples_of(const Cohort& cohort) const;
};

/// How the samples of several phenotypes are chosen.
enum class Missingness {
  each,   ///< every phenotype has its own samples, in which it must vary
  joint,  ///< samples that have every phenotype; all of them where the data set brings none
};

/// Opens the files and selects the samples that have a phenotype and every covariate. With
/// Missingness::each and all phenotypes asked for, those that cannot be analysed are left out with
/// a warning. Throws IoError for what the files get wrong, what `table_of`, `choose_phenotypes`,
/// `read_covariates` and `match_samples` throw, Error where no sample is left, a phenotype is
/// constant or the covariates are collinear.
Study open_study(const StudyInput& input, Missingness missingness);

}  // namespace loom::gwas
