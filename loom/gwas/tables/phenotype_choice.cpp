#include "loom/gwas/tables/phenotype_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

PhenotypeId by_number(std::int64_t number, std::span<const std::string> available) {
  if (number < 1) {
    throw ValueError(fmt::format("[phenotypes] columns count from 1, not from {}", number));
  }
  const auto i = static_cast<std::size_t>(number - 1);
  return {number, i < available.size() ? available[i] : std::string()};
}

PhenotypeId by_name(const std::string& name, std::span<const std::string> available,
                    const std::string& source) {
  const auto found = std::ranges::find(available, name);
  if (found != available.end()) return {found - available.begin() + 1, name};
  if (std::ranges::all_of(available, &std::string::empty)) {
    throw ValueError(fmt::format(
        "[phenotypes] the columns of {} have no names: ask for them by number", source));
  }
  throw ValueError(fmt::format("[phenotypes] nothing in {} is called '{}': there are {}", source,
                               name, fmt::join(available, ", ")));
}

double value_of(const AlignedTable& table, const TextRow& row, const PhenotypeId& phenotype) {
  const std::int64_t field = table.field(phenotype.number);
  if (phenotype.number > table.columns() || field >= std::ssize(row.fields)) {
    throw IoError(fmt::format("{}: line {}: phenotype column {} is asked for, found {} of them",
                              table.path().string(), row.line, phenotype.number,
                              std::ssize(row.fields) - table.field(1)));
  }
  if (table.is_missing(row.fields[static_cast<std::size_t>(field)])) return kNaN;
  const double value = finite_number(table.path(), row, field);
  return table.by_id() && value == -9 ? kNaN : value;
}

}  // namespace

std::string label(const PhenotypeId& phenotype) {
  return phenotype.name.empty() ? std::to_string(phenotype.number) : phenotype.name;
}

std::vector<PhenotypeId> choose_phenotypes(const PhenotypeChoice& choice,
                                           std::span<const std::string> available,
                                           const std::string& source) {
  std::vector<PhenotypeId> chosen;
  if (choice.all) {
    for (std::int64_t i = 1; i <= std::ssize(available); ++i) {
      chosen.push_back(by_number(i, available));
    }
  } else if (!choice.names.empty()) {
    for (const std::string& name : choice.names) {
      chosen.push_back(by_name(name, available, source));
    }
  } else {
    for (const std::int64_t number : choice.numbers) {
      chosen.push_back(by_number(number, available));
    }
  }
  for (auto phenotype = chosen.begin(); phenotype != chosen.end(); ++phenotype) {
    const auto before =
        std::ranges::find(chosen.begin(), phenotype, phenotype->number, &PhenotypeId::number);
    if (before == phenotype) continue;
    throw ValueError(fmt::format("[phenotypes] {} is asked for twice", label(*phenotype)));
  }
  if (chosen.empty()) throw ValueError(fmt::format("[phenotypes] there are none in {}", source));
  return chosen;
}

std::vector<Phenotype> read_phenotypes(const AlignedTable& table,
                                       std::span<const PhenotypeId> phenotypes) {
  std::vector<Phenotype> values(phenotypes.size());
  table.for_each_sample([&](const TextRow* row) {
    for (std::size_t i = 0; i < phenotypes.size(); ++i) {
      values[i].push_back(row == nullptr ? kNaN : value_of(table, *row, phenotypes[i]));
    }
  });
  return values;
}

}  // namespace loom::gwas
