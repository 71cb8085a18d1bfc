#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "loom/gwas/tables/text_table.h"

namespace loom::gwas {

/// What means in a file that a phenotype is missing.
enum class MissingCode {
  na,                ///< only "NA": -9 is a value
  na_or_minus_nine,  ///< "NA" and the number -9
  plink2,            ///< the same and "nan", both in upper or lower case
};

/// Where the phenotypes of a file stand.
struct PhenotypeLayout {
  std::string_view separators = " \t";
  std::int64_t header_lines = 0;
  std::int64_t first_field = 0;  ///< every field from this one on is a phenotype, from 0
  std::optional<std::vector<std::int64_t>> fields = std::nullopt;  ///< or only these are
  MissingCode missing = MissingCode::na_or_minus_nine;
};

/// A file of nothing but phenotypes, without a header.
inline const PhenotypeLayout kPhenotypeTable = {.separators = " \t,", .missing = MissingCode::na};

/// One phenotype for every sample of a data set, in file order; a missing one is NaN.
using Phenotype = std::vector<double>;

/// Reads the phenotypes number `columns`, from 1, in the order asked for, from a file (compressed
/// too) with one row for each sample. Only those columns must hold numbers. Throws IoError that
/// names file, line and field for text, NaN, infinity, a line that is too short or a wrong number
/// of rows; ValueError for a column below 1 or asked for twice.
std::vector<Phenotype> read_phenotypes(const std::filesystem::path& file,
                                       const PhenotypeLayout& layout,
                                       std::span<const std::int64_t> columns,
                                       const ExpectedRows& expected);

/// Throws Error where every one of `values` is the same, since nothing can be associated with it:
/// "phenotype bmi has the same value, 0.5, in all 1410 analysed samples". `label` is its name or
/// number, for the message.
void check_phenotype_varies(std::span<const double> values, std::string_view label);

}  // namespace loom::gwas
