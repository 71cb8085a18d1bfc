#include "loom/gwas/permutation_tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "loom/gwas/output/state.h"
#include "loom/support/file.h"

namespace loom::gwas {
namespace {

using nlohmann::json;

constexpr double kLevels[] = {0.01, 0.05, 0.1};
constexpr std::size_t kMostHits = 100;

std::string write_text(const RunReport& report, const std::string& part, const char* suffix,
                       const std::string& text) {
  OutputFile file(report.path(part + ".permutations" + suffix));
  file.write(text);
  file.commit();
  return file.path().string();
}

}  // namespace

void PermutationTally::add(const PermutationTest& test, const Array& x, std::span<const Snp> snps,
                           std::span<const AssociationRow> rows) {
  dof_ = test.dof();
  const std::vector<double> observed = test.test(x, largest_);
  for (std::size_t i = 0; i < observed.size(); ++i) {
    const AssociationRow& row = rows[i];
    if (!std::isnan(observed[i])) {
      keep({snps[static_cast<std::size_t>(row.snp)], row.af, observed[i]});
    }
  }
}

void PermutationTally::keep(Hit hit) {
  if (hits_.size() == kMostHits && hit.r2 <= hits_.back().r2) return;
  const auto place = std::ranges::upper_bound(hits_, hit.r2, std::ranges::greater(), &Hit::r2);
  hits_.insert(place, std::move(hit));
  if (hits_.size() > kMostHits) hits_.pop_back();
}

std::string PermutationTally::hits_text(std::span<const double> sorted) const {
  std::string text = "chr\trs\tps\tallele1\tallele0\taf\tf\tp\tp_adjusted\n";
  for (const Hit& hit : hits_) {
    const auto reached = sorted.end() - std::ranges::lower_bound(sorted, hit.r2);
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{:.3f}\t{:.6e}\t{:.6e}\t{:.6g}\n", hit.snp.chromosome,
                        hit.snp.id, hit.snp.position, hit.snp.allele1, hit.snp.allele0, hit.af,
                        dof_ * hit.r2 / (1 - hit.r2), correlation_p(hit.r2, dof_),
                        static_cast<double>(reached + 1) / static_cast<double>(sorted.size() + 1));
  }
  return text;
}

std::vector<double> PermutationTally::smallest_p() const {
  std::vector<double> smallest;
  for (const double r2 : largest_) smallest.push_back(correlation_p(r2, dof_));
  return smallest;
}

std::vector<std::string> PermutationTally::write(const std::string& part, RunReport& report) const {
  std::string each = "permutation\tmax_f\tmin_p\n";
  const std::vector<double> smallest = smallest_p();
  for (std::size_t k = 0; k < largest_.size(); ++k) {
    each += fmt::format("{}\t{:.6e}\t{:.6e}\n", k + 1, dof_ * largest_[k] / (1 - largest_[k]),
                        smallest[k]);
  }
  std::string thresholds = "level\tp\tlow\thigh\n", said;
  for (const double level : kLevels) {
    const PermutationThreshold t = permutation_threshold(smallest, level);
    thresholds += fmt::format("{}\t{:.6e}\t{:.6e}\t{:.6e}\n", level, t.p, t.low, t.high);
    said += fmt::format("{}{:.3g} (level {})", said.empty() ? "" : ", ", t.p, level);
  }
  report.log().add("thresholds of p by permutations", said);
  report.say(fmt::format("thresholds of p by {} permutations{}: {}", largest_.size(),
                         part.empty() ? "" : " (" + part.substr(1) + ")", said));
  std::vector<double> sorted = largest_;
  std::ranges::sort(sorted);
  return {write_text(report, part, ".txt", each),
          write_text(report, part, ".thresholds.txt", thresholds),
          write_text(report, part, ".hits.txt", hits_text(sorted))};
}

json PermutationTally::state() const {
  json hits = json::array();
  for (const Hit& hit : hits_) {
    hits.push_back({state_of(hit.snp), hit.af, hit.r2});
  }
  return {{"largest", bytes_of(largest_)}, {"hits", std::move(hits)}, {"dof", dof_}};
}

void PermutationTally::resume(const json& state) {
  largest_ = values_of<double>(state.at("largest"));
  dof_ = state.at("dof");
  hits_.clear();
  for (const json& hit : state.at("hits")) {
    hits_.push_back({snp_of_state(hit.at(0)), hit.at(1), hit.at(2)});
  }
}

}  // namespace loom::gwas
