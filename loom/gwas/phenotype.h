#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "loom/gwas/text_table.h"

namespace loom::gwas {

/// Where the phenotypes of a file stand and what means that one is missing.
enum class PhenotypeFormat {
  fam,    ///< PLINK .fam: from field 6 on; "NA" and the number -9 are missing
  table,  ///< nothing but phenotypes, without a header; only "NA" is missing, -9 is a value
};

/// One phenotype for every sample of a data set, in file order; a missing one is NaN.
using Phenotype = std::vector<double>;

/// Reads the phenotypes number `columns` (from 1: field 6 of a .fam file, field 1 of a table), in
/// the order asked for, from a file (.gz too) with one row for each sample. Only those columns must
/// hold numbers. Throws IoError that names file, line and field for text, NaN, infinity, a line
/// that is too short or a wrong number of rows; ValueError for a column below 1 or asked for twice.
std::vector<Phenotype> read_phenotypes(const std::filesystem::path& file, PhenotypeFormat format,
                                       std::span<const std::int64_t> columns,
                                       const ExpectedRows& expected);

/// Throws Error where every one of `values` is the same, since nothing can be associated with it:
/// "phenotype 2 has the same value, 0.5, in all 1410 analysed samples". `number` is for the
/// message.
void check_phenotype_varies(std::span<const double> values, std::int64_t number);

}  // namespace loom::gwas
