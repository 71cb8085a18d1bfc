#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "loom/gwas/tables/covariates.h"

namespace loom::gwas {

/// A categorical covariate as the analysed samples have it.
struct Category {
  std::string name;
  /// Those that some sample has, of which the first is the reference.
  std::vector<std::string> levels;
  std::vector<std::int64_t> counts;  ///< samples of each level
};

/// The fixed effects W of the analysed samples: row-major, rows x columns.
struct DesignMatrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<double> values;
  /// Whether the last column is an intercept that the covariates did not have.
  bool intercept_appended = false;
  std::vector<std::string> names = {};  ///< of the columns; nothing where none has a name
  std::vector<Category> categories = {};
};

/// W from the covariates of the samples `rows`, none of which lacks one. In the place of a
/// categorical covariate stands a column of zeros and ones for each level that some of these
/// samples have, but for the first of them; a single level gives no column. Then GEMMA's rule for
/// the intercept: no columns, or only constant ones, give a single column of ones; columns without
/// a constant among them get a column of ones appended; otherwise they are taken as they are.
/// Throws Error for a categorical covariate with more levels than half of the samples:
/// "[covariates] 'batch' has 7 levels in 10 analysed samples: categories are at most half as many".
DesignMatrix design_matrix(const Covariates& covariates, std::span<const std::int64_t> rows);

/// Throws Error where `design` leaves no degrees of freedom for a test (rows <= columns + 1), or
/// where a column is a combination of the columns before it: less than 1e-8 of its length remains
/// when they are projected out, so that its square is lost in the rounding of a double.
void check_design(const DesignMatrix& design);

}  // namespace loom::gwas
