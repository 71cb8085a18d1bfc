#include "loom/gwas/tables/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "loom/ops/creation.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

void check_numbers(std::string_view name, const Array& table, double allowed, const char* what) {
  const std::span<const double> values = table.span<const double>();
  const auto bad = std::ranges::find_if(
      values, [&](double v) { return std::isinf(v) || (std::isnan(v) && !std::isnan(allowed)); });
  if (bad == values.end()) return;
  const std::int64_t at = bad - values.begin(), columns = table.shape(1);
  throw ValueError(fmt::format("[{}] row {}, column {}: expected {}, found {}", name,
                               at / columns + 1, at % columns + 1, what, *bad));
}

Array real_table(std::string_view name, const Array& array, const ExpectedRows& rows) {
  if (is_complex(array.dtype())) {
    throw DTypeError(
        fmt::format("[{}] expected real numbers, found {}", name, facts(array.dtype()).name));
  }
  if (array.ndim() < 1 || array.ndim() > 2 || array.shape(0) != rows.count) {
    throw ShapeError(fmt::format("[{}] expected {} rows ({}), found shape {}", name, rows.count,
                                 rows.reason, to_string(array.shape())));
  }
  const Array table = contiguous(astype(array, DType::float64));
  return table.ndim() == 2 ? table : table.expand_dims(1);
}

}  // namespace

Array table_of(std::string_view name, const Array& array, const ExpectedRows& rows) {
  Array table = real_table(name, array, rows);
  check_numbers(name, table, NAN, "a finite number or NaN");
  return table;
}

Array matrix_of(std::string_view name, const Array& array, const ExpectedRows& rows,
                std::int64_t columns) {
  Array matrix = real_table(name, array, rows);
  if (matrix.shape(1) != columns) {
    throw ShapeError(fmt::format("[{}] expected shape ({}, {}), found {}", name, rows.count,
                                 columns, to_string(array.shape())));
  }
  check_numbers(name, matrix, 0, "a finite number");
  return matrix;
}

}  // namespace loom::gwas
