#include "loom/gwas/phenotype.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "loom/support/error.h"
#include "loom/support/file.h"

namespace loom::gwas {
namespace {

constexpr std::int64_t kFieldsBeforeFamPhenotypes = 5;

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

double parse_phenotype(const std::filesystem::path& file, PhenotypeFormat format,
                       const TextRow& row, std::int64_t index) {
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  if (row.fields[static_cast<std::size_t>(index)] == "NA") return kMissing;
  const double value = finite_number(file, row, index);
  return format == PhenotypeFormat::fam && value == -9 ? kMissing : value;
}

}  // namespace

std::vector<Phenotype> read_phenotypes(const std::filesystem::path& file, PhenotypeFormat format,
                                       std::span<const std::int64_t> columns,
                                       const ExpectedRows& expected) {
  check_columns(columns);
  const bool fam = format == PhenotypeFormat::fam;
  const std::int64_t skipped = fam ? kFieldsBeforeFamPhenotypes : 0;
  const std::string text = read_text(file);

  std::vector<Phenotype> phenotypes(columns.size());
  std::int64_t rows = 0;
  for_each_row(text, fam ? " \t" : " \t,", [&](const TextRow& row) {
    ++rows;
    const std::int64_t available = std::max<std::int64_t>(std::ssize(row.fields) - skipped, 0);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i] > available) {
        throw IoError(fmt::format("{}: line {}: phenotype column {} is asked for, found {} of them",
                                  file.string(), row.line, columns[i], available));
      }
      phenotypes[i].push_back(parse_phenotype(file, format, row, skipped + columns[i] - 1));
    }
  });
  check_row_count(file, expected, rows);
  return phenotypes;
}

void check_phenotype_varies(std::span<const double> values, std::int64_t number) {
  if (values.empty() || !std::ranges::all_of(values, [&](double v) { return v == values[0]; })) {
    return;
  }
  throw Error(fmt::format("[lmm] phenotype {} has the same value, {:g}, in all {} analysed samples",
                          number, values[0], values.size()));
}

}  // namespace loom::gwas
