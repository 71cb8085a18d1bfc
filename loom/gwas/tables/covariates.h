#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loom/array/array.h"
#include "loom/gwas/tables/aligned_table.h"

namespace loom::gwas {

/// Which columns of a table are covariates, and what they are.
struct CovariateChoice {
  std::vector<std::string> names;        ///< only these columns; all of them where it is empty
  std::vector<std::string> categorical;  ///< columns of categories: names, or numbers from 1
};

/// Covariates of every sample of a data set: `values` is row-major, samples x columns, and NaN
/// stands for what is missing. Default-constructed, there are none.
struct Covariates {
  std::int64_t columns = 0;
  std::vector<double> values;
  std::vector<std::string> names = {};  ///< of the columns; nothing where none has a name
  /// The levels of each categorical column, in the order of their bytes, of which `values` holds
  /// the places; empty for a column of numbers. Nothing where no column is categorical.
  std::vector<std::vector<std::string>> levels = {};

  /// "age", or "2" where the column, from 0, has no name.
  std::string label(std::int64_t column) const;
  bool is_categorical(std::int64_t column) const;
};

/// Covariates from a text table. Throws IoError that names file, line and field for text, NaN and
/// infinity in a column of numbers and for rows that differ in length; ValueError where `choice`
/// names what is not there or a categorical column that is not among the covariates.
Covariates read_covariates(const AlignedTable& table, const CovariateChoice& choice);

/// Covariates from a matrix as `table_of` makes it. Levels are numbers as "%g" writes them. Throws
/// ValueError for a `choice` that does not fit.
Covariates covariates_of(const Array& table, const CovariateChoice& choice);

}  // namespace loom::gwas
