#include "loom/gwas/model/permutation_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "loom/dispatch/selection.h"
#include "loom/gwas/model/decomposition.h"
#include "loom/gwas/model/null_model.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/random.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

using testing::Each;
using testing::Ge;

constexpr std::uint64_t kSeed = 7;

/// A model, its SNPs and all that they are made of.
struct Data {
  Data(std::int64_t n, std::int64_t covariates, std::int64_t snps, std::uint64_t seed)
      : random(seed) {
    const Array z = random.standard_normal({n, 2 * n});
    const Array k = matmul(z, transpose(z)) / static_cast<double>(2 * n);
    centre(k);
    eigen = linalg::eigh(k);
    zero_small_values(eigen.values);
    design = concat({ones({n, 1}), random.standard_normal({n, covariates - 1})}, 1);
    x = random.standard_normal({snps, n});
    draw_phenotype(1);
  }

  /// y = W 1 + u + e, cov(u + e) = lambda K + I.
  void draw_phenotype(double lambda) {
    const std::int64_t n = design.shape(0);
    const Array spread = sqrt(lambda * eigen.values + 1.0) * random.standard_normal({n});
    y = matmul(eigen.vectors, spread) + matmul(design, ones({design.shape(1)}));
  }

  RotatedModel model() const { return rotate_model(eigen.values, eigen.vectors, design, y); }
  Array rotated() const { return contiguous(matmul(x, eigen.vectors)); }

  random::Generator random;
  linalg::Eigen eigen;
  Array design, x, y;
};

std::vector<double> largest_of(const PermutationTest& test, const Array& x, std::int64_t count) {
  std::vector<double> largest(static_cast<std::size_t>(count));
  test.test(x, largest);
  return largest;
}

double square_of_correlation(const Array& a, const Array& b) {
  return std::pow(vecdot(a, b).item<double>(), 2) /
         (vecdot(a, a).item<double>() * vecdot(b, b).item<double>());
}

/// What is left of `a` (n) when the columns of `basis` (n, c) are projected out.
Array rest_of(const Array& a, const Array& basis) {
  const Array gram = matmul(transpose(basis), basis);
  return a - matmul(basis, linalg::solve(gram, matmul(transpose(basis), a)));
}

// Everything from its definition, with dense matrices.
TEST(PermutationTest, IsWhatItsDefinitionSays) {
  constexpr std::int64_t kSamples = 40, kSnps = 5, kCount = 300;  // more than one product takes
  for (const double lambda : {0.0, 0.7, 20.0}) {
    Data data(kSamples, 3, kSnps, kSeed);
    data.draw_phenotype(lambda);
    const PermutationTest test(data.model(), data.eigen.vectors, lambda, kCount, kSeed);
    EXPECT_EQ(test.dof(), kSamples - 4);
    std::vector<double> largest(kCount);
    const std::vector<double> observed = test.test(data.rotated(), largest);

    const Array& u = data.eigen.vectors;
    const Array root = matmul(u / sqrt(lambda * data.eigen.values + 1.0), transpose(u));  // H^-1/2
    const Array w = matmul(root, data.design);
    const Array residuals = rest_of(matmul(root, data.y), w);
    std::vector<Array> snps;
    for (std::int64_t i = 0; i < kSnps; ++i) {
      snps.push_back(rest_of(matmul(root, data.x.slice({{i, i + 1, 1}}).squeeze(0)), w));
      // Rounding of products of 40 numbers, through factors whose condition is some hundreds.
      EXPECT_NEAR(observed[static_cast<std::size_t>(i)],
                  square_of_correlation(snps.back(), residuals), 1e-11);
    }
    for (const std::int64_t k : {0, 1, 255, 256, 299}) {
      const Array order = random::Generator(kSeed, k * kSamples).permutation(kSamples);
      Array permuted = Array::empty({kSamples});
      for (std::int64_t i = 0; i < kSamples; ++i) {
        permuted.data<double>()[i] = residuals.at<double>({order.at<std::int64_t>({i})});
      }
      double expected = 0;
      for (const Array& snp : snps) {
        expected = std::max(expected, square_of_correlation(snp, rest_of(permuted, w)));
      }
      EXPECT_NEAR(largest[static_cast<std::size_t>(k)], expected, 1e-11) << lambda << " " << k;
    }
  }
}

TEST(PermutationTest, HoldsForEveryChunkAndPermutationCount) {
  const BackendScope scope("reference");
  Data data(30, 2, 20, kSeed);
  const PermutationTest test(data.model(), data.eigen.vectors, 1, 50, kSeed);
  const Array x = data.rotated();
  const std::vector<double> whole = largest_of(test, x, 50);
  std::vector<double> parts(50);
  for (std::int64_t first = 0; first < 20; first += 6) {
    test.test(contiguous(x.slice({{first, std::min<std::int64_t>(first + 6, 20), 1}})), parts);
  }
  EXPECT_EQ(parts, whole);
  const PermutationTest more(data.model(), data.eigen.vectors, 1, 400, kSeed);
  std::vector<double> first_of_more = largest_of(more, x, 400);
  first_of_more.resize(50);
  EXPECT_EQ(first_of_more, whole);
  const PermutationTest other(data.model(), data.eigen.vectors, 1, 50, kSeed + 1);
  EXPECT_NE(largest_of(other, x, 50), whole);
}

TEST(PermutationTest, ASnpThatIsACovariateSaysNothing) {
  const BackendScope scope("reference");
  Data data(30, 2, 3, kSeed);
  data.x = concat({data.x, transpose(data.design)}, 0);
  const PermutationTest test(data.model(), data.eigen.vectors, 1, 10, kSeed);
  std::vector<double> largest(10);
  const std::vector<double> observed = test.test(data.rotated(), largest);
  EXPECT_TRUE(std::isfinite(observed[2]));
  EXPECT_TRUE(std::isnan(observed[3]));
  EXPECT_TRUE(std::isnan(observed[4]));
  data.x = data.x.slice({{0, 3, 1}});
  EXPECT_EQ(largest, largest_of(test, data.rotated(), 10));
}

TEST(PermutationTest, RefusesWhatMakesNoSense) {
  Data data(20, 1, 1, kSeed);
  EXPECT_THROW(PermutationTest(data.model(), data.eigen.vectors, std::nan(""), 1, 1), ValueError);
  EXPECT_THROW(PermutationTest(data.model(), data.eigen.vectors, 1, -1, 1), ValueError);
}

// Without effects, how many permutations reach the largest statistic of a scan is uniform. The
// lambda of each data set is fitted, as in a run.
TEST(PermutationTest, PValuesOfAScanAreUniformUnderTheNull) {
  constexpr int kSets = 200, kCount = 99;
  const std::uint64_t seed = std::random_device()();
  RecordProperty("seed", std::to_string(seed));
  std::vector<double> p;
  Data data(60, 2, 40, seed);
  for (int set = 0; set < kSets; ++set) {
    data.draw_phenotype(2);
    const RotatedModel model = data.model();
    const NullModel null =
        fit_null_model(model.columns, lambda_grid({}, model.columns.largest_eigenvalue()));
    const PermutationTest test(model, data.eigen.vectors, null.reml.lambda, kCount,
                               seed + static_cast<std::uint64_t>(set));
    std::vector<double> largest(kCount);
    const double observed = std::ranges::max(test.test(data.rotated(), largest));
    const auto reached =
        std::ranges::count_if(largest, [&](double value) { return value >= observed; });
    p.push_back(static_cast<double>(reached + 1) / (kCount + 1));
  }
  std::ranges::sort(p);
  double distance = 0;
  for (int i = 0; i < kSets; ++i) {
    distance = std::max({distance, std::abs(p[static_cast<std::size_t>(i)] - (i + 1.0) / kSets),
                         std::abs(p[static_cast<std::size_t>(i)] - 1.0 * i / kSets)});
  }
  // Kolmogorov's test: sqrt(200) D exceeds 2.23 once in 10,000 runs; the p values are multiples of
  // 0.01, which adds as much.
  EXPECT_LT(distance, 2.23 / std::sqrt(kSets) + 0.01) << "seed " << seed;
}

TEST(PermutationThreshold, OrderStatistics) {
  std::vector<double> smallest;
  for (int i = 99; i >= 1; --i) smallest.push_back(i / 100.0);
  const PermutationThreshold t = permutation_threshold(smallest, 0.05);
  EXPECT_DOUBLE_EQ(t.p, 0.05);  // the fifth of 99: 5 / (99 + 1)
  // Binomial(99, 0.05) is at least 1 and at most 10 with probability 0.975 each.
  EXPECT_DOUBLE_EQ(t.low, 0.01);
  EXPECT_DOUBLE_EQ(t.high, 0.11);
  EXPECT_TRUE(std::isnan(permutation_threshold(std::span(smallest).first(9), 0.05).p));
}

// For SNPs that do not know of each other, Sidak's threshold is exact.
TEST(PermutationThreshold, IsSidaksForIndependentSnps) {
  constexpr std::int64_t kSnps = 300, kCount = 2000;
  Data data(120, 1, kSnps, kSeed);
  const PermutationTest test(data.model(), data.eigen.vectors, 1, kCount, kSeed);
  std::vector<double> smallest = largest_of(test, data.rotated(), kCount);
  for (double& value : smallest) value = correlation_p(value, test.dof());
  for (const double level : {0.01, 0.05, 0.1}) {
    const double sidak = 1 - std::pow(1 - level, 1.0 / kSnps);
    const PermutationThreshold t = permutation_threshold(smallest, level);
    EXPECT_LT(t.low, t.p);
    EXPECT_LT(t.p, t.high);
    // Four standard deviations of a share of 2,000, where the interval has two of them.
    EXPECT_GT(sidak, t.p - 2 * (t.p - t.low)) << level;
    EXPECT_LT(sidak, t.p + 2 * (t.high - t.p)) << level;
  }
}

}  // namespace
}  // namespace loom::gwas
