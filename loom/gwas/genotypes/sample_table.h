#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "loom/gwas/tables/phenotype.h"
#include "loom/gwas/tables/sample.h"

// The files that say who the samples of a data set are.
namespace loom::gwas {

/// A file with a line for each sample, and where its phenotypes stand.
struct SampleTable {
  std::filesystem::path path;
  std::vector<Sample> samples;
  PhenotypeLayout layout;
  std::vector<std::string> phenotype_names;  ///< one for each; empty where it has none

  /// Phenotypes number `columns`, from 1. See `read_phenotypes`.
  std::vector<Phenotype> phenotypes(std::span<const std::int64_t> columns) const;
};

/// A PLINK 1 .fam file. Throws IoError, as the others do, for a malformed line or no samples.
SampleTable read_fam(const std::filesystem::path& path);

/// A PLINK 2 .psam file: a header that begins with #FID or #IID, behind other lines that begin with
/// '#'; every column is a phenotype but FID, IID, SID, PAT, MAT and SEX. Without a header it is a
/// .fam file.
SampleTable read_psam(const std::filesystem::path& path);

/// An Oxford .sample file: names of columns, of which the first are ID_1, ID_2 and missing; their
/// types, of which the first are 0; then the samples. ID_1 is the family. Columns of type P
/// (numbers) and B (0 or 1) are phenotypes, those of type D and C covariates.
SampleTable read_oxford_samples(const std::filesystem::path& path);

}  // namespace loom::gwas
