#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loom/array/array.h"
#include "loom/gwas/tables/text_table.h"

namespace loom::gwas {

/// Numbers that an analysis is given: in a text file, or in memory. Neither means none.
struct Numbers {
  std::string file;
  std::optional<Array> array = std::nullopt;  ///< read where it is there, before `file`

  bool given() const { return array.has_value() || !file.empty(); }
};

/// `array` as float64 without gaps, of shape (rows, columns); a vector is one column. NaN stands
/// for what is missing. `name` is for messages. Throws ShapeError: "[covariates] expected 1940 rows
/// (one for each sample in data.fam), found shape (3, 4)"; DTypeError for complex numbers;
/// ValueError for an infinity.
Array table_of(std::string_view name, const Array& array, const ExpectedRows& rows);

/// The same with a given number of columns and without NaN.
Array matrix_of(std::string_view name, const Array& array, const ExpectedRows& rows,
                std::int64_t columns);

}  // namespace loom::gwas
