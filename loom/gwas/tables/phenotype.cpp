#include "loom/gwas/tables/phenotype.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "loom/support/error.h"
#include "loom/support/file.h"

namespace loom::gwas {
namespace {

void check_columns(std::span<const std::int64_t> columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] < 1) {
      throw ValueError(fmt::format("[phenotype] columns count from 1, not from {}", columns[i]));
    }
    if (std::ranges::count(columns.first(i), columns[i]) > 0) {
      throw ValueError(fmt::format("[phenotype] column {} is asked for twice", columns[i]));
    }
  }
}

bool equals_in_any_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) {
    return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b);
  });
}

bool is_missing(std::string_view field, MissingCode code) {
  if (code != MissingCode::plink2) return field == "NA";
  return equals_in_any_case(field, "na") || equals_in_any_case(field, "nan");
}

double parse_phenotype(const std::filesystem::path& file, MissingCode code, const TextRow& row,
                       std::int64_t index) {
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  if (is_missing(row.fields[static_cast<std::size_t>(index)], code)) return kMissing;
  const double value = finite_number(file, row, index);
  return code != MissingCode::na && value == -9 ? kMissing : value;
}

/// The fields of a row that are phenotypes.
struct Available {
  Available(const PhenotypeLayout& layout_, const TextRow& row)
      : layout(layout_),
        count(layout.fields
                  ? std::ssize(*layout.fields)
                  : std::max<std::int64_t>(std::ssize(row.fields) - layout.first_field, 0)) {}

  /// Of phenotype number `column`, from 1.
  std::int64_t field(std::int64_t column) const {
    return layout.fields ? (*layout.fields)[static_cast<std::size_t>(column - 1)]
                         : layout.first_field + column - 1;
  }

  const PhenotypeLayout& layout;
  std::int64_t count;
};

}  // namespace

std::vector<Phenotype> read_phenotypes(const std::filesystem::path& file,
                                       const PhenotypeLayout& layout,
                                       std::span<const std::int64_t> columns,
                                       const ExpectedRows& expected) {
  check_columns(columns);
  const std::string text = read_text(file);
  std::vector<Phenotype> phenotypes(columns.size());
  std::int64_t rows = 0;
  for_each_row(text, layout.separators, [&](const TextRow& row) {
    if (row.line <= layout.header_lines) return;
    ++rows;
    const Available available(layout, row);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i] > available.count) {
        throw IoError(fmt::format("{}: line {}: phenotype column {} is asked for, found {} of them",
                                  file.string(), row.line, columns[i], available.count));
      }
      const std::int64_t field = available.field(columns[i]);
      if (field >= std::ssize(row.fields)) {
        throw IoError(fmt::format("{}: line {}: expected at least {} fields, found {}",
                                  file.string(), row.line, field + 1, row.fields.size()));
      }
      phenotypes[i].push_back(parse_phenotype(file, layout.missing, row, field));
    }
  });
  check_row_count(file, expected, rows);
  return phenotypes;
}

void check_phenotype_varies(std::span<const double> values, std::string_view label) {
  if (values.empty() || !std::ranges::all_of(values, [&](double v) { return v == values[0]; })) {
    return;
  }
  throw Error(fmt::format("[lmm] phenotype {} has the same value, {:g}, in all {} analysed samples",
                          label, values[0], values.size()));
}

}  // namespace loom::gwas
