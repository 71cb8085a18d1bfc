#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "lmm_reference.h"
#include "loom/gwas/likelihood.h"
#include "loom/gwas/projection.h"

namespace loom::gwas {
namespace {

using lmm_reference::Dense;
using lmm_reference::DenseModel;
using lmm_reference::Problem;
using lmm_reference::Real;
using lmm_reference::transpose;

ModelColumns model_of(const Problem& problem) {
  return ModelColumns(problem.eigenvalues, problem.rotated_covariates, problem.rotated_phenotype);
}

SnpForms snp_forms(const Problem& problem, double lambda, std::int64_t orders) {
  std::vector<double> sums(sums_size(problem.c + 2, orders));
  const ModelColumns model = model_of(problem);
  weighted_sums(model, problem.rotated_snp.data(), lambda, orders, sums.data());
  return project_snp(model, orders, sums.data());
}

Forms null_forms(const Problem& problem, double lambda, std::int64_t orders) {
  std::vector<double> sums(sums_size(problem.c + 1, orders));
  const ModelColumns model = model_of(problem);
  null_weighted_sums(model, lambda, orders, sums.data());
  return project_null(model, orders, sums.data());
}

// The projections of the SNP that is not centred cost two or three digits at large lambda.
void expect_close(double actual, Real expected, const char* what) {
  EXPECT_NEAR(actual, static_cast<double>(expected),
              1e-11 * std::max<double>(1e-3, static_cast<double>(std::abs(expected))))
      << what;
}

void expect_forms(const Forms& forms, const DenseModel& dense) {
  EXPECT_TRUE(forms.regular);
  expect_close(forms.yy[0], dense.yy[0], "y'Py");
  expect_close(forms.yy[1], dense.yy[1], "y'PKPy");
  expect_close(forms.yy[2], dense.yy[2], "y'PKPKPy");
  expect_close(forms.log_pivots, dense.log_pivots, "log det X'H^-1X");
  expect_close(forms.log_det, dense.log_det, "log det H");
  expect_close(forms.trace_pk, dense.trace_pk, "tr PK");
  expect_close(forms.trace_pkpk, dense.trace_pkpk, "tr PKPK");
  expect_close(forms.trace_hk, dense.trace_hk, "tr H^-1K");
  expect_close(forms.trace_hkhk, dense.trace_hkhk, "tr H^-1KH^-1K");
}

void expect_likelihood(const LikelihoodValue& actual, const DenseModel::Value& expected) {
  expect_close(actual.value, expected.value, "value");
  expect_close(actual.slope, expected.slope, "slope");
  expect_close(actual.curvature, expected.curvature, "curvature");
}

class AgainstDense : public ::testing::TestWithParam<std::int64_t> {};

TEST_P(AgainstDense, FormsAndLikelihoodsOfASnp) {
  const Problem problem(40, GetParam(), 1000 + GetParam());
  const double unweighted = snp_forms(problem, 0.0, 1).forms.log_pivots;
  for (const double lambda : {1e-5, 0.01, 1.0, 30.0}) {
    SCOPED_TRACE("lambda " + std::to_string(lambda));
    const DenseModel dense(problem, problem.design(true), lambda);
    const Forms forms = snp_forms(problem, lambda, 3).forms;
    EXPECT_EQ(forms.projected, problem.c + 1);
    expect_forms(forms, dense);
    expect_likelihood(maximum_likelihood(forms), dense.ml());
    expect_likelihood(restricted_likelihood(forms, unweighted), dense.reml());
  }
}

TEST_P(AgainstDense, FormsBeforeTheSnpIsProjectedOut) {
  const Problem problem(40, GetParam(), 2000 + GetParam());
  const DenseModel dense(problem, problem.design(false), 0.8);
  const SnpForms snp = snp_forms(problem, 0.8, 1);
  expect_close(snp.xx, (transpose(problem.snp) * dense.p * problem.snp)(0, 0), "x'Px");
  expect_close(snp.xy, (transpose(problem.snp) * dense.p * problem.phenotype)(0, 0), "x'Py");
  expect_close(snp.yy, dense.yy[0], "y'Py");
  EXPECT_FALSE(is_collinear(snp));
}

TEST_P(AgainstDense, NullModel) {
  const Problem problem(30, GetParam(), 3000 + GetParam());
  const double unweighted = null_forms(problem, 0.0, 1).log_pivots;
  for (const double lambda : {1e-5, 2.0}) {
    SCOPED_TRACE("lambda " + std::to_string(lambda));
    const DenseModel dense(problem, problem.design(false), lambda);
    const Forms forms = null_forms(problem, lambda, 3);
    expect_forms(forms, dense);
    expect_likelihood(maximum_likelihood(forms), dense.ml());
    expect_likelihood(restricted_likelihood(forms, unweighted), dense.reml());
  }
}

INSTANTIATE_TEST_SUITE_P(Covariates, AgainstDense, ::testing::Values(1, 2, 3, 5));

TEST(Likelihood, DerivativesAreThoseOfTheValue) {
  const Problem problem(60, 2, 4);
  const double unweighted = snp_forms(problem, 0.0, 1).forms.log_pivots;
  const double lambda = 0.6;
  const double step = 1e-4;  // central differences: error about step^2, rounding about 1e-12 / step
  const auto difference = [&](auto likelihood) {
    const LikelihoodValue below = likelihood(snp_forms(problem, lambda - step, 3).forms);
    const LikelihoodValue here = likelihood(snp_forms(problem, lambda, 3).forms);
    const LikelihoodValue above = likelihood(snp_forms(problem, lambda + step, 3).forms);
    const double scale = std::abs(here.curvature);
    EXPECT_NEAR(here.slope, (above.value - below.value) / (2.0 * step), 1e-6 * scale);
    EXPECT_NEAR(here.curvature, (above.slope - below.slope) / (2.0 * step), 1e-6 * scale);
  };
  difference([](const Forms& forms) { return maximum_likelihood(forms); });
  difference([&](const Forms& forms) { return restricted_likelihood(forms, unweighted); });
}

TEST(Likelihood, SecondDerivativeKeepsItsDigitsAtTinyLambda) {
  // The textbook form (P_yy + PPP_yy - 2 PP_yy) / lambda^2 is left with six digits here.
  const Problem problem(50, 1, 5);
  const double lambda = 1e-5;
  const DenseModel dense(problem, problem.design(true), lambda);
  const Forms forms = snp_forms(problem, lambda, 3).forms;
  const double expected = static_cast<double>(dense.yy[2]);
  EXPECT_NEAR(forms.yy[2], expected, 1e-13 * expected);
}

TEST(Likelihood, MissingOrdersGiveNaNDerivatives) {
  const Problem problem(20, 1, 6);
  const LikelihoodValue value = maximum_likelihood(snp_forms(problem, 1.0, 1).forms);
  const LikelihoodValue slope = maximum_likelihood(snp_forms(problem, 1.0, 2).forms);
  EXPECT_TRUE(std::isfinite(value.value) && std::isnan(value.slope) && std::isnan(value.curvature));
  EXPECT_TRUE(std::isfinite(slope.slope) && std::isnan(slope.curvature));
  EXPECT_EQ(value.value, slope.value);
}

TEST(Projection, SeesACollinearSnp) {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Problem problem(45, 3, seed);
    for (std::int64_t i = 0; i < problem.n; ++i) {
      const double* w = problem.rotated_covariates.data() + i;
      problem.rotated_snp[i] = 2.0 * w[0] - 0.3 * w[45] + 7.0 * w[90];
    }
    EXPECT_TRUE(is_collinear(snp_forms(problem, 0.0, 1)));
    problem.rotated_snp[7] += 1e-3;
    EXPECT_FALSE(is_collinear(snp_forms(problem, 0.0, 1)));
  }
}

TEST(Projection, AZeroSnpIsCollinearAndHasNoLikelihood) {
  Problem problem(20, 1, 9);
  problem.rotated_snp.assign(20, 0.0);
  const SnpForms snp = snp_forms(problem, 1.0, 3);
  EXPECT_TRUE(is_collinear(snp));
  EXPECT_FALSE(snp.forms.regular);
  EXPECT_TRUE(std::isnan(maximum_likelihood(snp.forms).value));
  EXPECT_TRUE(std::isnan(restricted_likelihood(snp.forms, 0.0).slope));
}

TEST(Likelihood, AConstantPhenotypeHasNone) {
  Problem problem(20, 1, 10);
  problem.rotated_phenotype.assign(20, 0.0);
  EXPECT_TRUE(std::isnan(maximum_likelihood(snp_forms(problem, 1.0, 3).forms).value));
}

}  // namespace
}  // namespace loom::gwas
