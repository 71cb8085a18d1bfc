#include "loom/gwas/covariates.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "loom/support/error.h"
#include "loom/support/file.h"

namespace loom::gwas {
namespace {

using Column = std::vector<double>;

Column column_of(const DesignMatrix& design, std::int64_t column) {
  Column values;
  values.reserve(static_cast<std::size_t>(design.rows));
  for (std::int64_t row = 0; row < design.rows; ++row) {
    values.push_back(design.values[static_cast<std::size_t>(row * design.columns + column)]);
  }
  return values;
}

double dot(const Column& a, const Column& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// Takes out of `column` what lies along the orthonormal `basis`.
void project_out(const std::vector<Column>& basis, Column& column) {
  for (const Column& direction : basis) {
    const double along = dot(direction, column);
    for (std::size_t i = 0; i < column.size(); ++i) column[i] -= along * direction[i];
  }
}

bool is_constant(const Covariates& covariates, std::span<const std::int64_t> rows,
                 std::int64_t column) {
  const auto value = [&](std::int64_t row) {
    return covariates.values[static_cast<std::size_t>(row * covariates.columns + column)];
  };
  for (const std::int64_t row : rows) {
    if (value(row) != value(rows[0])) return false;
  }
  return true;
}

}  // namespace

Covariates read_covariates(const std::filesystem::path& file, const ExpectedRows& expected) {
  const std::string text = read_text(file);
  Covariates covariates;
  std::int64_t rows = 0;
  for_each_row(text, " \t,", [&](const TextRow& row) {
    if (rows++ == 0) covariates.columns = std::ssize(row.fields);
    if (std::ssize(row.fields) != covariates.columns) {
      throw IoError(fmt::format("{}: line {}: expected {} fields as in line 1, found {}",
                                file.string(), row.line, covariates.columns, row.fields.size()));
    }
    for (std::int64_t i = 0; i < covariates.columns; ++i) {
      const bool missing = row.fields[static_cast<std::size_t>(i)] == "NA";
      covariates.values.push_back(missing ? std::numeric_limits<double>::quiet_NaN()
                                          : finite_number(file, row, i));
    }
  });
  check_row_count(file, expected, rows);
  return covariates;
}

DesignMatrix design_matrix(const Covariates& covariates, std::span<const std::int64_t> rows) {
  std::int64_t constant_columns = 0;
  for (std::int64_t column = 0; column < covariates.columns; ++column) {
    constant_columns += is_constant(covariates, rows, column);
  }
  const std::int64_t kept = constant_columns == covariates.columns ? 0 : covariates.columns;
  const bool needs_intercept = kept == 0 || constant_columns == 0;

  DesignMatrix design;
  design.rows = std::ssize(rows);
  design.columns = kept + needs_intercept;
  design.intercept_appended = needs_intercept && kept > 0;
  design.values.reserve(static_cast<std::size_t>(design.rows * design.columns));
  for (const std::int64_t row : rows) {
    const auto first = covariates.values.begin() + row * covariates.columns;
    design.values.insert(design.values.end(), first, first + kept);
    if (needs_intercept) design.values.push_back(1.0);
  }
  return design;
}

void check_design(const DesignMatrix& design) {
  constexpr double kTolerance = 1e-8;
  if (design.rows <= design.columns + 1) {
    throw Error(
        fmt::format("[lmm] {} analysed samples are too few for {} covariate columns and a "
                    "SNP: at least {} are needed",
                    design.rows, design.columns, design.columns + 2));
  }
  std::vector<Column> basis;
  for (std::int64_t j = 0; j < design.columns; ++j) {
    Column column = column_of(design, j);
    const double length = std::sqrt(dot(column, column));
    // The second pass removes what rounding left of the first one, which the division below would
    // blow up in columns that are nearly dependent.
    project_out(basis, column);
    project_out(basis, column);
    const double remaining = std::sqrt(dot(column, column));
    if (!(remaining > kTolerance * length)) {
      const bool intercept = design.intercept_appended && j + 1 == design.columns;
      throw Error(
          fmt::format("[lmm] covariates are collinear: {} {} is a combination of the "
                      "columns before it",
                      intercept ? "the intercept appended as column" : "column", j + 1));
    }
    for (double& value : column) value /= remaining;
    basis.push_back(std::move(column));
  }
}

}  // namespace loom::gwas
