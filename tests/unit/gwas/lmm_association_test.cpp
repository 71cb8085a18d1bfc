#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "lmm_reference.h"
#include "loom/gwas/model/association_tests.h"
#include "loom/gwas/model/likelihood.h"
#include "loom/gwas/model/weighted_sums_kernel.h"

namespace loom::gwas {
namespace {

using lmm_reference::Dense;
using lmm_reference::DenseModel;
using lmm_reference::Problem;
using lmm_reference::Real;
using lmm_reference::transpose;

SnpForms snp_forms(const Problem& problem, double lambda) {
  const ModelColumns model(problem.eigenvalues, problem.rotated_covariates,
                           problem.rotated_phenotype);
  std::vector<double> projection(projection_size(problem.c, 1));
  std::vector<double> sums(snp_sums_size(problem.c, 1, 1));
  project_covariates(model, lambda, 1, projection.data());
  run_sums_kernel({model, problem.rotated_snp.data(), 1, lambda, 1, sums.data()});
  return project_snp(model, 1, 1, projection.data(), sums.data());
}

TEST(WaldTest, IsGeneralisedLeastSquares) {
  for (const std::int64_t c : {1, 3}) {
    const Problem problem(35, c, 70 + c);
    const DenseModel dense(problem, problem.design(1), 0.9);
    const Real dof = 35 - c - 1;
    const auto beta = static_cast<double>(dense.beta(c, 0));
    const auto se = static_cast<double>(std::sqrt(dense.gls(c, c) * dense.yy[0] / dof));
    const EffectTest test = wald_test(effect_forms(snp_forms(problem, 0.9)), 35 - c - 1);
    EXPECT_NEAR(test.beta, beta, 1e-12 * std::abs(beta));
    EXPECT_NEAR(test.se, se, 1e-12 * se);
    EXPECT_NEAR(test.f, beta * beta / (se * se), 1e-11 * test.f);
  }
}

TEST(ScoreTest, UsesTheVarianceWithoutTheSnp) {
  const Problem problem(35, 2, 80);
  const DenseModel null(problem, problem.design(0), 0.9);
  const Real xy = (transpose(problem.snp) * null.p * problem.phenotype)(0, 0);
  const Real xx = (transpose(problem.snp) * null.p * problem.snp)(0, 0);
  const auto expected = static_cast<double>(35 * xy * xy / (null.yy[0] * xx));
  const EffectForms forms = effect_forms(snp_forms(problem, 0.9));
  EXPECT_NEAR(score_test(forms, 35, 32).f, expected, 1e-11 * expected);
  EXPECT_EQ(score_test(forms, 35, 32).beta, wald_test(forms, 32).beta);
  EXPECT_EQ(score_test(forms, 35, 32).se, wald_test(forms, 32).se);
}

TEST(LikelihoodRatio, OfALinearModelIsTheLogRatioOfResiduals) {
  Problem problem(35, 2, 90);
  const SnpForms snp = snp_forms(problem, 0.0);
  Forms without = snp.forms;
  without.yy[0] = snp.yy;
  const double ratio = likelihood_ratio(Likelihood::maximum().value(snp.forms),
                                        Likelihood::maximum().value(without));
  EXPECT_NEAR(ratio, 35.0 * std::log(snp.yy / snp.forms.yy[0]), 1e-12);
}

TEST(WaldTest, ANegativeResidualIsNone) {
  const EffectTest test = wald_test({2.0, 1.0, 0.5, -1e-17}, 10);
  EXPECT_EQ(test.beta, 0.5);
  EXPECT_EQ(test.se, 0.0);
  EXPECT_EQ(f_test(test.f, 10).p, 0.0);
}

TEST(AssociationTests, ACollinearSnpHasNoEffect) {
  Problem problem(20, 1, 95);
  problem.rotated_snp.assign(20, 0.0);
  const EffectForms forms = effect_forms(snp_forms(problem, 1.0));
  for (const EffectTest& test : {wald_test(forms, 18), score_test(forms, 20, 18)}) {
    EXPECT_TRUE(std::isnan(test.beta));
    EXPECT_TRUE(std::isnan(test.se));
    EXPECT_TRUE(std::isnan(test.f));
    EXPECT_TRUE(std::isnan(f_test(test.f, 18).p));
  }
}

}  // namespace
}  // namespace loom::gwas
