#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "loom/gwas/likelihood.h"
#include "loom/support/function_ref.h"

// The maximum of a log-likelihood over lambda, by the path that GEMMA takes: the signs of the slope
// on a grid even in log lambda, in each step with a change of sign Brent's root finder and then
// Newton's, and the two ends of the range. Taking that path, not just a path to the maximum, is
// what makes results agree to the printed digit: the search stops short of full convergence.
namespace loom::gwas {

/// Where lambda is searched.
struct LambdaRange {
  double lower = 1e-5;
  double upper = 1e5;
  std::int64_t steps = 10;  ///< of the grid
};

/// The steps + 1 points of the grid, `lower` and `upper` included. Throws ValueError unless
/// 0 < lower < upper and steps >= 1, or where upper times the largest eigenvalue exceeds what
/// weighted_sums can take.
std::vector<double> lambda_grid(const LambdaRange& range, double largest_eigenvalue);

/// How a search ended. After one of the last three, lambda and the likelihood are NaN.
enum class LambdaOutcome {
  interior,        ///< a stationary point inside the range
  lower_bound,     ///< the lower end of the range
  upper_bound,     ///< the upper end of the range
  left_range,      ///< Newton's steps left the range before they converged
  no_convergence,  ///< Newton's steps did not converge in 100
  not_finite,      ///< the likelihood or a derivative was not finite where it was needed
};

inline constexpr int kLambdaOutcomes = 6;

/// "interior", "lower bound", ... for reports.
std::string_view to_string(LambdaOutcome outcome);

struct LambdaEstimate {
  double lambda;
  double log_likelihood;
  LambdaOutcome outcome;

  bool found() const { return outcome <= LambdaOutcome::upper_bound; }
};

/// The likelihood wanted next: at `lambda`, from sums of `orders` orders.
struct Evaluation {
  double lambda;
  std::int64_t orders;
};

/// Brent's method for a root of a continuous function between two points of opposite sign, one
/// evaluation at a time (R. P. Brent, Algorithms for Minimization without Derivatives, 1973, ch.
/// 4).
class BrentRoot {
 public:
  BrentRoot() = default;
  BrentRoot(double lower, double f_lower, double upper, double f_upper);

  /// Chooses the next point; false where the root is known as well as floating point allows.
  bool propose();
  /// Takes the value at `root()`, the point that propose() chose.
  void accept(double f);

  double root() const { return best_; }
  /// The bracket is narrower than `fraction` of the end nearer to zero.
  bool narrower_than(double fraction) const;

 private:
  bool same_side() const;

  double previous_ = 0, best_ = 0, opposite_ = 0;  // iterates; best_ and opposite_ bracket the root
  double f_previous_ = 0, f_best_ = 0, f_opposite_ = 0;
  double step_ = 0, step_before_ = 0;
};

/// One search, fed with evaluations, so that many can be run side by side. While not finished(),
/// evaluate the likelihood as next() says and supply() it.
class LambdaSearch {
 public:
  /// `grid` from lambda_grid, `slopes` the slope of the likelihood there, and its value at the two
  /// ends of the grid. The spans must outlive the search.
  LambdaSearch(std::span<const double> grid, std::span<const double> slopes, double value_lower,
               double value_upper);

  bool finished() const { return phase_ == Phase::finished; }
  Evaluation next() const;
  void supply(const LikelihoodValue& value);
  /// The result, once finished.
  const LambdaEstimate& estimate() const { return best_; }

 private:
  enum class Phase { brent, newton, finished };

  void start_grid_step();
  void continue_brent();
  void newton(const LikelihoodValue& value);
  void compare_ends();
  void finish(LambdaOutcome failure);

  std::span<const double> grid_;
  std::span<const double> slopes_;
  double value_lower_;
  double value_upper_;
  Phase phase_ = Phase::brent;
  std::int64_t grid_step_ = -1;
  std::int64_t iterations_ = 0;
  BrentRoot brent_;
  double lambda_ = 0.0;  // where Newton stands
  LambdaEstimate best_;
  bool any_ = false;  // a stationary point was found
};

/// Searches alone: `likelihood(lambda, orders)` is called for the grid and then as the search
/// wants.
LambdaEstimate maximise(std::span<const double> grid,
                        FunctionRef<LikelihoodValue(double, std::int64_t)> likelihood);

}  // namespace loom::gwas
