#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "lmm_reference.h"
#include "loom/gwas/model/linear_scan.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

using lmm_reference::Dense;
using lmm_reference::DenseModel;
using lmm_reference::Problem;
using lmm_reference::Real;
using lmm_reference::transpose;

// A linear model: the problem without its kinship.
Problem linear_problem(std::int64_t n, std::int64_t c, std::uint64_t seed, std::int64_t k = 1) {
  Problem problem(n, c, seed, k);
  problem.kinship = Dense(n, n);
  return problem;
}

Array array_of(const Dense& a) {
  return Array::from(std::vector<double>(a.values.begin(), a.values.end()),
                     Dims{a.rows, a.columns});
}

Array phenotype_of(const Problem& problem) {
  const std::vector<Real>& y = problem.phenotype.values;
  return Array::from(std::vector<double>(y.begin(), y.end()));
}

ScanResult test_of(const Problem& problem, LmmTest test) {
  const Dense x = transpose(problem.snp);
  return LinearScan(array_of(problem.covariates), phenotype_of(problem), test)
      .test(Array::from(std::vector<double>(x.values.begin(), x.values.end()),
                        Dims{1, x.rows, x.columns}));
}

TEST(LinearScan, IsLeastSquares) {
  for (const std::int64_t k : {1, 2}) {
    for (const std::int64_t c : {1, 3, 6}) {
      SCOPED_TRACE("covariates " + std::to_string(c) + ", columns " + std::to_string(k));
      const std::int64_t n = 45;
      const Problem problem = linear_problem(n, c, 300 + c, k);
      const DenseModel full(problem, problem.design(k), 0), null(problem, problem.design(k - 1), 0);
      const auto dof = static_cast<double>(n - c - k);
      const auto beta = static_cast<double>(full.beta(c + k - 1, 0));
      const Real scale = full.gls(c + k - 1, c + k - 1);
      const auto se = static_cast<double>(std::sqrt(scale * full.yy[0] / Real(dof)));
      const auto se_score = static_cast<double>(std::sqrt(scale * null.yy[0] / Real(n)));
      const auto ratio = static_cast<double>(Real(n) * std::log(null.yy[0] / full.yy[0]));

      const AssociationRow all = test_of(problem, LmmTest::all).rows.at(0);
      EXPECT_NEAR(all.beta, beta, 1e-12 * std::abs(beta));
      EXPECT_NEAR(all.se, se, 1e-12 * se);
      EXPECT_NEAR(all.p_wald, f_test(beta * beta / (se * se), dof).p, 1e-10 * all.p_wald);
      EXPECT_NEAR(all.p_score, f_test(beta * beta / (se_score * se_score), dof).p,
                  1e-10 * all.p_score);
      EXPECT_NEAR(all.p_lrt, chi2_test(ratio).p, 1e-10 * all.p_lrt);
      EXPECT_NEAR(all.log10p_wald, -std::log10(all.p_wald), 1e-12);
      EXPECT_TRUE(std::isnan(all.logl) && std::isnan(all.lambda_remle));

      const AssociationRow score = test_of(problem, LmmTest::score).rows.at(0);
      EXPECT_NEAR(score.se, se_score, 1e-12 * se_score);
      EXPECT_EQ(score.p_score, all.p_score);
      EXPECT_TRUE(std::isnan(score.p_wald) && std::isnan(score.p_lrt));
    }
  }
}

TEST(LinearScan, BatchesChangeNoBitAndCollinearSnpsAreCounted) {
  const std::int64_t n = 50, snps = 21;
  const Problem problem = linear_problem(n, 3, 8);
  std::mt19937_64 generator(11);
  std::vector<double> x(snps * n);
  for (double& value : x) value = static_cast<double>(generator() % 3);
  for (std::int64_t i = 0; i < n; ++i) {
    x[4 * n + i] = static_cast<double>(1.0L - 3.0L * problem.covariates(i, 1));
  }
  const LinearScan scan(array_of(problem.covariates), phenotype_of(problem), LmmTest::all);
  const ScanResult all = scan.test(Array::from(x, Dims{snps, n}));
  EXPECT_EQ(all.outcomes.collinear, 1);
  EXPECT_TRUE(std::isnan(all.rows[4].beta) && std::isnan(all.rows[4].p_wald));
  for (std::int64_t i = 0; i < snps; ++i) {
    if (i == 4) continue;
    const std::vector<double> own(x.begin() + i * n, x.begin() + (i + 1) * n);
    EXPECT_EQ(scan.test(Array::from(own, Dims{1, n})).rows.at(0).p_wald, all.rows[i].p_wald);
  }
}

TEST(LinearScan, APerfectFitIsCertainNotNaN) {
  Problem problem = linear_problem(30, 1, 14);
  for (std::int64_t i = 0; i < 30; ++i) {
    problem.phenotype(i, 0) = 2.0L * problem.snp(i, 0) - problem.covariates(i, 0);
  }
  const AssociationRow row = test_of(problem, LmmTest::all).rows.at(0);
  EXPECT_NEAR(row.beta, 2.0, 1e-13);
  EXPECT_LE(row.se, 1e-14);
  // At least the square root of rounding, to the power of the degrees of freedom.
  EXPECT_LE(row.p_wald, 1e-150);
  EXPECT_LE(row.p_lrt, 1e-150);
  EXPECT_GT(row.log10p_wald, 150.0);
}

TEST(LinearScan, RefusesModelsThatCannotBe) {
  Problem problem = linear_problem(20, 3, 15);
  const Array y = phenotype_of(problem);
  for (std::int64_t i = 0; i < 20; ++i) {
    problem.covariates(i, 2) = 0.5L * problem.covariates(i, 1) - problem.covariates(i, 0);
  }
  EXPECT_THROW(LinearScan(array_of(problem.covariates), y, LmmTest::wald), LinAlgError);
  const Problem fine = linear_problem(20, 2, 16);
  const Array design = array_of(fine.covariates);
  EXPECT_THROW(LinearScan(design, Array::from(std::vector<double>(20, 3.0)), LmmTest::wald),
               LinAlgError);
  EXPECT_THROW(LinearScan(array_of(Dense(2, 2)), Array::from({1.0, 2.0}), LmmTest::wald),
               LinAlgError);
}

}  // namespace
}  // namespace loom::gwas
