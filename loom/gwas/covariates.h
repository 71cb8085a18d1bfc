#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "loom/gwas/text_table.h"

namespace loom::gwas {

/// Covariates of every sample of a data set: `values` is row-major, samples x columns, and NaN
/// stands for "NA". Default-constructed, there are none.
struct Covariates {
  std::int64_t columns = 0;
  std::vector<double> values;
};

/// Reads one row of numbers, separated by blanks or commas, for each sample (.gz too). "NA" is
/// missing. Throws IoError that names file, line and field for text, NaN and infinity, for rows
/// that differ in length and for a wrong number of rows.
Covariates read_covariates(const std::filesystem::path& file, const ExpectedRows& expected);

/// The fixed effects W of the analysed samples: row-major, rows x columns.
struct DesignMatrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<double> values;
  /// Whether the last column is an intercept that the covariates did not have.
  bool intercept_appended = false;
};

/// W from the covariates of the samples `rows`, with GEMMA's rule for the intercept: no covariates,
/// or only constant ones, give a single column of ones; covariates without a constant among them
/// get a column of ones appended; otherwise they are taken as they are.
DesignMatrix design_matrix(const Covariates& covariates, std::span<const std::int64_t> rows);

/// Throws Error where `design` leaves no degrees of freedom for a test (rows <= columns + 1), or
/// where a column is a combination of the columns before it: less than 1e-8 of its length remains
/// when they are projected out, so that its square is lost in the rounding of a double.
void check_design(const DesignMatrix& design);

}  // namespace loom::gwas
