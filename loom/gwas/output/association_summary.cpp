#include "loom/gwas/output/association_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "loom/gwas/output/state.h"
#include "loom/support/file.h"

namespace loom::gwas {
namespace {

/// "p_wald" of "log10p_wald".
std::string_view p_name(const AssociationColumn& log10p) { return log10p.name.substr(5); }

std::string cell(const AssociationColumn& column, const AssociationHit& hit) {
  if (column.is_text()) return column.text(hit.snp);
  if (column.is_integer()) return fmt::format("{}", column.integer(hit.snp, hit.row));
  const double number = column.number(hit.row);
  return column.three_decimals ? fmt::format("{:.3f}", number) : fmt::format("{:.5g}", number);
}

/// chr, rs, ..., af, beta and se where they exist, p and its -log10.
std::vector<AssociationColumn> shown_columns(const Analysis& analysis,
                                             const AssociationColumn& log10p) {
  std::vector<AssociationColumn> columns;
  for (const AssociationColumn& column : default_columns(analysis)) {
    const bool statistic = !column.is_text() && !column.is_integer() && !column.three_decimals;
    if (!statistic || column.name == "beta" || column.name == "se" ||
        column.name == p_name(log10p)) {
      columns.push_back(column);
    }
  }
  columns.push_back(log10p);
  return columns;
}

}  // namespace

AssociationSummary::AssociationSummary(const Analysis& analysis, std::int64_t top,
                                       std::int64_t exact)
    : log10p_(main_log10p(analysis)),
      shown_(shown_columns(analysis, log10p_)),
      top_size_(top),
      p_values_(exact) {}

bool AssociationSummary::better(const Candidate& a, const Candidate& b) {
  return a.log10p != b.log10p ? a.log10p > b.log10p : a.order < b.order;
}

void AssociationSummary::add(std::span<const Snp> snps, std::span<const AssociationRow> rows) {
  for (const AssociationRow& row : rows) {
    const std::int64_t order = rows_++;
    const double log10p = log10p_.number(row);
    if (std::isnan(log10p)) continue;
    p_values_.add(log10p);
    genome_wide_ += log10p > kGenomeWideLog10p;
    const bool full = std::ssize(heap_) == top_size_;
    if (top_size_ == 0 || (full && log10p <= heap_.front().log10p)) continue;
    if (full) {
      std::ranges::pop_heap(heap_, better);
      heap_.pop_back();
    }
    heap_.push_back({{snps[static_cast<std::size_t>(row.snp)], row}, log10p, order});
    std::ranges::push_heap(heap_, better);
  }
}

std::vector<AssociationHit> AssociationSummary::top() const {
  std::vector<Candidate> sorted = heap_;
  std::ranges::sort(sorted, better);
  std::vector<AssociationHit> hits;
  for (Candidate& candidate : sorted) hits.push_back(std::move(candidate.hit));
  return hits;
}

std::string AssociationSummary::text() const {
  const std::int64_t count = p_values_.count();
  std::string text = fmt::format("SNPs tested\t{}\n", rows_);
  if (count < rows_) text += fmt::format("without a p value\t{}\n", rows_ - count);
  text += fmt::format("genomic inflation of {}\t{:.4f}\n", p_name(log10p_), inflation());
  text += fmt::format("{} below 5e-8\t{}\n", p_name(log10p_), genome_wide_);
  if (heap_.empty()) return text;
  text += "\n";
  for (const AssociationColumn& column : shown_) (text += column.name) += '\t';
  text.back() = '\n';
  for (const AssociationHit& hit : top()) {
    for (const AssociationColumn& column : shown_) (text += cell(column, hit)) += '\t';
    text.back() = '\n';
  }
  return text;
}

void AssociationSummary::write(const std::filesystem::path& file) const {
  OutputFile output(file);
  output.write(text());
  output.commit();
}

nlohmann::json AssociationSummary::state() const {
  nlohmann::json heap = nlohmann::json::array();
  for (const auto& [hit, log10p, order] : heap_) {
    heap.push_back({state_of(hit.snp), bytes_of(std::vector{hit.row}), log10p, order});
  }
  return {{"rows", rows_},
          {"genome wide", genome_wide_},
          {"p values", p_values_.state()},
          {"top", std::move(heap)}};
}

void AssociationSummary::resume(const nlohmann::json& state) {
  rows_ = state.at("rows");
  genome_wide_ = state.at("genome wide");
  p_values_.resume(state.at("p values"));
  heap_.clear();
  for (const nlohmann::json& one : state.at("top")) {
    heap_.push_back({{snp_of_state(one.at(0)), values_of<AssociationRow>(one.at(1)).at(0)},
                     one.at(2),
                     one.at(3)});
  }
}

}  // namespace loom::gwas
