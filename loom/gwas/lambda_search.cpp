#include "loom/gwas/lambda_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// The settings of the path, as GEMMA has them.
constexpr std::int64_t kMaxIterations = 100;
constexpr double kBracketFraction = 0.1;
constexpr double kNewtonTolerance = 1e-5;
// Narrowing a step of the default grid takes Brent's method five evaluations, nearly always. From
// the fifth on it asks for the curvature too, so that Newton's method starts without one of its
// own.
constexpr std::int64_t kSlopeOnlyIterations = 4;

}  // namespace

std::vector<double> lambda_grid(const LambdaRange& range, double largest_eigenvalue) {
  if (!(range.lower > 0.0) || !(range.lower < range.upper) || range.steps < 1 ||
      !(range.upper * std::max(largest_eigenvalue, 1.0) < 1e38)) {
    throw ValueError(fmt::format(
        "[lambda_grid] cannot search from {} to {} in {} steps with eigenvalues up to {}",
        range.lower, range.upper, range.steps, largest_eigenvalue));
  }
  std::vector<double> grid(range.steps + 1);
  const double step = std::log(range.upper / range.lower) / static_cast<double>(range.steps);
  for (std::int64_t i = 0; i < range.steps; ++i) {
    grid[i] = range.lower * std::exp(step * static_cast<double>(i));
  }
  grid.back() = range.upper;
  return grid;
}

std::string_view to_string(LambdaOutcome outcome) {
  constexpr std::string_view kNames[] = {"interior",   "lower bound",    "upper bound",
                                         "left range", "no convergence", "not finite"};
  return kNames[static_cast<int>(outcome)];
}

// Starts without a secant: the bracket is set up by the first propose().
BrentRoot::BrentRoot(double lower, double f_lower, double upper, double f_upper)
    : previous_(lower),
      best_(upper),
      opposite_(upper),
      f_previous_(f_lower),
      f_best_(f_upper),
      f_opposite_(f_upper),
      step_(upper - lower),
      step_before_(upper - lower) {}

bool BrentRoot::same_side() const {
  return (f_best_ < 0.0 && f_opposite_ < 0.0) || (f_best_ > 0.0 && f_opposite_ > 0.0);
}

bool BrentRoot::propose() {
  if (same_side()) {
    opposite_ = previous_;
    f_opposite_ = f_previous_;
    step_ = step_before_ = best_ - previous_;
  }
  if (std::abs(f_opposite_) < std::abs(f_best_)) {
    previous_ = std::exchange(best_, opposite_);
    opposite_ = previous_;
    f_previous_ = std::exchange(f_best_, f_opposite_);
    f_opposite_ = f_previous_;
  }
  const double tolerance = 0.5 * std::numeric_limits<double>::epsilon() * std::abs(best_);
  const double half = 0.5 * (opposite_ - best_);
  if (f_best_ == 0.0 || std::abs(half) <= tolerance) return false;

  // Interpolate, by a secant where only two points are distinct, else by an inverse parabola; the
  // step is numerator / denominator. Bisect where that is not clearly better.
  bool interpolated = false;
  if (std::abs(step_before_) >= tolerance && std::abs(f_previous_) > std::abs(f_best_)) {
    const double s = f_best_ / f_previous_;
    double numerator = 2.0 * half * s;
    double denominator = 1.0 - s;
    if (previous_ != opposite_) {
      const double q = f_previous_ / f_opposite_;
      const double r = f_best_ / f_opposite_;
      numerator = s * (2.0 * half * q * (q - r) - (best_ - previous_) * (r - 1.0));
      denominator = (q - 1.0) * (r - 1.0) * (s - 1.0);
    }
    if (numerator > 0.0) denominator = -denominator;
    numerator = std::abs(numerator);
    interpolated =
        2.0 * numerator < std::min(3.0 * half * denominator - std::abs(tolerance * denominator),
                                   std::abs(step_before_ * denominator));
    if (interpolated) {
      step_before_ = step_;
      step_ = numerator / denominator;
    }
  }
  if (!interpolated) step_ = step_before_ = half;

  previous_ = best_;
  f_previous_ = f_best_;
  best_ += std::abs(step_) > tolerance ? step_ : std::copysign(tolerance, half);
  return true;
}

void BrentRoot::accept(double f) { f_best_ = f; }

bool BrentRoot::narrower_than(double fraction) const {
  const double other = same_side() ? previous_ : opposite_;
  const bool around_zero = (best_ < 0.0) != (other < 0.0) || best_ == 0.0 || other == 0.0;
  const double nearer = around_zero ? 0.0 : std::min(std::abs(best_), std::abs(other));
  return std::abs(best_ - other) < fraction * nearer;
}

LambdaSearch::LambdaSearch(std::span<const double> grid, std::span<const double> slopes,
                           double value_lower, double value_upper)
    : grid_(grid),
      slopes_(slopes),
      value_lower_(value_lower),
      value_upper_(value_upper),
      best_{kNaN, kNaN, LambdaOutcome::not_finite} {
  start_grid_step();
}

Evaluation LambdaSearch::next() const {
  if (phase_ == Phase::newton) return {lambda_, 3};
  return {brent_.root(), iterations_ < kSlopeOnlyIterations ? 2 : 3};
}

void LambdaSearch::supply(const LikelihoodValue& value) {
  if (phase_ == Phase::newton) return newton(value);
  if (!std::isfinite(value.slope)) return finish(LambdaOutcome::not_finite);
  const Evaluation made = next();
  brent_.accept(value.slope);
  continue_brent();
  if (phase_ == Phase::newton && lambda_ == made.lambda && made.orders == 3) newton(value);
}

// Goes on to the next step of the grid over which the slope changes its sign.
void LambdaSearch::start_grid_step() {
  while (++grid_step_ + 1 < std::ssize(grid_)) {
    const double slope_lower = slopes_[grid_step_];
    const double slope_upper = slopes_[grid_step_ + 1];
    if (slope_lower * slope_upper <= 0.0) {
      brent_ = BrentRoot(grid_[grid_step_], slope_lower, grid_[grid_step_ + 1], slope_upper);
      phase_ = Phase::brent;
      iterations_ = 0;
      if (!brent_.propose()) {
        phase_ = Phase::newton;
        lambda_ = brent_.root();
      }
      return;
    }
  }
  compare_ends();
}

void LambdaSearch::continue_brent() {
  ++iterations_;
  if (!brent_.narrower_than(kBracketFraction) && iterations_ < kMaxIterations && brent_.propose()) {
    return;
  }
  phase_ = Phase::newton;
  lambda_ = brent_.root();
  iterations_ = 0;
}

// The iterate before the last is the one used, so the evaluation at hand is also its likelihood.
void LambdaSearch::newton(const LikelihoodValue& value) {
  const double next = lambda_ - value.slope / value.curvature;
  if (!std::isfinite(next) || !std::isfinite(value.value)) {
    return finish(LambdaOutcome::not_finite);
  }
  if (next == lambda_ || std::abs(next - lambda_) < kNewtonTolerance * std::abs(next)) {
    if (!any_ || value.value > best_.log_likelihood) {
      best_ = {lambda_, value.value, LambdaOutcome::interior};
      any_ = true;
    }
    return start_grid_step();
  }
  if (!(next > grid_.front() && next < grid_.back())) return finish(LambdaOutcome::left_range);
  if (++iterations_ >= kMaxIterations) return finish(LambdaOutcome::no_convergence);
  lambda_ = next;
}

void LambdaSearch::compare_ends() {
  phase_ = Phase::finished;
  const LambdaEstimate lower{grid_.front(), value_lower_, LambdaOutcome::lower_bound};
  const LambdaEstimate upper{grid_.back(), value_upper_, LambdaOutcome::upper_bound};
  if (!any_) {
    if (!std::isfinite(value_lower_) || !std::isfinite(value_upper_)) return;
    best_ = value_lower_ >= value_upper_ ? lower : upper;
    return;
  }
  if (value_lower_ > best_.log_likelihood) best_ = lower;
  if (value_upper_ > best_.log_likelihood) best_ = upper;
}

void LambdaSearch::finish(LambdaOutcome failure) {
  phase_ = Phase::finished;
  best_ = {kNaN, kNaN, failure};
}

LambdaEstimate maximise(std::span<const double> grid,
                        FunctionRef<LikelihoodValue(double, std::int64_t)> likelihood) {
  std::vector<double> slopes;
  std::vector<double> values;
  for (const double lambda : grid) {
    const LikelihoodValue value = likelihood(lambda, 2);
    slopes.push_back(value.slope);
    values.push_back(value.value);
  }
  LambdaSearch search(grid, slopes, values.front(), values.back());
  while (!search.finished()) {
    const Evaluation want = search.next();
    search.supply(likelihood(want.lambda, want.orders));
  }
  return search.estimate();
}

}  // namespace loom::gwas
