#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "loom/dispatch/selection.h"
#include "loom/dispatch/trace.h"
#include "loom/gwas/genotypes/block_feed.h"
#include "loom/gwas/genotypes/simulate.h"
#include "loom/gwas/genotypes/snp_selector.h"
#include "loom/gwas/model/decomposition.h"
#include "loom/gwas/model/kinship.h"
#include "loom/gwas/model/scan.h"
#include "loom/ops/linalg.h"
#include "temp_folder.h"

// The whole analysis of a simulated data set, done under each backend on its own: from genotypes to
// statistics, nothing is shared but the files.
namespace loom::gwas {
namespace {

constexpr std::int64_t kSamples = 300;
constexpr std::int64_t kSnps = 2000;
constexpr std::uint64_t kSeed = 20;

// Sums of 300 products in another order differ by about 1e-14 of themselves, and so do the
// statistics (the vectors of close eigenvalues turn, which leaves no trace in them). The exception
// is p_lrt near 1, which moves with the root of the likelihood ratio: 1e-10 is what a thousand SNPs
// reach.
constexpr double kEigenvalueTolerance = 1e-10;
constexpr double kTolerance = 1e-9;

struct Analysis {
  std::vector<double> eigenvalues;
  NullModel null;
  std::vector<AssociationRow> rows;
};

Analysis analyse(const Study& study) {
  const Cohort& cohort = study.cohorts.front();
  const Kinship k = kinship(study, cohort, {}, KinshipKind::centred, cohort.samples());
  centre(k.matrix);
  const Decomposition eigen = decompose(k.matrix);
  const Array design =
      Array::from(cohort.design.values, Dims{cohort.design.rows, cohort.design.columns});
  const RotatedModel model =
      rotate_model(eigen.values, eigen.vectors, design, Array::from(cohort.traits.front().values));
  const LambdaGrid grid = lambda_grid({}, model.columns.largest_eigenvalue());
  Analysis result{{}, fit_null_model(model.columns, grid), {}};
  const std::span<const double> values = eigen.values.span<const double>();
  result.eigenvalues.assign(values.begin(), values.end());
  const Scan scan(model, result.null, grid, LmmTest::all);
  SnpSelector selector(study, cohort, {});
  read_all(*study.genotypes, 512, "test", {}, [&](const GenotypeBlock& block) {
    const SnpChunk chunk = selector.select(block);
    const Array x = centred(chunk.genotypes, chunk.summaries, selector.samples());
    for (const AssociationRow& row : scan.test(matmul(x, eigen.vectors)).rows) {
      result.rows.push_back(row);
    }
  });
  return result;
}

double relative(double a, double b, double scale = 0) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b) ? 0 : INFINITY;
  return a == b ? 0 : std::abs(a - b) / std::max({std::abs(a), std::abs(b), scale});
}

/// A statistic, and how far apart it may be at a SNP where a stopping test of the search for lambda
/// falls the other way: lambda then stands a step of Newton's method apart, below 1e-5 of itself.
struct Statistic {
  const char* name;
  double AssociationRow::*value;
  double when_apart;
};
constexpr Statistic kStatistics[] = {
    {"beta", &AssociationRow::beta, 1e-5},        {"se", &AssociationRow::se, 2e-6},
    {"logl", &AssociationRow::logl, kTolerance},  {"l_remle", &AssociationRow::lambda_remle, 1e-5},
    {"l_mle", &AssociationRow::lambda_mle, 1e-5}, {"p_wald", &AssociationRow::p_wald, 1e-4},
    {"p_lrt", &AssociationRow::p_lrt, 1e-6},      {"p_score", &AssociationRow::p_score, kTolerance},
};
// Of all SNPs.
constexpr double kMostApart = 0.005;

double difference(const Statistic& statistic, const AssociationRow& a, const AssociationRow& b) {
  // An effect may be as near to zero as chance has it; what counts is its standard error.
  const double scale = statistic.value == &AssociationRow::beta ? a.se : 0;
  return relative(a.*statistic.value, b.*statistic.value, scale);
}

class BackendAgreement : public testing::Test {
 protected:
  void SetUp() override {
    const std::vector<std::string> available = available_backends();
    if (std::ranges::find(available, "blas") == available.end()) GTEST_SKIP() << "no blas here";
    SimulateOptions options;
    options.samples = kSamples;
    options.snps = kSnps;
    options.seed = kSeed;
    simulate(folder_ / "data", options);
  }

  /// Two covariates in two runs of the samples each, so that some SNPs are related to them.
  std::string covariates() const {
    std::string text;
    for (std::int64_t i = 0; i < kSamples; ++i) {
      text += fmt::format("{:.6f} {}\n", std::sin(0.7 * static_cast<double>(i)), i / 7 % 3);
    }
    return folder_.write("covariates.txt", text);
  }

  void compare(const std::string& covariates) const {
    SCOPED_TRACE(fmt::format("seed {}", kSeed));
    StudyInput input;
    input.genotypes.bfile = folder_ / "data";
    input.covariates.file = covariates;
    const Study study = open_study(input, Missingness::each);
    const Analysis reference = run("reference", study), blas = run("blas", study);
    compare_eigenvalues(reference.eigenvalues, blas.eigenvalues);
    compare_null_models(reference.null, blas.null);
    compare_rows(reference.rows, blas.rows);
  }

 private:
  static Analysis run(const std::string& backend, const Study& study) {
    const BackendScope scope(backend);
    const TraceSummary trace;
    Analysis result = analyse(study);
    for (const OperationSummary& operation : trace.operations()) {
      if (operation.op != "eigh" && operation.op != "matmul") continue;
      EXPECT_EQ(operation.backend, backend) << operation.op;
    }
    return result;
  }

  static void compare_eigenvalues(const std::vector<double>& a, const std::vector<double>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_NEAR(a[i], b[i], kEigenvalueTolerance * a.back()) << "eigenvalue " << i;
    }
  }

  static void compare_null_models(const NullModel& a, const NullModel& b) {
    EXPECT_LE(relative(a.ml.lambda, b.ml.lambda), kTolerance);
    EXPECT_LE(relative(a.ml.log_likelihood, b.ml.log_likelihood), kTolerance);
    EXPECT_LE(relative(a.reml.lambda, b.reml.lambda), kTolerance);
    EXPECT_LE(relative(a.reml.log_likelihood, b.reml.log_likelihood), kTolerance);
    EXPECT_LE(relative(a.genetic_variance, b.genetic_variance), kTolerance);
    EXPECT_LE(relative(a.residual_variance, b.residual_variance), kTolerance);
    EXPECT_LE(relative(a.pve, b.pve), kTolerance);
    EXPECT_LE(relative(a.pve_se, b.pve_se), kTolerance);
    ASSERT_EQ(a.beta.size(), b.beta.size());
    for (std::size_t i = 0; i < a.beta.size(); ++i) {
      EXPECT_LE(relative(a.beta[i], b.beta[i], a.beta_se[i]), kTolerance);
      EXPECT_LE(relative(a.beta_se[i], b.beta_se[i]), kTolerance);
    }
  }

  static void compare_rows(const std::vector<AssociationRow>& a,
                           const std::vector<AssociationRow>& b) {
    ASSERT_EQ(a.size(), b.size());
    ASSERT_GT(a.size(), kSnps / 2);
    std::int64_t apart = 0;
    std::array<double, std::size(kStatistics)> worst{};
    for (std::size_t i = 0; i < a.size(); ++i) {
      bool same = true;
      for (std::size_t s = 0; s < std::size(kStatistics); ++s) {
        const double found = difference(kStatistics[s], a[i], b[i]);
        worst[s] = std::max(worst[s], found);
        same = same && found <= kTolerance;
        EXPECT_LE(found, kStatistics[s].when_apart)
            << kStatistics[s].name << " of SNP " << a[i].snp;
      }
      apart += !same;
    }
    EXPECT_LE(static_cast<double>(apart), kMostApart * static_cast<double>(a.size()));
    RecordProperty("snps_apart", std::to_string(apart));
    for (std::size_t s = 0; s < std::size(kStatistics); ++s) {
      RecordProperty(kStatistics[s].name, fmt::format("{:.3g}", worst[s]));
    }
  }

  TempFolder folder_;
};

TEST_F(BackendAgreement, WithoutCovariates) { compare(""); }

TEST_F(BackendAgreement, WithCovariates) { compare(covariates()); }

}  // namespace
}  // namespace loom::gwas
