#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "loom/gwas/model/approach.h"
#include "loom/gwas/model/likelihood.h"
#include "loom/support/function_ref.h"

// The maximum of a log-likelihood over lambda: the signs of the slope on a grid even in log lambda,
// an approach to the stationary point in each step with a change of sign, and the two ends of the
// range.
namespace loom::gwas {

/// How a stationary point is approached.
///
/// The two differ where GEMMA's path stops, at lambdas up to 1e-5 (relative) off the optimum.
/// Taking that path, not just a path to the maximum, is what makes results agree with GEMMA's to
/// the printed digit. Likelihoods and the p-values of likelihood ratios do not show the difference
/// (it is of second order); elsewhere it is, for fewer than 1 % of SNPs of real data, up to 1e-5 in
/// lambda, 2e-6 in a standard error, 1e-5 standard errors in an effect, 1e-4 in a Wald and 1e-5 in
/// a score p-value (all relative, for p above 1e-10), and less than a hundredth of that for the
/// others. A search to full convergence also finds an optimum where GEMMA's leaves the range and
/// gives nothing.
enum class SearchPath { gemma, exact };

/// Where and how lambda is searched.
struct LambdaRange {
  double lower = 1e-5;
  double upper = 1e5;
  std::int64_t steps = 10;  ///< of the grid
  SearchPath path = SearchPath::gemma;
};

/// A range with the lambdas at which the slope is looked at first.
struct LambdaGrid {
  std::vector<double> lambdas;  ///< ascending, the ends of the range included
  SearchPath path = SearchPath::gemma;
};

/// The steps + 1 points of the grid. Throws ValueError unless 0 < lower < upper and steps >= 1, or
/// where upper times the largest eigenvalue exceeds what the weighted sums can take.
LambdaGrid lambda_grid(const LambdaRange& range, double largest_eigenvalue);

/// How a search ended. After one of the last three, lambda and the likelihood are NaN.
enum class LambdaOutcome {
  interior,        ///< a stationary point inside the range
  lower_bound,     ///< the lower end of the range
  upper_bound,     ///< the upper end of the range
  left_range,      ///< Newton's steps left the range before they converged; never on the exact path
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

/// What is known of a likelihood before its search.
struct SearchStart {
  std::span<const double> lambdas;  ///< the grid
  std::span<const double> slopes;   ///< of the likelihood there
  double value_lower;               ///< of the likelihood at the first of them
  double value_upper;               ///< and at the last
};

/// One search. While not finished(), evaluate the likelihood as next() says and supply() it.
class LambdaSearch {
 public:
  /// The spans of `start` must outlive the search.
  LambdaSearch(const SearchStart& start, SearchPath path);

  bool finished() const { return !approach_; }
  Evaluation next() const { return approach_->next(); }
  /// Takes the derivatives that next() asked for; `value` gives the likelihood at the same place,
  /// if it comes to that. Returns whether this place is the best so far.
  bool supply(const Derivatives& derivatives, FunctionRef<double()> value);
  /// The result, once finished. At an end of the range, nothing was supplied.
  const LambdaEstimate& estimate() const { return best_; }

 private:
  void start_next_step();
  void compare_ends();
  void finish(LambdaOutcome failure);

  SearchStart start_;
  SearchPath path_;
  std::size_t step_ = 0;  // of the grid, the next to look at
  std::optional<Approach> approach_;
  LambdaEstimate best_;
  bool any_ = false;  // a stationary point was found
};

/// A likelihood with its derivatives.
struct LikelihoodValue {
  double value;
  Derivatives derivatives;
};

/// Searches alone: `likelihood(lambda, orders)` is called for the grid and then as the search
/// wants.
LambdaEstimate maximise(const LambdaGrid& grid,
                        FunctionRef<LikelihoodValue(double, std::int64_t)> likelihood);

}  // namespace loom::gwas
