#include "loom/gwas/tables/design_matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "loom/support/error.h"

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

/// Covariates of some samples as columns of numbers, row-major.
struct Columns {
  std::vector<std::vector<double>> columns;
  std::vector<std::string> names;
  std::vector<Category> categories;

  void add(std::vector<double> column, std::string name) {
    columns.push_back(std::move(column));
    names.push_back(std::move(name));
  }
};

/// How many samples have each of the `levels` of a categorical covariate.
std::vector<std::int64_t> count_levels(const std::string& name, std::size_t levels,
                                       std::span<const double> codes) {
  std::vector<std::int64_t> counts(levels);
  for (const double code : codes) ++counts[static_cast<std::size_t>(code)];
  const std::int64_t found = std::ssize(counts) - std::ranges::count(counts, 0);
  if (2 * found > std::ssize(codes)) {
    throw Error(fmt::format(
        "[covariates] '{}' has {} levels in {} analysed samples: categories are at most half as "
        "many",
        name, found, codes.size()));
  }
  return counts;
}

/// The indicators of all levels in `codes` but the first that occurs.
void add_indicators(const std::string& name, const std::vector<std::string>& levels,
                    std::span<const double> codes, Columns& out) {
  const std::vector<std::int64_t> counts = count_levels(name, levels.size(), codes);
  Category category{name, {}, {}};
  for (std::size_t level = 0; level < levels.size(); ++level) {
    if (counts[level] == 0) continue;
    category.levels.push_back(levels[level]);
    category.counts.push_back(counts[level]);
    if (category.levels.size() == 1) continue;
    std::vector<double> column;
    for (const double code : codes) column.push_back(code == static_cast<double>(level) ? 1 : 0);
    out.add(std::move(column), name + "=" + levels[level]);
  }
  out.categories.push_back(std::move(category));
}

Columns columns_of(const Covariates& covariates, std::span<const std::int64_t> rows) {
  Columns result;
  for (std::int64_t column = 0; column < covariates.columns; ++column) {
    std::vector<double> values;
    values.reserve(rows.size());
    for (const std::int64_t row : rows) {
      values.push_back(
          covariates.values[static_cast<std::size_t>(row * covariates.columns + column)]);
    }
    if (covariates.is_categorical(column)) {
      add_indicators(covariates.label(column), covariates.levels[static_cast<std::size_t>(column)],
                     values, result);
    } else {
      result.add(std::move(values), covariates.label(column));
    }
  }
  return result;
}

bool is_constant(std::span<const double> column) {
  return std::ranges::all_of(column, [&](double value) { return value == column[0]; });
}

}  // namespace

DesignMatrix design_matrix(const Covariates& covariates, std::span<const std::int64_t> rows) {
  Columns columns = columns_of(covariates, rows);
  const auto constants = std::ranges::count_if(columns.columns, is_constant);
  if (constants == std::ssize(columns.columns)) columns.columns.clear();
  const bool needs_intercept = columns.columns.empty() || constants == 0;

  DesignMatrix design;
  design.rows = std::ssize(rows);
  design.intercept_appended = needs_intercept && !columns.columns.empty();
  if (needs_intercept) {
    columns.names.resize(columns.columns.size());
    columns.add(std::vector<double>(rows.size(), 1.0), "intercept");
  }
  design.columns = std::ssize(columns.columns);
  design.values.reserve(static_cast<std::size_t>(design.rows * design.columns));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const auto& column : columns.columns) design.values.push_back(column[row]);
  }
  if (!covariates.names.empty() || !columns.categories.empty()) {
    design.names = std::move(columns.names);
  }
  design.categories = std::move(columns.categories);
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
          fmt::format("[lmm] covariates are collinear: {} {}{} is a combination of the "
                      "columns before it",
                      intercept ? "the intercept appended as column" : "column", j + 1,
                      design.names.empty() || intercept
                          ? ""
                          : " (" + design.names[static_cast<std::size_t>(j)] + ")"));
    }
    for (double& value : column) value /= remaining;
    basis.push_back(std::move(column));
  }
}

}  // namespace loom::gwas
