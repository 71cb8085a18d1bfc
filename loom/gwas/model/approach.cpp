#include "loom/gwas/model/approach.h"

#include <cmath>

namespace loom::gwas {
namespace {

// The settings of the path, as GEMMA has them.
constexpr std::int64_t kMaxIterations = 100;
constexpr double kBracketFraction = 0.1;
constexpr double kNewtonTolerance = 1e-5;
// Narrowing a step of the default grid takes Brent's method five evaluations, nearly always. From
// the fifth on it asks for the curvature too, so that Newton's method starts without one of its
// own.
constexpr std::int64_t kSlopeOnlyIterations = 4;

// Of the exact approach, in log lambda.
constexpr double kExactTolerance = 1e-14;
// Steps this short converge quadratically, unless they are rounding alone.
constexpr double kRoundingStep = 1e-7;
// Bisection to neighbouring numbers takes fewer.
constexpr std::int64_t kMaxExactIterations = 200;

}  // namespace

GemmaApproach::GemmaApproach(const Bracket& bracket, double range_lower, double range_upper)
    : brent_(bracket.lower, bracket.slope_lower, bracket.upper, bracket.slope_upper),
      range_lower_(range_lower),
      range_upper_(range_upper) {
  if (!brent_.propose()) start_newton();
}

void GemmaApproach::start_newton() {
  bracketing_ = false;
  lambda_ = brent_.root();
  iterations_ = 0;
}

Evaluation GemmaApproach::next() const {
  if (!bracketing_) return {lambda_, 3};
  return {brent_.root(), iterations_ < kSlopeOnlyIterations ? 2 : 3};
}

Progress GemmaApproach::supply(const Derivatives& derivatives) {
  if (!bracketing_) return newton(derivatives);
  if (!std::isfinite(derivatives.slope)) return Progress::not_finite;
  const Evaluation made = next();
  brent_.accept(derivatives.slope);
  ++iterations_;
  if (!brent_.narrower_than(kBracketFraction) && iterations_ < kMaxIterations && brent_.propose()) {
    return Progress::under_way;
  }
  start_newton();
  return lambda_ == made.lambda && made.orders == 3 ? newton(derivatives) : Progress::under_way;
}

Progress GemmaApproach::newton(const Derivatives& derivatives) {
  const double next = lambda_ - derivatives.slope / derivatives.curvature;
  if (!std::isfinite(next)) return Progress::not_finite;
  if (next == lambda_ || std::abs(next - lambda_) < kNewtonTolerance * std::abs(next)) {
    return Progress::arrived;
  }
  if (!(next > range_lower_ && next < range_upper_)) return Progress::left_range;
  if (++iterations_ >= kMaxIterations) return Progress::no_convergence;
  lambda_ = next;
  return Progress::under_way;
}

// Starts where a straight line between the ends has its root.
ExactApproach::ExactApproach(const Bracket& bracket)
    : lower_(std::log(bracket.lower)),
      upper_(std::log(bracket.upper)),
      step_(upper_ - lower_),
      step_before_(step_),
      rising_(bracket.slope_lower > bracket.slope_upper) {
  const double slope_lower = bracket.lower * bracket.slope_lower;
  const double slope_upper = bracket.upper * bracket.slope_upper;
  at_ = lower_ + (upper_ - lower_) * slope_lower / (slope_lower - slope_upper);
  if (!(at_ > lower_ && at_ < upper_)) at_ = slope_lower == 0.0 ? lower_ : upper_;
  lambda_ = std::exp(at_);
}

Evaluation ExactApproach::next() const { return {lambda_, 3}; }

Progress ExactApproach::supply(const Derivatives& derivatives) {
  const double slope = lambda_ * derivatives.slope;
  const double curvature = slope + lambda_ * lambda_ * derivatives.curvature;
  if (!std::isfinite(slope)) return Progress::not_finite;
  if (slope == 0.0) return Progress::arrived;
  ((slope > 0.0) == rising_ ? lower_ : upper_) = at_;

  double step = -slope / curvature;
  const bool newton = (curvature < 0.0) == rising_ && at_ + step > lower_ && at_ + step < upper_ &&
                      std::abs(step) < 0.5 * std::abs(step_before_);
  const bool rounding = std::abs(step) < kRoundingStep && !(std::abs(step) < 0.5 * std::abs(step_));
  if (std::abs(step) <= kExactTolerance || rounding) return Progress::arrived;
  if (!newton) step = 0.5 * (lower_ + upper_) - at_;
  if (at_ + step == at_) return Progress::arrived;
  if (++iterations_ >= kMaxExactIterations) return Progress::no_convergence;
  step_before_ = step_;
  step_ = step;
  at_ += step;
  lambda_ = std::exp(at_);
  return Progress::under_way;
}

}  // namespace loom::gwas
