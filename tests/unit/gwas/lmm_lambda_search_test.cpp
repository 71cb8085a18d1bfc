#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "lmm_reference.h"
#include "loom/gwas/model/lambda_search.h"
#include "loom/gwas/model/weighted_sums_kernel.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// A likelihood as a function of t = log lambda, with its derivatives in t.
struct Curve {
  double value, first, second;
};

template <class F>
LambdaEstimate maximise_curve(F curve, LambdaRange range = {}) {
  return maximise(lambda_grid(range, 1.0), [&](double lambda, std::int64_t) {
    const Curve c = curve(std::log(lambda));
    return LikelihoodValue{c.value, {c.first / lambda, (c.second - c.first) / (lambda * lambda)}};
  });
}

Curve bump(double t, double height, double centre) {  // a Gaussian bump of width one
  const double u = t - centre;
  const double value = height * std::exp(-0.5 * u * u);
  return {value, -u * value, (u * u - 1.0) * value};
}

Curve operator+(const Curve& a, const Curve& b) {
  return {a.value + b.value, a.first + b.first, a.second + b.second};
}

TEST(LambdaGrid, IsEvenInLogLambda) {
  const std::vector<double> grid = lambda_grid({1e-5, 1e5, 10}, 3.0).lambdas;
  ASSERT_EQ(grid.size(), 11u);
  EXPECT_EQ(grid.front(), 1e-5);
  EXPECT_EQ(grid.back(), 1e5);
  for (int i = 0; i <= 10; ++i) {
    EXPECT_NEAR(grid[i], std::pow(10.0, i - 5), 1e-13 * std::pow(10.0, i - 5));
  }
}

TEST(LambdaGrid, RefusesImpossibleRanges) {
  EXPECT_THROW(lambda_grid({0.0, 1.0, 10}, 1.0), ValueError);
  EXPECT_THROW(lambda_grid({2.0, 1.0, 10}, 1.0), ValueError);
  EXPECT_THROW(lambda_grid({1.0, 2.0, 0}, 1.0), ValueError);
  EXPECT_THROW(lambda_grid({kNaN, 2.0, 10}, 1.0), ValueError);
  EXPECT_THROW(lambda_grid({1e-5, 1e5, 10}, 1e34), ValueError);
}

TEST(BrentRoot, FindsRootsToTheLastBits) {
  const auto solve = [](auto f, double lower, double upper) {
    BrentRoot root(lower, f(lower), upper, f(upper));
    int evaluations = 0;
    while (root.propose() && ++evaluations < 100) root.accept(f(root.root()));
    EXPECT_LT(evaluations, 20);
    return root.root();
  };
  EXPECT_NEAR(solve([](double x) { return std::cos(x) - x; }, 0.0, 1.0), 0.7390851332151607, 1e-15);
  EXPECT_NEAR(solve([](double x) { return x * x * x - 2.0; }, 1.0, 10.0), std::cbrt(2.0), 1e-15);
  EXPECT_EQ(solve([](double x) { return x - 3.0; }, 3.0, 8.0), 3.0);
  EXPECT_EQ(solve([](double x) { return x - 8.0; }, 3.0, 8.0), 8.0);
}

TEST(BrentRoot, KeepsTheRootBracketed) {
  const auto f = [](double x) { return std::log(x) - 0.5; };
  BrentRoot root(1.0, f(1.0), 10.0, f(10.0));
  while (!root.narrower_than(0.1)) {
    ASSERT_TRUE(root.propose());
    root.accept(f(root.root()));
  }
  EXPECT_NEAR(root.root(), std::exp(0.5), 0.1 * std::exp(0.5));
}

TEST(LambdaSearch, FindsTheTopOfOneBump) {
  for (const double centre : {-9.3, -2.0, 0.0, 0.4, 7.7}) {
    const LambdaEstimate best = maximise_curve([&](double t) { return bump(t, 4.0, centre); });
    EXPECT_EQ(best.outcome, LambdaOutcome::interior);
    // The iterate before the last is returned, so lambda is good to about 1e-5 relative.
    EXPECT_NEAR(std::log(best.lambda), centre, 2e-5);
    EXPECT_NEAR(best.log_likelihood, 4.0, 1e-8);
  }
}

TEST(LambdaSearch, TakesTheHigherOfTwoBumps) {
  for (const double left : {1.0, 3.0}) {
    const LambdaEstimate best =
        maximise_curve([&](double t) { return bump(t, left, -5.0) + bump(t, 2.0, 5.0); });
    EXPECT_EQ(best.outcome, LambdaOutcome::interior);
    EXPECT_NEAR(std::log(best.lambda), left > 2.0 ? -5.0 : 5.0, 1e-4);
    EXPECT_NEAR(best.log_likelihood, std::max(left, 2.0), 1e-8);
  }
}

TEST(LambdaSearch, TakesAnEndOfAMonotoneCurve) {
  const LambdaEstimate rising = maximise_curve([](double t) { return Curve{t, 1.0, 0.0}; });
  EXPECT_EQ(rising.outcome, LambdaOutcome::upper_bound);
  EXPECT_EQ(rising.lambda, 1e5);
  EXPECT_EQ(rising.log_likelihood, std::log(1e5));
  const LambdaEstimate falling = maximise_curve([](double t) { return Curve{-t, -1.0, 0.0}; });
  EXPECT_EQ(falling.outcome, LambdaOutcome::lower_bound);
  EXPECT_EQ(falling.lambda, 1e-5);
}

TEST(LambdaSearch, TakesAnEndAboveAStationaryPoint) {
  // A parabola with its bottom inside: the stationary point is the minimum.
  const LambdaEstimate best = maximise_curve([](double t) {
    return Curve{(t - 1.0) * (t - 1.0), 2.0 * (t - 1.0), 2.0};
  });
  EXPECT_EQ(best.outcome, LambdaOutcome::lower_bound);
  EXPECT_EQ(best.lambda, 1e-5);
}

TEST(LambdaSearch, TakesTheLowerEndOfATie) {
  const LambdaEstimate best = maximise_curve([](double) { return Curve{1.0, kNaN, kNaN}; });
  EXPECT_EQ(best.outcome, LambdaOutcome::lower_bound);
  EXPECT_EQ(best.log_likelihood, 1.0);
}

TEST(LambdaSearch, AcceptsAStationaryPointOnTheGrid) {
  const double centre = std::log(lambda_grid({}, 1.0).lambdas[4]);
  const LambdaEstimate best = maximise_curve([&](double t) { return bump(t, 1.0, centre); });
  EXPECT_EQ(best.outcome, LambdaOutcome::interior);
  EXPECT_NEAR(std::log(best.lambda), centre, 2e-5);
}

TEST(LambdaSearch, HonoursTheRangeAndItsSteps) {
  const LambdaEstimate best =
      maximise_curve([](double t) { return bump(t, 1.0, 2.0); }, {1.0, 2.0, 3});
  EXPECT_EQ(best.outcome, LambdaOutcome::upper_bound);
  EXPECT_EQ(best.lambda, 2.0);
}

// Feeds a search that starts from one change of sign over the middle of three grid steps.
class FedSearch {
 public:
  FedSearch() : search_({grid_, slopes_, -1.0, -1.0}, SearchPath::gemma) {}

  // Supplies the slope and curvature to each request; at most `limit` times.
  int feed(double slope, double curvature, int limit) {
    int fed = 0;
    for (; fed < limit && !search_.finished(); ++fed) supply({slope, curvature});
    return fed;
  }
  void supply(const Derivatives& derivatives) {
    search_.supply(derivatives, [] { return 0.0; });
  }
  LambdaSearch& search() { return search_; }

 private:
  std::vector<double> grid_ = {0.01, 0.1, 1.0, 10.0};
  std::vector<double> slopes_ = {1.0, 1.0, -1.0, -1.0};
  LambdaSearch search_;
};

// The exact path, on the curves above and worse ones.
LambdaRange exactly(LambdaRange range = {}) {
  range.path = SearchPath::exact;
  return range;
}

TEST(ExactSearch, FindsTheTopOfOneBumpToTheLastDigits) {
  for (const double centre : {-9.3, -2.0, 0.0, 0.4, 7.7, 11.2}) {
    const LambdaEstimate best =
        maximise_curve([&](double t) { return bump(t, 4.0, centre); }, exactly());
    EXPECT_EQ(best.outcome, LambdaOutcome::interior);
    EXPECT_NEAR(std::log(best.lambda), centre, 1e-14 * std::max(1.0, std::abs(centre)));
    EXPECT_EQ(best.log_likelihood, 4.0);
  }
}

TEST(ExactSearch, ExaminesAllOptima) {
  for (const double left : {1.0, 3.0}) {
    const LambdaEstimate best = maximise_curve(
        [&](double t) { return bump(t, left, -5.0) + bump(t, 2.0, 5.0) + bump(t, 0.5, 0.0); },
        exactly());
    EXPECT_EQ(best.outcome, LambdaOutcome::interior);
    EXPECT_NEAR(std::log(best.lambda), left > 2.0 ? -5.0 : 5.0, 1e-4);
  }
}

TEST(ExactSearch, TakesAnEndWhereThatIsHigher) {
  const LambdaEstimate rising = maximise_curve(
      [](double t) {
        return Curve{t, 1.0, 0.0};
      },
      exactly());
  EXPECT_EQ(rising.outcome, LambdaOutcome::upper_bound);
  const LambdaEstimate valley = maximise_curve(
      [](double t) {
        return Curve{(t - 1.0) * (t - 1.0), 2.0 * (t - 1.0), 2.0};
      },
      exactly());
  EXPECT_EQ(valley.outcome, LambdaOutcome::lower_bound);
  const LambdaEstimate both = maximise_curve(
      [](double t) {
        return bump(t, 1.0, 0.0) + Curve{0.2 * t, 0.2, 0.0};
      },
      exactly());
  EXPECT_EQ(both.outcome, LambdaOutcome::upper_bound);
  EXPECT_EQ(both.lambda, 1e5);
}

TEST(ExactSearch, ArrivesWhereNewtonsStepsWouldNot) {
  // Slopes like a step or a root: Newton's method overshoots or crawls, bisection does not.
  const auto step = [](double t) {
    const double u = std::tanh(40.0 * (t - 0.3));
    return Curve{-std::log(std::cosh(40.0 * (t - 0.3))) / 40.0, -u, -40.0 * (1.0 - u * u)};
  };
  EXPECT_NEAR(std::log(maximise_curve(step, exactly()).lambda), 0.3, 1e-14);
  const auto root = [](double t) {
    const double u = std::cbrt(t - 0.3);
    return Curve{-0.75 * u * u * u * u, -u, -1.0 / (3.0 * u * u)};
  };
  // Its curvature is infinite at the top, so that no step shrinks as rounding alone lets them not.
  EXPECT_NEAR(std::log(maximise_curve(root, exactly()).lambda), 0.3, 1e-7);
}

TEST(ExactSearch, StopsWhereOnlyRoundingIsLeft) {
  int evaluations = 0;
  const LambdaEstimate best = maximise_curve(
      [&](double t) {
        ++evaluations;
        Curve curve = bump(t, 1.0, 0.4);
        curve.first += 1e-10 * curve.value * std::sin(1e9 * t);  // noise that Newton cannot see
        return curve;
      },
      exactly());
  EXPECT_EQ(best.outcome, LambdaOutcome::interior);
  EXPECT_NEAR(std::log(best.lambda), 0.4, 1e-9);
  EXPECT_LT(evaluations, 11 + 12);
}

TEST(ExactSearch, AcceptsAStationaryPointOnTheGrid) {
  const double centre = std::log(lambda_grid({}, 1.0).lambdas[4]);
  const LambdaEstimate best =
      maximise_curve([&](double t) { return bump(t, 1.0, centre); }, exactly());
  EXPECT_EQ(best.outcome, LambdaOutcome::interior);
  EXPECT_NEAR(std::log(best.lambda), centre, 1e-14 * std::abs(centre));
}

TEST(ExactSearch, ReportsWhatIsNotFinite) {
  const LambdaEstimate nothing = maximise_curve(
      [](double) {
        return Curve{kNaN, kNaN, kNaN};
      },
      exactly());
  EXPECT_EQ(nothing.outcome, LambdaOutcome::not_finite);
}

TEST(LambdaSearch, AsksForSlopesThenCurvatures) {
  FedSearch fed;
  EXPECT_EQ(fed.search().next().orders, 2);
  EXPECT_GT(fed.search().next().lambda, 0.1);
  EXPECT_LT(fed.search().next().lambda, 1.0);
  fed.feed(0.0, kNaN, 1);  // a root: Newton's turn, which needs the curvature
  ASSERT_FALSE(fed.search().finished());
  EXPECT_EQ(fed.search().next().orders, 3);
  fed.feed(0.0, -1.0, 1);
  EXPECT_TRUE(fed.search().finished());
  EXPECT_EQ(fed.search().estimate().outcome, LambdaOutcome::interior);
}

TEST(LambdaSearch, ReportsNewtonLeavingTheRange) {
  FedSearch fed;
  fed.feed(0.0, kNaN, 1);
  fed.feed(1.0, -1e-6, 1);  // a step of a million
  ASSERT_TRUE(fed.search().finished());
  EXPECT_EQ(fed.search().estimate().outcome, LambdaOutcome::left_range);
  EXPECT_FALSE(fed.search().estimate().found());
  EXPECT_TRUE(std::isnan(fed.search().estimate().lambda));
  EXPECT_TRUE(std::isnan(fed.search().estimate().log_likelihood));
}

TEST(LambdaSearch, GivesUpOnNewtonAfterAHundredSteps) {
  FedSearch fed;
  fed.feed(0.0, kNaN, 1);
  int steps = 0;
  for (; !fed.search().finished() && steps < 200; ++steps) {
    fed.supply({steps % 2 == 0 ? 0.01 : -0.01, -1.0});
  }
  EXPECT_EQ(steps, 100);
  EXPECT_EQ(fed.search().estimate().outcome, LambdaOutcome::no_convergence);
}

TEST(LambdaSearch, ReportsWhatIsNotFinite) {
  FedSearch slope;
  slope.feed(kNaN, kNaN, 1);
  EXPECT_EQ(slope.search().estimate().outcome, LambdaOutcome::not_finite);
  FedSearch curvature;
  curvature.feed(0.0, kNaN, 1);
  curvature.feed(1.0, 0.0, 1);
  EXPECT_EQ(curvature.search().estimate().outcome, LambdaOutcome::not_finite);
  const LambdaEstimate nothing = maximise_curve([](double) { return Curve{kNaN, kNaN, kNaN}; });
  EXPECT_EQ(nothing.outcome, LambdaOutcome::not_finite);
  EXPECT_EQ(to_string(nothing.outcome), "not finite");
}

// The likelihood of a random model, from the code under test (its own tests are elsewhere).
class ModelLikelihood {
 public:
  explicit ModelLikelihood(std::uint64_t seed)
      : problem_(60, 2, seed),
        model_(problem_.eigenvalues, problem_.rotated_covariates, problem_.rotated_phenotype),
        projection_(projection_size(2, 3)),
        sums_(snp_sums_size(2, 1, 3)),
        likelihood_(Likelihood::restricted(log_determinant(forms(0.0, 1)))) {}

  LikelihoodValue operator()(double lambda, std::int64_t orders) {
    const Forms at = forms(lambda, orders);
    return {likelihood_.value(at), likelihood_.derivatives(at)};
  }

 private:
  Forms forms(double lambda, std::int64_t orders) {
    project_covariates(model_, lambda, orders, projection_.data());
    run_sums_kernel({model_, problem_.rotated_snp.data(), 1, lambda, orders, sums_.data()});
    return project_snp(model_, 1, orders, projection_.data(), sums_.data()).forms;
  }

  lmm_reference::Problem problem_;
  ModelColumns model_;
  std::vector<double> projection_;
  std::vector<double> sums_;
  Likelihood likelihood_;
};

TEST(LambdaSearch, BeatsAFineGridOnRandomModels) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ModelLikelihood likelihood(seed);
    const LambdaEstimate best = maximise(lambda_grid({}, 1e3), likelihood);
    const LambdaEstimate exact = maximise(lambda_grid(exactly(), 1e3), likelihood);
    ASSERT_TRUE(best.found() && exact.found());
    EXPECT_EQ(exact.outcome, best.outcome);
    EXPECT_NEAR(exact.lambda, best.lambda, 1e-5 * best.lambda);
    // Higher, but for the rounding of a likelihood of order a hundred.
    EXPECT_GE(exact.log_likelihood, best.log_likelihood - 1e-12);
    if (exact.outcome == LambdaOutcome::interior) {
      const Derivatives at = likelihood(exact.lambda, 3).derivatives;
      EXPECT_LE(std::abs(at.slope), 1e-12 * std::abs(at.curvature) * exact.lambda);
    }
    EXPECT_EQ(best.log_likelihood, likelihood(best.lambda, 3).value);
    double highest = -std::numeric_limits<double>::infinity();
    for (const double lambda : lambda_grid({1e-5, 1e5, 2000}, 1e3).lambdas) {
      highest = std::max(highest, likelihood(lambda, 1).value);
    }
    // Lambda 1e-5 off the top costs about 1e-10 of a likelihood of order ten.
    EXPECT_GE(best.log_likelihood, highest - 1e-8);
  }
}

}  // namespace
}  // namespace loom::gwas
