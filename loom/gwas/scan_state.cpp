#include "loom/gwas/scan_state.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "loom/gwas/fit_report.h"

namespace loom::gwas {
namespace {

using nlohmann::json;

// JSON has no NaN; infinities do not occur.
double number_of(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

std::vector<double> numbers_of(const json& values) {
  std::vector<double> result;
  for (const json& value : values) result.push_back(number_of(value));
  return result;
}

json to_state(const ScanOutcomes& outcomes) {
  return {{"collinear", outcomes.collinear},
          {"reml", outcomes.reml},
          {"ml", outcomes.ml},
          {"null ml", outcomes.null_ml}};
}

ScanOutcomes outcomes_of(const json& state) {
  return {state.at("collinear"), state.at("reml"), state.at("ml"), state.at("null ml")};
}

json to_state(const LambdaEstimate& estimate) {
  return {estimate.lambda, estimate.log_likelihood, static_cast<int>(estimate.outcome)};
}

LambdaEstimate estimate_of(const json& state) {
  return {number_of(state.at(0)), number_of(state.at(1)), state.at(2).get<LambdaOutcome>()};
}

json to_state(const TraitFit& fit) {
  const NullModel& null = fit.null;
  return {{"chromosome", fit.chromosome},
          {"kinship snps", fit.kinship_snps},
          {"tested", fit.tested},
          {"ml", to_state(null.ml)},
          {"reml", to_state(null.reml)},
          {"variances", {null.genetic_variance, null.residual_variance, null.pve, null.pve_se}},
          {"beta", null.beta},
          {"beta se", null.beta_se},
          {"outcomes", to_state(fit.outcomes)}};
}

TraitFit fit_of(const json& state) {
  const std::vector<double> v = numbers_of(state.at("variances"));
  return {
      state.at("chromosome"), state.at("kinship snps"), state.at("tested"),
      NullModel{estimate_of(state.at("ml")), estimate_of(state.at("reml")), v.at(0), v.at(1),
                v.at(2), v.at(3), numbers_of(state.at("beta")), numbers_of(state.at("beta se"))},
      outcomes_of(state.at("outcomes"))};
}

}  // namespace

json to_state(const FilterReport& filter) { return filter.counts(); }

FilterReport filter_of_state(const json& state) {
  return FilterReport(state.get<FilterReport::Counts>());
}

json state_of(const CohortScan& scan) {
  json traits = json::array();
  for (const auto& trait : scan.traits()) traits.push_back(to_state(trait->outcomes()));
  return {{"filter", to_state(scan.selector().report())}, {"traits", traits}};
}

void resume(CohortScan& scan, const json& state) {
  scan.resume(filter_of_state(state.at("filter")));
  std::size_t i = 0;
  for (const auto& trait : scan.traits()) trait->resume(outcomes_of(state.at("traits").at(i++)));
}

json to_state(const std::vector<TraitResult>& results) {
  json state = json::array();
  for (const TraitResult& result : results) {
    json fits = json::array();
    for (const TraitFit& fit : result.fits) fits.push_back(to_state(fit));
    state.push_back(
        {{"number", result.number}, {"filter", to_state(result.filter)}, {"fits", fits}});
  }
  return state;
}

std::vector<TraitResult> results_of_state(const Study& study, const json& state) {
  std::vector<TraitResult> results;
  for (const json& one : state) {
    const std::int64_t number = one.at("number");
    for (const Cohort& cohort : study.cohorts) {
      const auto trait = std::ranges::find(cohort.traits, number, &Trait::number);
      if (trait != cohort.traits.end()) results.push_back(result_of(cohort, *trait));
    }
    results.back().filter = filter_of_state(one.at("filter"));
    for (const json& fit : one.at("fits")) results.back().fits.push_back(fit_of(fit));
  }
  return results;
}

}  // namespace loom::gwas
