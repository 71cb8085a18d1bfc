#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "lmm_reference.h"
#include "loom/gwas/model/residuals.h"
#include "loom/gwas/model/scan.h"
#include "loom/gwas/model/shared_lambdas.h"
#include "loom/gwas/model/shared_sums.h"
#include "loom/gwas/model/weighted_sums_kernel.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

using lmm_reference::Dense;
using lmm_reference::DenseModel;
using lmm_reference::Problem;
using lmm_reference::Real;

// A problem with its rotated model and null model, and a scan of its one SNP.
class Setting {
 public:
  explicit Setting(const Problem& problem, SearchPath path = SearchPath::exact)
      : problem_(problem),
        model_{Array::from(problem.eigenvalues),
               Array::from(problem.rotated_covariates, Dims{problem.c, problem.n}),
               Array::from(problem.rotated_phenotype),
               ModelColumns(problem.eigenvalues, problem.rotated_covariates,
                            problem.rotated_phenotype)},
        grid_(lambda_grid({.path = path}, model_.columns.largest_eigenvalue())),
        null_(fit_null_model(model_.columns, grid_)) {}

  const RotatedModel& model() const { return model_; }
  const NullModel& null() const { return null_; }
  const LambdaGrid& grid() const { return grid_; }
  Scan scan(LmmTest test) const { return Scan(model_, null_, grid_, test); }

  ScanResult test(LmmTest test) const {
    const std::int64_t k = problem_.snp.columns;
    return scan(test).test(Array::from(problem_.rotated_snp, Dims{1, k, problem_.n}));
  }

 private:
  const Problem& problem_;
  RotatedModel model_;
  LambdaGrid grid_;
  NullModel null_;
};

// The model that generalised least squares makes of the first columns of a SNP.
DenseModel dense(const Problem& problem, std::int64_t snp_columns, double lambda) {
  return DenseModel(problem, problem.design(snp_columns), lambda);
}

void expect_relative(double actual, Real expected, double tolerance, const char* what) {
  EXPECT_NEAR(actual, static_cast<double>(expected),
              tolerance * static_cast<double>(std::abs(expected)))
      << what;
}

struct Estimate {
  Real beta, se;
};

// The effect of the last column of the design, with the residual variance of the full model.
Estimate last_effect(const DenseModel& model, const Problem& problem, std::int64_t snp_columns) {
  const std::int64_t last = problem.c + snp_columns - 1;
  const Real variance = model.yy[0] / static_cast<Real>(problem.n - last - 1);
  return {model.beta(last, 0), std::sqrt(model.gls(last, last) * variance)};
}

class ScanAgainstDense : public testing::TestWithParam<std::int64_t> {};

TEST_P(ScanAgainstDense, AllTests) {
  const std::int64_t k = GetParam();
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Problem problem(60, 2, 500 + seed, k);
    const Setting setting(problem);
    const ScanResult result = setting.test(LmmTest::all);
    const AssociationRow& row = result.rows.at(0);
    EXPECT_EQ(result.outcomes.collinear, 0);

    const Estimate wald = last_effect(dense(problem, k, row.lambda_remle), problem, k);
    expect_relative(row.beta, wald.beta, 1e-9, "beta");
    expect_relative(row.se, wald.se, 1e-10, "se");
    const double dof = static_cast<double>(60 - 2 - k);
    const auto f = static_cast<double>(wald.beta * wald.beta / (wald.se * wald.se));
    EXPECT_NEAR(row.log10p_wald, f_test(f, dof).log10p, 1e-8 * row.log10p_wald);
    EXPECT_NEAR(row.p_wald, std::pow(10.0, -row.log10p_wald), 1e-12 * row.p_wald);

    const DenseModel at_ml = dense(problem, k, row.lambda_mle);
    expect_relative(row.logl, at_ml.ml().value, 1e-11, "logl");
    // The null model is that without the last column, at its own ML lambda: its likelihood is
    // nowhere higher.
    double null_lambda = setting.null().ml.lambda;
    if (k > 1) {
      Problem smaller = problem;
      smaller.rotated_snp.resize((k - 1) * problem.n);
      smaller.snp = Dense(problem.n, k - 1);
      const ScanResult null = Setting(smaller).test(LmmTest::likelihood_ratio);
      null_lambda = null.rows.at(0).lambda_mle;
    }
    const DenseModel without = dense(problem, k - 1, null_lambda);
    const auto ratio = static_cast<double>(2 * (at_ml.ml().value - without.ml().value));
    EXPECT_NEAR(row.log10p_lrt, chi2_test(ratio).log10p, 1e-7);

    const DenseModel at_null = dense(problem, k, null_lambda);
    const Real gain = without.yy[0] - at_null.yy[0];
    const auto score = static_cast<double>(60 * gain / without.yy[0]);
    EXPECT_NEAR(row.log10p_score, f_test(score, dof).log10p, 1e-9);
  }
}

TEST_P(ScanAgainstDense, SearchesEndAtTheMaximum) {
  const std::int64_t k = GetParam();
  const Problem problem(50, 1, 77, k);
  const AssociationRow row = Setting(problem).test(LmmTest::all).rows.at(0);
  const Real reml = dense(problem, k, row.lambda_remle).reml().value;
  const Real ml = dense(problem, k, row.lambda_mle).ml().value;
  for (double log10 = -5; log10 <= 5; log10 += 0.05) {
    const DenseModel at = dense(problem, k, std::pow(10.0, log10));
    EXPECT_LE(at.reml().value, reml + 1e-12L);
    EXPECT_LE(at.ml().value, ml + 1e-12L);
  }
}

INSTANTIATE_TEST_SUITE_P(Columns, ScanAgainstDense, testing::Values(1, 2, 3));

TEST(Scan, EachTestGivesItsPartOfAll) {
  const Problem problem(60, 2, 4);
  const Setting setting(problem, SearchPath::gemma);
  const AssociationRow all = setting.test(LmmTest::all).rows.at(0);
  const AssociationRow wald = setting.test(LmmTest::wald).rows.at(0);
  const AssociationRow ratio = setting.test(LmmTest::likelihood_ratio).rows.at(0);
  const AssociationRow score = setting.test(LmmTest::score).rows.at(0);
  const AssociationRow effect = setting.test(LmmTest::likelihood_ratio_effect).rows.at(0);
  EXPECT_EQ(wald.beta, all.beta);
  EXPECT_EQ(wald.se, all.se);
  EXPECT_EQ(wald.lambda_remle, all.lambda_remle);
  EXPECT_EQ(wald.p_wald, all.p_wald);
  EXPECT_NE(wald.logl, all.logl);  // REML and ML
  EXPECT_TRUE(std::isnan(wald.p_lrt) && std::isnan(wald.p_score) && std::isnan(wald.lambda_mle));
  EXPECT_EQ(ratio.logl, all.logl);
  EXPECT_EQ(ratio.lambda_mle, all.lambda_mle);
  EXPECT_EQ(ratio.p_lrt, all.p_lrt);
  EXPECT_TRUE(std::isnan(ratio.beta) && std::isnan(ratio.p_wald) && std::isnan(ratio.p_score));
  EXPECT_EQ(score.p_score, all.p_score);
  EXPECT_TRUE(std::isnan(score.logl) && std::isnan(score.p_wald));
  EXPECT_EQ(effect.beta, score.beta);
  EXPECT_EQ(effect.se, score.se);
  EXPECT_EQ(effect.lambda_mle, all.lambda_mle);
  EXPECT_EQ(effect.p_lrt, all.p_lrt);
}

// Many SNPs of a model with 300 samples, some collinear, some the same as another.
class ManySnps : public testing::Test {
 protected:
  static constexpr std::int64_t kSnps = 45;

  ManySnps() : problem_(300, 2, 9), setting_(problem_, SearchPath::gemma) {
    std::mt19937_64 generator(10);
    std::normal_distribution<double> normal;
    for (std::int64_t i = 0; i < kSnps * problem_.n; ++i) snps_.push_back(normal(generator));
    for (std::int64_t i = 0; i < problem_.n; ++i) {
      snps_[7 * problem_.n + i] = 2.0 * problem_.rotated_covariates[problem_.n + i];
      snps_[8 * problem_.n + i] = 0.0;
      for (const std::int64_t copy : {20, 22, 23}) {
        snps_[copy * problem_.n + i] = snps_[19 * problem_.n + i];
      }
    }
  }

  Array snps(std::int64_t first, std::int64_t count) const {
    return Array::from(std::vector<double>(snps_.begin() + first * problem_.n,
                                           snps_.begin() + (first + count) * problem_.n),
                       Dims{count, problem_.n});
  }

  static void expect_same(const AssociationRow& a, const AssociationRow& b) {
    for (const auto member :
         {&AssociationRow::beta, &AssociationRow::se, &AssociationRow::logl,
          &AssociationRow::lambda_remle, &AssociationRow::lambda_mle, &AssociationRow::p_wald,
          &AssociationRow::p_lrt, &AssociationRow::p_score, &AssociationRow::log10p_wald}) {
      EXPECT_TRUE(a.*member == b.*member || (std::isnan(a.*member) && std::isnan(b.*member)));
    }
  }

  Problem problem_;
  Setting setting_;
  std::vector<double> snps_;
};

TEST_F(ManySnps, CollinearOnesHaveNoStatisticsAndAreCounted) {
  const ScanResult result = setting_.scan(LmmTest::all).test(snps(0, kSnps));
  EXPECT_EQ(result.outcomes.collinear, 2);
  for (const std::int64_t i : {7, 8}) {
    expect_same(result.rows[i], AssociationRow());
  }
  EXPECT_TRUE(std::isfinite(result.rows[9].p_wald));
  std::int64_t reml = 0, ml = 0;
  for (int i = 0; i < kLambdaOutcomes; ++i) {
    reml += result.outcomes.reml[i];
    ml += result.outcomes.ml[i];
    EXPECT_EQ(result.outcomes.null_ml[i], 0);
  }
  EXPECT_EQ(reml, kSnps - 2);
  EXPECT_EQ(ml, kSnps - 2);
}

TEST_F(ManySnps, ChunksAndThreadsChangeNoBit) {
  const Scan scan = setting_.scan(LmmTest::all);
  set_num_threads(1);
  const std::vector<AssociationRow> alone = scan.test(snps(0, kSnps)).rows;
  set_num_threads(4);
  const std::vector<AssociationRow> together = scan.test(snps(0, kSnps)).rows;
  for (std::int64_t i = 0; i < kSnps; ++i) {
    expect_same(together[i], alone[i]);
    expect_same(scan.test(snps(i, 1)).rows.at(0), alone[i]);
  }
  set_num_threads(0);
}

TEST_F(ManySnps, SeveralThreadsMayScanAtOnce) {
  const Scan scan = setting_.scan(LmmTest::all);
  const std::vector<AssociationRow> expected = scan.test(snps(0, kSnps)).rows;
  std::vector<ScanResult> results(3);
  std::vector<std::thread> threads;
  for (ScanResult& result : results) {
    threads.emplace_back([&] { result = scan.test(snps(0, kSnps)); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const ScanResult& result : results) {
    for (std::int64_t i = 0; i < kSnps; ++i) expect_same(result.rows[i], expected[i]);
  }
}

TEST_F(ManySnps, NoneAreNoWork) {
  const ScanResult result = setting_.scan(LmmTest::all).test(Array::empty({0, problem_.n}));
  EXPECT_TRUE(result.rows.empty());
}

TEST_F(ManySnps, RefusesWhatDoesNotFit) {
  const Scan scan = setting_.scan(LmmTest::wald);
  EXPECT_THROW(scan.test(Array::empty({2, problem_.n + 1})), ShapeError);
  EXPECT_THROW(scan.test(Array::empty({problem_.n})), ShapeError);
  EXPECT_THROW(scan.test(Array::empty({1, kMaxSnpColumns + 1, problem_.n})), ShapeError);
}

TEST(Scan, TheUnitOfThePhenotypeChangesNoTest) {
  Problem problem(80, 2, 21);
  const AssociationRow expected = Setting(problem).test(LmmTest::all).rows.at(0);
  for (const double scale : {1e-5, 1e5, 1e-30, 1e30}) {
    SCOPED_TRACE(scale);
    Problem scaled = problem;
    for (double& y : scaled.rotated_phenotype) y *= scale;
    const AssociationRow row = Setting(scaled).test(LmmTest::all).rows.at(0);
    // Rounding of the scaled phenotype, at an optimum that is as flat as it may be.
    EXPECT_NEAR(row.p_wald, expected.p_wald, 1e-9 * expected.p_wald);
    EXPECT_NEAR(row.p_lrt, expected.p_lrt, 1e-9 * expected.p_lrt);
    EXPECT_NEAR(row.p_score, expected.p_score, 1e-9 * expected.p_score);
    EXPECT_NEAR(row.lambda_remle, expected.lambda_remle, 1e-9 * expected.lambda_remle);
    EXPECT_NEAR(row.beta, scale * expected.beta, 1e-9 * std::abs(scale * expected.beta));
    EXPECT_NEAR(row.se, scale * expected.se, 1e-9 * scale * expected.se);
  }
}

// A column of the SNP that is another, as where the environment is the same for all carriers.
TEST(Scan, AnInteractionThatIsTheSnpIsCollinear) {
  Problem problem(60, 1, 31, 2);
  for (std::int64_t i = 0; i < 60; ++i) problem.rotated_snp[60 + i] = 3.0 * problem.rotated_snp[i];
  const ScanResult result = Setting(problem).test(LmmTest::all);
  EXPECT_EQ(result.outcomes.collinear, 1);
  EXPECT_TRUE(std::isnan(result.rows.at(0).p_wald) && std::isnan(result.rows.at(0).p_score));
}

TEST(Scan, TheExactPathDiffersFromGemmasNoMoreThanItSays) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Problem problem(100, 2, 900 + seed);
    const Setting exact(problem, SearchPath::exact), gemma(problem, SearchPath::gemma);
    const AssociationRow a = exact.test(LmmTest::all).rows.at(0);
    const AssociationRow b = gemma.test(LmmTest::all).rows.at(0);
    EXPECT_NEAR(a.lambda_remle, b.lambda_remle, 1e-5 * a.lambda_remle);
    EXPECT_NEAR(a.lambda_mle, b.lambda_mle, 1e-5 * a.lambda_mle);
    EXPECT_NEAR(a.beta, b.beta, 1e-5 * a.se);
    EXPECT_NEAR(a.se, b.se, 2e-6 * a.se);
    EXPECT_NEAR(a.p_wald, b.p_wald, 1e-4 * a.p_wald);
    EXPECT_NEAR(a.p_lrt, b.p_lrt, 1e-6 * a.p_lrt);
    EXPECT_NEAR(a.p_score, b.p_score, 1e-5 * a.p_score);
    EXPECT_GE(a.logl, b.logl - 1e-11);
  }
}

TEST(Residuals, AreTheBestPredictionAndTheRest) {
  const Problem problem(40, 2, 12);
  const Setting setting(problem);
  // In the eigenbasis the vectors are those of the identity.
  Array identity = Array::empty({40, 40});
  for (std::int64_t i = 0; i < 40 * 40; ++i) identity.data<double>()[i] = i % 41 == 0 ? 1.0 : 0.0;
  const Residuals residuals = null_residuals(setting.model(), setting.null(), identity);
  const NullModel& null = setting.null();
  Real cross = 0;
  for (std::int64_t i = 0; i < 40; ++i) {
    double fitted = 0;
    for (std::int64_t j = 0; j < 2; ++j) {
      fitted += null.beta[j] * problem.rotated_covariates[j * 40 + i];
    }
    const double u = residuals.u.data<double>()[i], e = residuals.e.data<double>()[i];
    EXPECT_NEAR(fitted + u + e, problem.rotated_phenotype[i], 1e-12);
    // u = lambda K e, the equations of the best linear unbiased prediction.
    EXPECT_NEAR(u, null.reml.lambda * problem.eigenvalues[i] * e, 1e-12);
    cross += problem.rotated_covariates[i] * Real(e);
  }
  EXPECT_NEAR(static_cast<double>(cross), 0.0, 1e-10);  // W'e = 0
}

TEST(SharedSums, HaveTheSameBitsForEveryInstructionSetAndBatch) {
  for (const std::int64_t k : {1, 2}) {
    const std::int64_t n = 301, c = 3, snps = 5;
    const Problem problem(n, c, 40 + k, k * snps);
    const ModelColumns model(problem.eigenvalues, problem.rotated_covariates,
                             problem.rotated_phenotype);
    const std::vector<double> grid = {0.01, 1.0, 100.0};
    const Array weights = shared_weights(model, 0.7, grid);
    const SharedLayout layout{c, 3};
    const std::int64_t run = snp_sums_size(c, k, 1), each = layout.weights() * run;
    const auto sums_of = [&](SharedSumsKernel kernel, std::int64_t first, std::int64_t count) {
      std::vector<double> sums(count * each);
      const Array workspace = Array::empty({shared_sums_workspace(c, k, count, layout.weights())});
      kernel({model, weights.data<double>(), weights.shape(1), layout.weights(),
              problem.rotated_snp.data() + first * k * n, count, k, sums.data()},
             workspace.data<double>());
      return sums;
    };
    const std::vector<double> expected = sums_of(shared_sums, 0, snps);
    for (const SharedSumsKernel kernel : usable_shared_sums_kernels()) {
      EXPECT_EQ(sums_of(kernel, 0, snps), expected);
      const std::vector<double> one = sums_of(kernel, 3, 1);
      EXPECT_TRUE(std::equal(one.begin(), one.end(), expected.begin() + 3 * each));
    }
    // They are those of the other kernel, rounded elsewhere.
    for (std::int64_t l = 0; l < layout.lambdas(); ++l) {
      const double lambda = l == kUnweighted ? 0.0 : l == kNullLambda ? 0.7 : grid[l - kGrid];
      const std::int64_t orders = SharedLayout::orders(l);
      std::vector<double> alone(snp_sums_size(c, k, orders));
      run_sums_kernel({model, problem.rotated_snp.data(), k, lambda, orders, alone.data()});
      for (std::size_t i = 0; i < alone.size(); ++i) {
        EXPECT_NEAR(expected[SharedLayout::first_weight(l) * run + static_cast<std::int64_t>(i)],
                    alone[i], 1e-12 * (std::abs(alone[i]) + 1.0));
      }
    }
  }
}

}  // namespace
}  // namespace loom::gwas
