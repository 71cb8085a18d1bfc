#include "loom/gwas/output/association_columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>

#include "loom/gwas/tables/text_table.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

using Row = AssociationRow;

constexpr std::array kColumns = {
    AssociationColumn{"chr", &Snp::chromosome},
    AssociationColumn{"rs", &Snp::id},
    AssociationColumn{"ps", &Snp::position},
    AssociationColumn{"n_miss", &Row::n_miss},
    AssociationColumn{"n_mis", &Row::n_miss},  // GEMMA's name in the linear model
    AssociationColumn{"n_obs", &Row::n_obs},
    AssociationColumn{"allele1", &Snp::allele1},
    AssociationColumn{"allele0", &Snp::allele0},
    AssociationColumn{"af", &Row::af, true},
    AssociationColumn{"beta", &Row::beta},
    AssociationColumn{"se", &Row::se},
    AssociationColumn{"logl_H1", &Row::logl},
    AssociationColumn{"l_remle", &Row::lambda_remle},
    AssociationColumn{"l_mle", &Row::lambda_mle},
    AssociationColumn{"p_wald", &Row::p_wald},
    AssociationColumn{"p_lrt", &Row::p_lrt},
    AssociationColumn{"p_score", &Row::p_score},
    AssociationColumn{"log10p_wald", &Row::log10p_wald},
    AssociationColumn{"log10p_lrt", &Row::log10p_lrt},
    AssociationColumn{"log10p_score", &Row::log10p_score},
};

constexpr std::string_view kLog10 = "log10";  // what makes log10p_wald of p_wald

/// GEMMA's header lines.
struct Header {
  bool mixed;
  int test;
  std::string_view statistics;
};
constexpr std::string_view kMixedStart = "chr,rs,ps,n_miss,allele1,allele0,af,";
constexpr std::string_view kLinearStart = "chr,rs,ps,n_mis,n_obs,allele1,allele0,af,";
constexpr std::array kHeaders = {
    Header{true, 1, "beta,se,logl_H1,l_remle,p_wald"},
    Header{true, 2, "logl_H1,l_mle,p_lrt"},
    Header{true, 3, "beta,se,p_score"},
    Header{true, 4, "beta,se,logl_H1,l_remle,l_mle,p_wald,p_lrt,p_score"},
    Header{true, 9, "beta,se,l_mle,p_lrt"},
    Header{false, 1, "beta,se,p_wald"},
    Header{false, 2, "p_lrt"},
    Header{false, 3, "beta,se,p_score"},
    Header{false, 4, "beta,se,p_wald,p_lrt,p_score"},
};

const AssociationColumn* find_column(std::string_view name) {
  const auto* found = std::ranges::find(kColumns, name, &AssociationColumn::name);
  return found == kColumns.end() ? nullptr : found;
}

std::vector<std::string_view> split(std::string_view names) {
  std::vector<std::string_view> fields;
  split_fields(names, ", ", fields);
  return fields;
}

std::vector<std::string_view> default_names(const Analysis& analysis) {
  const auto* found = std::ranges::find_if(kHeaders, [&](const Header& header) {
    return header.mixed == analysis.mixed && header.test == analysis.test;
  });
  if (found == kHeaders.end()) {
    throw ValueError(fmt::format("[association] there is no analysis {}", analysis.name()));
  }
  std::vector<std::string_view> names = split(analysis.mixed ? kMixedStart : kLinearStart);
  std::ranges::copy(split(found->statistics), std::back_inserter(names));
  return names;
}

/// Whether an analysis whose columns are `made` can fill `name` too.
bool available(std::string_view name, const std::vector<std::string_view>& made) {
  if (name.starts_with(kLog10)) name.remove_prefix(kLog10.size());
  return name == "n_obs" || name == "n_miss" || std::ranges::find(made, name) != made.end();
}

}  // namespace

std::string Analysis::name() const { return fmt::format("{} {}", mixed ? "-lmm" : "-lm", test); }

std::vector<AssociationColumn> default_columns(const Analysis& analysis) {
  std::vector<AssociationColumn> columns;
  for (const std::string_view name : default_names(analysis)) {
    columns.push_back(*find_column(name));
  }
  return columns;
}

std::vector<AssociationColumn> columns_named(std::string_view names, const Analysis& analysis) {
  const std::vector<std::string_view> made = default_names(analysis);
  std::vector<AssociationColumn> columns;
  for (const std::string_view name : split(names)) {
    const AssociationColumn* column = find_column(name);
    if (column == nullptr) {
      std::vector<std::string_view> all;
      for (const AssociationColumn& known : kColumns) {
        if (available(known.name, made)) all.push_back(known.name);
      }
      throw ValueError(
          fmt::format("[columns] there is no '{}'; there are {}", name, fmt::join(all, ", ")));
    }
    if (!available(name, made)) {
      throw ValueError(fmt::format("[columns] {} does not compute '{}'", analysis.name(), name));
    }
    if (std::ranges::find(columns, name, &AssociationColumn::name) != columns.end()) {
      throw ValueError(fmt::format("[columns] '{}' is listed twice", name));
    }
    columns.push_back(*column);
  }
  if (columns.empty()) throw ValueError("[columns] no column is listed");
  return columns;
}

std::vector<AssociationColumn> with_log10p(std::vector<AssociationColumn> columns) {
  for (AssociationColumn& column : columns) {
    const auto* log10p = find_column(std::string(kLog10) + std::string(column.name));
    if (log10p != nullptr) column = *log10p;
  }
  return columns;
}

AssociationColumn main_log10p(const Analysis& analysis) {
  const std::vector<AssociationColumn> columns = with_log10p(default_columns(analysis));
  return *std::ranges::find_if(
      columns, [](const AssociationColumn& column) { return column.name.starts_with(kLog10); });
}

}  // namespace loom::gwas
