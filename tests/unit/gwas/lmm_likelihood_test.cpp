#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "lmm_reference.h"
#include "loom/gwas/model/likelihood.h"
#include "loom/gwas/model/projection.h"
#include "loom/gwas/model/weighted_sums_kernel.h"

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
  const ModelColumns model = model_of(problem);
  const std::int64_t k = problem.snp.columns;
  std::vector<double> projection(projection_size(problem.c, orders));
  std::vector<double> sums(snp_sums_size(problem.c, k, orders));
  project_covariates(model, lambda, orders, projection.data());
  run_sums_kernel({model, problem.rotated_snp.data(), k, lambda, orders, sums.data()});
  return project_snp(model, k, orders, projection.data(), sums.data());
}

Forms model_forms(const Problem& problem, double lambda, std::int64_t orders) {
  const ModelColumns model = model_of(problem);
  std::vector<double> projection(projection_size(problem.c, orders));
  project_covariates(model, lambda, orders, projection.data());
  return null_forms(model, orders, projection.data());
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
  expect_close(log_determinant(forms), dense.log_pivots, "log det X'H^-1X");
  expect_close(forms.log_det, dense.log_det, "log det H");
  expect_close(forms.trace_pk, dense.trace_pk, "tr PK");
  expect_close(forms.trace_pkpk, dense.trace_pkpk, "tr PKPK");
  expect_close(forms.trace_hk, dense.trace_hk, "tr H^-1K");
  expect_close(forms.trace_hkhk, dense.trace_hkhk, "tr H^-1KH^-1K");
}

void expect_likelihood(const Likelihood& likelihood, const Forms& forms,
                       const DenseModel::Value& expected) {
  expect_close(likelihood.value(forms), expected.value, "value");
  expect_close(likelihood.derivatives(forms).slope, expected.slope, "slope");
  expect_close(likelihood.derivatives(forms).curvature, expected.curvature, "curvature");
}

class AgainstDense : public ::testing::TestWithParam<std::int64_t> {};

TEST_P(AgainstDense, FormsAndLikelihoodsOfASnp) {
  const Problem problem(40, GetParam(), 1000 + GetParam());
  const double unweighted = log_determinant(snp_forms(problem, 0.0, 1).forms);
  for (const double lambda : {1e-5, 0.01, 1.0, 30.0}) {
    SCOPED_TRACE("lambda " + std::to_string(lambda));
    const DenseModel dense(problem, problem.design(1), lambda);
    const Forms forms = snp_forms(problem, lambda, 3).forms;
    EXPECT_EQ(forms.projected, problem.c + 1);
    expect_forms(forms, dense);
    expect_likelihood(Likelihood::maximum(), forms, dense.ml());
    expect_likelihood(Likelihood::restricted(unweighted), forms, dense.reml());
  }
}

TEST_P(AgainstDense, FormsBeforeTheSnpIsProjectedOut) {
  const Problem problem(40, GetParam(), 2000 + GetParam());
  const DenseModel dense(problem, problem.design(0), 0.8);
  const SnpForms snp = snp_forms(problem, 0.8, 1);
  expect_close(snp.xx, (transpose(problem.snp) * dense.p * problem.snp)(0, 0), "x'Px");
  expect_close(snp.xy, (transpose(problem.snp) * dense.p * problem.phenotype)(0, 0), "x'Py");
  expect_close(snp.yy, dense.yy[0], "y'Py");
  EXPECT_FALSE(is_collinear(snp.share_left));
}

TEST_P(AgainstDense, SnpsOfSeveralColumns) {
  for (const std::int64_t k : {2, 3}) {
    const Problem problem(40, GetParam(), 4000 + GetParam(), k);
    const double unweighted = log_determinant(snp_forms(problem, 0.0, 1).forms);
    for (const double lambda : {1e-5, 0.8, 30.0}) {
      SCOPED_TRACE(testing::Message() << "columns " << k << ", lambda " << lambda);
      const DenseModel dense(problem, problem.design(k), lambda);
      const DenseModel without(problem, problem.design(k - 1), lambda);
      const SnpForms snp = snp_forms(problem, lambda, 3);
      EXPECT_EQ(snp.forms.projected, problem.c + k);
      expect_forms(snp.forms, dense);
      expect_likelihood(Likelihood::maximum(), snp.forms, dense.ml());
      expect_likelihood(Likelihood::restricted(unweighted), snp.forms, dense.reml());
      expect_forms(snp.without, without);
      expect_likelihood(Likelihood::maximum(), snp.without, without.ml());
      const Dense tested = column(problem.snp, k - 1);
      expect_close(snp.xx, (transpose(tested) * without.p * tested)(0, 0), "x'Px");
      expect_close(snp.xy, (transpose(tested) * without.p * problem.phenotype)(0, 0), "x'Py");
      expect_close(snp.yy, without.yy[0], "y'Py");
    }
  }
}

TEST_P(AgainstDense, NullModel) {
  const Problem problem(30, GetParam(), 3000 + GetParam());
  const double unweighted = log_determinant(model_forms(problem, 0.0, 1));
  for (const double lambda : {1e-5, 2.0}) {
    SCOPED_TRACE("lambda " + std::to_string(lambda));
    const DenseModel dense(problem, problem.design(0), lambda);
    const Forms forms = model_forms(problem, lambda, 3);
    expect_forms(forms, dense);
    expect_likelihood(Likelihood::maximum(), forms, dense.ml());
    expect_likelihood(Likelihood::restricted(unweighted), forms, dense.reml());
  }
}

INSTANTIATE_TEST_SUITE_P(Covariates, AgainstDense, ::testing::Values(1, 2, 3, 5));

TEST(Likelihood, DerivativesAreThoseOfTheValue) {
  const Problem problem(60, 2, 4);
  const double unweighted = log_determinant(snp_forms(problem, 0.0, 1).forms);
  const double lambda = 0.6;
  const double step = 1e-4;  // central differences: error about step^2, rounding about 1e-12 / step
  for (const Likelihood& likelihood : {Likelihood::maximum(), Likelihood::restricted(unweighted)}) {
    const Forms below = snp_forms(problem, lambda - step, 3).forms;
    const Forms here = snp_forms(problem, lambda, 3).forms;
    const Forms above = snp_forms(problem, lambda + step, 3).forms;
    const Derivatives at = likelihood.derivatives(here);
    const double scale = std::abs(at.curvature);
    EXPECT_NEAR(at.slope, (likelihood.value(above) - likelihood.value(below)) / (2.0 * step),
                1e-6 * scale);
    EXPECT_NEAR(
        at.curvature,
        (likelihood.derivatives(above).slope - likelihood.derivatives(below).slope) / (2.0 * step),
        1e-6 * scale);
  }
}

TEST(Likelihood, SecondDerivativeKeepsItsDigitsAtTinyLambda) {
  // The textbook form (P_yy + PPP_yy - 2 PP_yy) / lambda^2 is left with six digits here.
  const Problem problem(50, 1, 5);
  const double lambda = 1e-5;
  const DenseModel dense(problem, problem.design(1), lambda);
  const Forms forms = snp_forms(problem, lambda, 3).forms;
  const double expected = static_cast<double>(dense.yy[2]);
  EXPECT_NEAR(forms.yy[2], expected, 1e-13 * expected);
}

TEST(Likelihood, MissingOrdersGiveNaNDerivatives) {
  const Problem problem(20, 1, 6);
  const Likelihood ml = Likelihood::maximum();
  const Forms one = snp_forms(problem, 1.0, 1).forms, two = snp_forms(problem, 1.0, 2).forms;
  EXPECT_TRUE(std::isfinite(ml.value(one)));
  EXPECT_TRUE(std::isnan(ml.derivatives(one).slope) && std::isnan(ml.derivatives(one).curvature));
  EXPECT_TRUE(std::isfinite(ml.derivatives(two).slope));
  EXPECT_TRUE(std::isnan(ml.derivatives(two).curvature));
  EXPECT_EQ(ml.value(one), ml.value(two));
}

TEST(Projection, SeesACollinearSnp) {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Problem problem(45, 3, seed);
    for (std::int64_t i = 0; i < problem.n; ++i) {
      const double* w = problem.rotated_covariates.data() + i;
      problem.rotated_snp[i] = 2.0 * w[0] - 0.3 * w[45] + 7.0 * w[90];
    }
    EXPECT_TRUE(is_collinear(snp_forms(problem, 0.0, 1).share_left));
    problem.rotated_snp[7] += 1e-3;
    EXPECT_FALSE(is_collinear(snp_forms(problem, 0.0, 1).share_left));
  }
}

TEST(Projection, SeesAColumnThatIsAnother) {
  Problem problem(45, 2, 11, 2);
  EXPECT_FALSE(is_collinear(snp_forms(problem, 0.0, 1).share_left));
  for (std::int64_t i = 0; i < problem.n; ++i) {  // a binary environment that is 1 for carriers
    problem.rotated_snp[45 + i] = problem.rotated_snp[i];
  }
  EXPECT_TRUE(is_collinear(snp_forms(problem, 0.0, 1).share_left));
}

TEST(Projection, AZeroSnpIsCollinearAndHasNoLikelihood) {
  Problem problem(20, 1, 9);
  problem.rotated_snp.assign(20, 0.0);
  const SnpForms snp = snp_forms(problem, 1.0, 3);
  EXPECT_TRUE(is_collinear(snp.share_left));
  EXPECT_FALSE(snp.forms.regular);
  EXPECT_TRUE(std::isnan(Likelihood::maximum().value(snp.forms)));
  EXPECT_TRUE(std::isnan(Likelihood::restricted(0.0).derivatives(snp.forms).slope));
}

TEST(Likelihood, AConstantPhenotypeHasNone) {
  Problem problem(20, 1, 10);
  problem.rotated_phenotype.assign(20, 0.0);
  EXPECT_TRUE(std::isnan(Likelihood::maximum().value(snp_forms(problem, 1.0, 3).forms)));
}

}  // namespace
}  // namespace loom::gwas
