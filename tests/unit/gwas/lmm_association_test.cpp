#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "lmm_reference.h"
#include "loom/gwas/association_tests.h"
#include "loom/gwas/likelihood.h"

namespace loom::gwas {
namespace {

using lmm_reference::Dense;
using lmm_reference::DenseModel;
using lmm_reference::Problem;
using lmm_reference::Real;
using lmm_reference::transpose;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

SnpForms snp_forms(const Problem& problem, double lambda) {
  const ModelColumns model(problem.eigenvalues, problem.rotated_covariates,
                           problem.rotated_phenotype);
  std::vector<double> sums(sums_size(problem.c + 2, 1));
  weighted_sums(model, problem.rotated_snp.data(), lambda, 1, sums.data());
  return project_snp(model, 1, sums.data());
}

struct PointOfF {
  double f, dof, p;
};

// Computed with 40 digits. A p-value's relative error is that of log p times |log p|, so 1e-13
// where p is not extreme.
TEST(FTest, KnowsItsTail) {
  const PointOfF points[] = {{1.0, 1.0, 0.5},
                             {4.0, 10.0, 0.073388034770740366},
                             {0.01, 100.0, 0.92054453109585124},
                             {1e-6, 1407.0, 0.99920225733017564},
                             {30.0, 1407.0, std::pow(10.0, -7.2914707583370215)},
                             {600.0, 1407.0, std::pow(10.0, -109.92798491125931)},
                             {1e6, 3.0, 2.2053076425765927e-9}};
  for (const auto& [f, dof, p] : points) {
    EXPECT_NEAR(f_test_p(f, dof), p, 1e-12 * p) << f << " " << dof;
  }
}

TEST(FTest, EdgesAreNotErrors) {
  EXPECT_EQ(f_test_p(0.0, 10.0), 1.0);
  EXPECT_EQ(f_test_p(-1e-9, 10.0), 1.0);
  EXPECT_EQ(f_test_p(kInfinity, 10.0), 0.0);
  EXPECT_GE(f_test_p(5e-324, 1407.0), 0.999);
  EXPECT_TRUE(std::isnan(f_test_p(kNaN, 10.0)));
  EXPECT_TRUE(std::isnan(f_test_p(1.0, 0.0)));
  EXPECT_TRUE(std::isnan(f_test_p(1.0, kNaN)));
}

TEST(ChiSquareTest, KnowsItsTail) {
  EXPECT_NEAR(chi2_test_p(0.5), 0.47950012218695346, 1e-15);
  EXPECT_NEAR(chi2_test_p(1000.0), 1.7958327848007262e-219, 1e-12 * 1.8e-219);
  EXPECT_NEAR(chi2_test_p(50.0), 1.5374597944280349e-12, 1e-26);
}

TEST(ChiSquareTest, EdgesAreNotErrors) {
  EXPECT_EQ(chi2_test_p(0.0), 1.0);
  EXPECT_EQ(chi2_test_p(-2.0), 1.0);
  EXPECT_EQ(chi2_test_p(kInfinity), 0.0);
  EXPECT_TRUE(std::isnan(chi2_test_p(kNaN)));
}

TEST(WaldTest, IsGeneralisedLeastSquares) {
  for (const std::int64_t c : {1, 3}) {
    const Problem problem(35, c, 70 + c);
    const DenseModel dense(problem, problem.design(true), 0.9);
    const Real dof = 35 - c - 1;
    const auto beta = static_cast<double>(dense.beta(c, 0));
    const auto se = static_cast<double>(std::sqrt(dense.gls(c, c) * dense.yy[0] / dof));
    const EffectTest test = wald_test(snp_forms(problem, 0.9));
    EXPECT_NEAR(test.beta, beta, 1e-12 * std::abs(beta));
    EXPECT_NEAR(test.se, se, 1e-12 * se);
    EXPECT_NEAR(test.f, beta * beta / (se * se), 1e-11 * test.f);
    EXPECT_EQ(test.dof, 35 - c - 1);
    EXPECT_EQ(test.p(), f_test_p(test.f, test.dof));
  }
}

TEST(ScoreTest, UsesTheVarianceWithoutTheSnp) {
  const Problem problem(35, 2, 80);
  const DenseModel null(problem, problem.design(false), 0.9);
  const Real xy = (transpose(problem.snp) * null.p * problem.phenotype)(0, 0);
  const Real xx = (transpose(problem.snp) * null.p * problem.snp)(0, 0);
  const auto expected = static_cast<double>(35 * xy * xy / (null.yy[0] * xx));
  const SnpForms snp = snp_forms(problem, 0.9);
  EXPECT_NEAR(score_test(snp).f, expected, 1e-11 * expected);
  EXPECT_EQ(score_test(snp).beta, wald_test(snp).beta);
  EXPECT_EQ(score_test(snp).se, wald_test(snp).se);
}

TEST(LikelihoodRatio, OfALinearModelIsTheLogRatioOfResiduals) {
  Problem problem(35, 2, 90);
  const SnpForms snp = snp_forms(problem, 0.0);
  Forms without = snp.forms;
  without.yy[0] = snp.yy;
  const double ratio =
      likelihood_ratio(maximum_likelihood(snp.forms).value, maximum_likelihood(without).value);
  EXPECT_NEAR(ratio, 35.0 * std::log(snp.yy / snp.forms.yy[0]), 1e-12);
}

TEST(AssociationTests, ACollinearSnpHasNoEffect) {
  Problem problem(20, 1, 95);
  problem.rotated_snp.assign(20, 0.0);
  const SnpForms snp = snp_forms(problem, 1.0);
  for (const EffectTest& test : {wald_test(snp), score_test(snp)}) {
    EXPECT_TRUE(std::isnan(test.beta));
    EXPECT_TRUE(std::isnan(test.se));
    EXPECT_TRUE(std::isnan(test.f));
    EXPECT_TRUE(std::isnan(test.p()));
  }
}

}  // namespace
}  // namespace loom::gwas
