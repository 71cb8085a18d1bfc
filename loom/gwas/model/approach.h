#pragma once

#include <cstdint>
#include <variant>

#include "loom/gwas/model/brent_root.h"
#include "loom/gwas/model/likelihood.h"

// Two ways to the lambda at which the slope of a likelihood vanishes, from two points between which
// it changes its sign. Both are fed with derivatives, so that whoever evaluates the likelihood
// decides how.
namespace loom::gwas {

/// The derivatives wanted next: at `lambda`, from sums of `orders` orders.
struct Evaluation {
  double lambda;
  std::int64_t orders;
};

/// How far an approach has come.
enum class Progress {
  under_way,
  arrived,  ///< at the lambda evaluated last
  left_range,
  no_convergence,
  not_finite
};

/// A stretch of lambda between points where the slope is known.
struct Bracket {
  double lower, slope_lower;
  double upper, slope_upper;
};

/// GEMMA's path: Brent's root finder until the bracket is narrower than a tenth of lambda, then
/// Newton's method until a step is below 1e-5 of lambda. The lambda before that last step is the
/// one used. Newton may leave the bracket, but not the range of the search.
class GemmaApproach {
 public:
  GemmaApproach(const Bracket& bracket, double range_lower, double range_upper);

  Evaluation next() const;
  /// Takes what next() asked for.
  Progress supply(const Derivatives& derivatives);

 private:
  Progress newton(const Derivatives& derivatives);
  void start_newton();

  BrentRoot brent_;
  double range_lower_, range_upper_;
  bool bracketing_ = true;
  std::int64_t iterations_ = 0;
  double lambda_ = 0.0;  // where Newton stands
};

/// To full convergence: Newton's method in log lambda, with bisection where a step leaves the
/// bracket, which shrinks with each evaluation, or does not halve the step before last. It arrives
/// where a step is below 1e-14 of lambda, or rounding keeps steps from shrinking. It cannot leave
/// the bracket.
class ExactApproach {
 public:
  explicit ExactApproach(const Bracket& bracket);

  Evaluation next() const;
  Progress supply(const Derivatives& derivatives);

 private:
  double lower_, upper_, at_;  // logarithms of lambda
  double lambda_;              // exp(at_)
  double step_, step_before_;
  bool rising_;  // the slope is positive at the lower end
  std::int64_t iterations_ = 0;
};

/// Either.
class Approach {
 public:
  template <class Way>
  explicit Approach(const Way& way) : way_(way) {}

  Evaluation next() const {
    return std::visit([](const auto& way) { return way.next(); }, way_);
  }
  Progress supply(const Derivatives& derivatives) {
    return std::visit([&](auto& way) { return way.supply(derivatives); }, way_);
  }

 private:
  std::variant<GemmaApproach, ExactApproach> way_;
};

}  // namespace loom::gwas
