#include "loom/gwas/model/lambda_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

LambdaOutcome outcome_of(Progress progress) {
  switch (progress) {
    case Progress::left_range:
      return LambdaOutcome::left_range;
    case Progress::no_convergence:
      return LambdaOutcome::no_convergence;
    default:
      return LambdaOutcome::not_finite;
  }
}

}  // namespace

LambdaGrid lambda_grid(const LambdaRange& range, double largest_eigenvalue) {
  if (!(range.lower > 0.0) || !(range.lower < range.upper) || range.steps < 1 ||
      !(range.upper * std::max(largest_eigenvalue, 1.0) < 1e38)) {
    throw ValueError(fmt::format(
        "[lambda_grid] cannot search from {} to {} in {} steps with eigenvalues up to {}",
        range.lower, range.upper, range.steps, largest_eigenvalue));
  }
  LambdaGrid grid{std::vector<double>(range.steps + 1), range.path};
  const double step = std::log(range.upper / range.lower) / static_cast<double>(range.steps);
  for (std::int64_t i = 0; i < range.steps; ++i) {
    grid.lambdas[i] = range.lower * std::exp(step * static_cast<double>(i));
  }
  grid.lambdas.back() = range.upper;
  return grid;
}

std::string_view to_string(LambdaOutcome outcome) {
  constexpr std::string_view kNames[] = {"interior",   "lower bound",    "upper bound",
                                         "left range", "no convergence", "not finite"};
  return kNames[static_cast<int>(outcome)];
}

LambdaSearch::LambdaSearch(const SearchStart& start, SearchPath path)
    : start_(start), path_(path), best_{kNaN, kNaN, LambdaOutcome::not_finite} {
  start_next_step();
}

// Goes on to the next step of the grid over which the slope changes its sign. The exact path leaves
// out those from falling to rising: between them lies a minimum. GEMMA's does not, and may fail
// there.
void LambdaSearch::start_next_step() {
  approach_.reset();
  const auto [lambdas, slopes, value_lower, value_upper] = start_;
  while (++step_ < lambdas.size()) {
    const Bracket bracket{lambdas[step_ - 1], slopes[step_ - 1], lambdas[step_], slopes[step_]};
    if (!(bracket.slope_lower * bracket.slope_upper <= 0.0)) continue;
    if (path_ == SearchPath::gemma) {
      approach_.emplace(GemmaApproach(bracket, lambdas.front(), lambdas.back()));
    } else if (bracket.slope_lower >= bracket.slope_upper) {
      approach_.emplace(ExactApproach(bracket));
    } else {
      continue;
    }
    return;
  }
  compare_ends();
}

bool LambdaSearch::supply(const Derivatives& derivatives, FunctionRef<double()> value) {
  const double lambda = next().lambda;
  const Progress progress = approach_->supply(derivatives);
  if (progress == Progress::under_way) return false;
  if (progress != Progress::arrived) {
    finish(outcome_of(progress));
    return false;
  }
  const double found = value();
  if (!std::isfinite(found)) {
    finish(LambdaOutcome::not_finite);
    return false;
  }
  const bool better = !any_ || found > best_.log_likelihood;
  if (better) best_ = {lambda, found, LambdaOutcome::interior};
  any_ = true;
  start_next_step();
  return better;
}

void LambdaSearch::compare_ends() {
  const auto [lambdas, slopes, value_lower, value_upper] = start_;
  const LambdaEstimate lower{lambdas.front(), value_lower, LambdaOutcome::lower_bound};
  const LambdaEstimate upper{lambdas.back(), value_upper, LambdaOutcome::upper_bound};
  if (!any_) {
    if (!std::isfinite(value_lower) || !std::isfinite(value_upper)) return;
    best_ = value_lower >= value_upper ? lower : upper;
    return;
  }
  if (value_lower > best_.log_likelihood) best_ = lower;
  if (value_upper > best_.log_likelihood) best_ = upper;
}

void LambdaSearch::finish(LambdaOutcome failure) {
  approach_.reset();
  best_ = {kNaN, kNaN, failure};
}

LambdaEstimate maximise(const LambdaGrid& grid,
                        FunctionRef<LikelihoodValue(double, std::int64_t)> likelihood) {
  std::vector<double> slopes;
  std::vector<double> values;
  for (const double lambda : grid.lambdas) {
    const LikelihoodValue at = likelihood(lambda, 2);
    slopes.push_back(at.derivatives.slope);
    values.push_back(at.value);
  }
  LambdaSearch search({grid.lambdas, slopes, values.front(), values.back()}, grid.path);
  while (!search.finished()) {
    const Evaluation want = search.next();
    const LikelihoodValue at = likelihood(want.lambda, want.orders);
    search.supply(at.derivatives, [&] { return at.value; });
  }
  return search.estimate();
}

}  // namespace loom::gwas
