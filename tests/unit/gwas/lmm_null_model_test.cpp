#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "lmm_reference.h"
#include "loom/gwas/model/null_model.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

using lmm_reference::DenseModel;
using lmm_reference::Problem;
using lmm_reference::Real;

ModelColumns model_of(const Problem& problem) {
  return ModelColumns(problem.eigenvalues, problem.rotated_covariates, problem.rotated_phenotype);
}

TEST(NullModel, IsTheDenseModelAtItsLambda) {
  for (const std::int64_t c : {1, 2, 4}) {
    SCOPED_TRACE("covariates " + std::to_string(c));
    const Problem problem(50, c, 40 + c);
    const ModelColumns model = model_of(problem);
    const NullModel null = fit_null_model(model, lambda_grid({}, model.largest_eigenvalue()));
    ASSERT_TRUE(null.reml.found() && null.ml.found());

    const double lambda = null.reml.lambda;
    const DenseModel dense(problem, problem.design(0), lambda);
    const auto ve = static_cast<double>(dense.yy[0] / Real(50 - c));
    EXPECT_NEAR(null.residual_variance, ve, 1e-11 * ve);
    EXPECT_NEAR(null.genetic_variance, lambda * ve, 1e-11 * lambda * ve);
    EXPECT_NEAR(null.reml.log_likelihood, static_cast<double>(dense.reml().value), 1e-10);
    for (std::int64_t j = 0; j < c; ++j) {
      const auto se = static_cast<double>(std::sqrt(dense.gls(j, j)) * std::sqrt(Real(ve)));
      EXPECT_NEAR(null.beta[j], static_cast<double>(dense.beta(j, 0)), 1e-10 * se);
      EXPECT_NEAR(null.beta_se[j], se, 1e-11 * se);
    }
    const double t = model.mean_eigenvalue();
    EXPECT_NEAR(null.pve, t * lambda / (t * lambda + 1.0), 1e-15);
    const double derivative = t / std::pow(t * lambda + 1.0, 2.0);
    const auto variance = static_cast<double>(std::abs(1 / dense.reml().curvature));
    EXPECT_NEAR(null.pve_se, derivative * std::sqrt(variance), 1e-9 * null.pve_se);

    const DenseModel at_ml(problem, problem.design(0), null.ml.lambda);
    EXPECT_NEAR(null.ml.log_likelihood, static_cast<double>(at_ml.ml().value), 1e-10);
    if (null.ml.outcome == LambdaOutcome::interior) {
      // Newton's next step, below the 1e-5 at which the search stops.
      const auto step = static_cast<double>(at_ml.ml().slope / at_ml.ml().curvature);
      EXPECT_LE(std::abs(step), 1.1e-5 * null.ml.lambda);
    }
  }
}

TEST(NullModel, WithoutCovariatesHasNoEffects) {
  const Problem problem(30, 0, 50);
  const ModelColumns model = model_of(problem);
  const NullModel null = fit_null_model(model, lambda_grid({}, model.largest_eigenvalue()));
  EXPECT_TRUE(null.reml.found());
  EXPECT_TRUE(null.beta.empty());
  // Nothing projected out: the two likelihoods are the same function.
  EXPECT_EQ(null.reml.lambda, null.ml.lambda);
  EXPECT_EQ(null.reml.log_likelihood, null.ml.log_likelihood);
}

TEST(NullModel, RefusesDependentCovariatesAndTooFewSamples) {
  Problem problem(30, 3, 60);
  for (std::int64_t i = 0; i < 30; ++i) {
    double* w = problem.rotated_covariates.data() + i;
    w[60] = 0.5 * w[0] - 3.0 * w[30];
  }
  const LambdaGrid grid = lambda_grid({}, 1.0);
  EXPECT_THROW(fit_null_model(model_of(problem), grid), LinAlgError);

  const std::vector<double> two = {1.0, 2.0};
  const std::vector<double> square = {1.0, 0.0, 0.0, 1.0};
  EXPECT_THROW(fit_null_model(ModelColumns(two, square, two), grid), LinAlgError);
}

TEST(NullModel, RefusesAPhenotypeThatTheCovariatesExplain) {
  Problem problem(30, 2, 61);
  const LambdaGrid grid = lambda_grid({}, problem.eigenvalues.back());
  for (std::int64_t i = 0; i < 30; ++i) {
    const double* w = problem.rotated_covariates.data() + i;
    problem.rotated_phenotype[i] = 3.0 * w[0] - w[30];
  }
  EXPECT_THROW(fit_null_model(model_of(problem), grid), LinAlgError);
  problem.rotated_phenotype[7] += 1e-3;
  EXPECT_NO_THROW(fit_null_model(model_of(problem), grid));
  problem.rotated_phenotype.assign(30, 0.0);
  EXPECT_THROW(fit_null_model(model_of(problem), grid), LinAlgError);
}

TEST(NullModel, WithoutAnyVarianceOfTheKinshipGivesNaNNotAnError) {
  Problem problem(30, 1, 61);
  problem.eigenvalues.assign(30, 0.0);
  const NullModel null = fit_null_model(model_of(problem), lambda_grid({}, 1.0));
  EXPECT_EQ(null.reml.outcome, LambdaOutcome::not_finite);
  EXPECT_TRUE(std::isnan(null.pve) && std::isnan(null.residual_variance));
  EXPECT_TRUE(std::isnan(null.beta[0]) && std::isnan(null.beta_se[0]));
}

}  // namespace
}  // namespace loom::gwas
