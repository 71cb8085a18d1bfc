#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "loom/gwas/weighted_sums.h"
#include "loom/gwas/weighted_sums_kernel.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

using ::testing::ContainerEq;

struct Columns {
  std::vector<double> eigenvalues;
  std::vector<double> covariates;
  std::vector<double> phenotype;
  std::vector<double> snp;

  Columns(std::int64_t n, std::int64_t c, std::uint64_t seed)
      : eigenvalues(n), covariates(n * c), phenotype(n), snp(n) {
    std::mt19937_64 generator(seed);
    std::normal_distribution<double> normal;
    for (double& d : eigenvalues) d = std::exp(3.0 * normal(generator));
    eigenvalues[0] = 0.0;
    for (auto* column : {&covariates, &phenotype, &snp}) {
      for (double& value : *column) value = normal(generator);
    }
  }

  ModelColumns model() const { return ModelColumns(eigenvalues, covariates, phenotype); }

  const double* column(std::int64_t j, bool with_snp) const {
    const std::int64_t n = std::ssize(eigenvalues);
    const std::int64_t c = std::ssize(covariates) / n;
    if (j < c) return covariates.data() + j * n;
    return with_snp && j == c ? snp.data() : phenotype.data();
  }
};

// The sums from their definition in extended precision, and beside each the sum of the magnitudes
// of its terms, which its rounding is proportional to.
struct Expected {
  std::vector<double> sums;
  std::vector<double> magnitudes;
};

Expected expected_sums(const Columns& columns, double lambda, std::int64_t orders, bool with_snp) {
  const std::int64_t n = std::ssize(columns.eigenvalues);
  const std::int64_t m = std::ssize(columns.covariates) / n + (with_snp ? 2 : 1);
  Expected out;
  const auto add = [&](auto term) {
    long double sum = 0;
    long double magnitude = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      const long double d = columns.eigenvalues[i];
      const long double value = term(i, d, 1 / (lambda * d + 1));
      sum += value;
      magnitude += std::abs(value);
    }
    out.sums.push_back(static_cast<double>(sum));
    out.magnitudes.push_back(static_cast<double>(magnitude));
  };
  for (std::int64_t order = 0; order < orders; ++order) {
    for (std::int64_t a = 0; a < m; ++a) {
      for (std::int64_t b = a; b < m; ++b) {
        const double* left = columns.column(a, with_snp);
        const double* right = columns.column(b, with_snp);
        add([&](std::int64_t i, long double d, long double h) {
          return h * std::pow(d * h, static_cast<long double>(order)) * left[i] * right[i];
        });
      }
    }
  }
  add([](std::int64_t, long double d, long double h) { return d * h; });
  add([](std::int64_t, long double d, long double h) { return d * h * d * h; });
  add([](std::int64_t, long double, long double h) { return -std::log(h); });
  out.magnitudes.back() +=
      static_cast<double>(n);  // lambda d + 1 is rounded, however small the sum
  return out;
}

void expect_sums(const std::vector<double>& actual, const Expected& expected) {
  ASSERT_EQ(actual.size(), expected.sums.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    // A chain of n/8 additions and at most ten operations per term: far below 1e-13 of the
    // magnitudes for the n here.
    EXPECT_NEAR(actual[i], expected.sums[i], 1e-13 * expected.magnitudes[i]) << "sum " << i;
  }
}

TEST(WeightedSums, PairsAreNumberedRowByRow) {
  std::int64_t next = 0;
  for (std::int64_t a = 0; a < 5; ++a) {
    for (std::int64_t b = a; b < 5; ++b) EXPECT_EQ(pair_index(5, a, b), next++);
  }
  EXPECT_EQ(next, pair_count(5));
  EXPECT_EQ(sums_size(5, 2), 2 * 15 + 3);
}

TEST(WeightedSums, AgreeWithTheirDefinition) {
  for (const std::int64_t n : {1, 7, 8, 31, 32, 33, 257}) {
    for (const std::int64_t c : {0, 1, 2, 3, 13}) {  // 13 covariates take two passes
      for (const std::int64_t orders : {1, 2, 3}) {
        for (const double lambda : {0.0, 1e-5, 0.7, 1e5}) {
          SCOPED_TRACE("n " + std::to_string(n) + ", c " + std::to_string(c) + ", orders " +
                       std::to_string(orders) + ", lambda " + std::to_string(lambda));
          const Columns columns(n, c, 17 * n + c);
          std::vector<double> sums(sums_size(c + 2, orders));
          weighted_sums(columns.model(), columns.snp.data(), lambda, orders, sums.data());
          expect_sums(sums, expected_sums(columns, lambda, orders, true));
        }
      }
    }
  }
}

TEST(WeightedSums, WithoutASnpAgreeWithTheirDefinition) {
  for (const std::int64_t c : {0, 1, 4, 14}) {
    SCOPED_TRACE("c " + std::to_string(c));
    const Columns columns(100, c, 5 + c);
    std::vector<double> sums(sums_size(c + 1, 3));
    null_weighted_sums(columns.model(), 0.3, 3, sums.data());
    expect_sums(sums, expected_sums(columns, 0.3, 3, false));
  }
}

TEST(WeightedSums, HaveTheSameBitsForEveryInstructionSet) {
  for (const std::int64_t c : {1, 2, 13}) {
    for (const std::int64_t orders : {1, 2, 3}) {
      SCOPED_TRACE("c " + std::to_string(c) + ", orders " + std::to_string(orders));
      const Columns columns(333, c, 99 + c);
      const ModelColumns model = columns.model();
      std::vector<double> best(sums_size(c + 2, orders));
      weighted_sums(model, columns.snp.data(), 1.7, orders, best.data());
      for (const SumsKernel kernel : usable_sums_kernels()) {
        std::vector<double> sums(best.size());
        kernel({model.block(0), 333, c + 2, columns.snp.data(), 1.7, orders, sums.data()});
        EXPECT_THAT(sums, ContainerEq(best));
      }
    }
  }
}

TEST(WeightedSums, TakeASnpAtAnyAddress) {
  const Columns columns(70, 1, 3);
  std::vector<double> expected(sums_size(3, 3));
  weighted_sums(columns.model(), columns.snp.data(), 2.0, 3, expected.data());
  for (std::size_t offset = 0; offset < 8; ++offset) {
    std::vector<double> shifted(offset, 1e300);
    shifted.insert(shifted.end(), columns.snp.begin(), columns.snp.end());
    std::vector<double> sums(expected.size());
    weighted_sums(columns.model(), shifted.data() + offset, 2.0, 3, sums.data());
    EXPECT_THAT(sums, ContainerEq(expected)) << offset;
  }
}

TEST(WeightedSums, LogDeterminantNeitherOverflowsNorLosesItsMantissa) {
  constexpr std::int64_t kSamples = 1000;
  const std::vector<double> eigenvalues(kSamples, 3e32);
  const std::vector<double> ones(kSamples, 1.0);
  const ModelColumns model(eigenvalues, ones, ones);
  std::vector<double> sums(sums_size(2, 1));
  null_weighted_sums(model, 1e5, 1, sums.data());
  const double expected = kSamples * std::log(3e37);
  EXPECT_NEAR(sums.back(), expected, 1e-13 * expected);
}

TEST(WeightedSums, ComposeFromPartsToTheWhole) {
  constexpr std::int64_t kCovariates = 2;
  const Columns columns(50, kCovariates, 8);
  std::vector<double> whole(sums_size(kCovariates + 2, 2));
  weighted_sums(columns.model(), columns.snp.data(), 0.4, 2, whole.data());
  std::vector<double> null_sums(sums_size(kCovariates + 1, 2));
  null_weighted_sums(columns.model(), 0.4, 2, null_sums.data());
  std::vector<double> snp_sums;
  for (std::int64_t order = 0; order < 2; ++order) {
    for (std::int64_t j = 0; j < kCovariates + 2; ++j) {
      const std::int64_t pair =
          pair_index(kCovariates + 2, std::min<std::int64_t>(j, 2), std::max<std::int64_t>(j, 2));
      snp_sums.push_back(whole[order * pair_count(kCovariates + 2) + pair]);
    }
  }
  std::vector<double> composed(whole.size());
  compose_sums(kCovariates, 2, null_sums.data(), snp_sums.data(), composed.data());
  EXPECT_THAT(composed, ContainerEq(whole));
}

TEST(ModelColumns, KnowsItsEigenvalues) {
  const std::vector<double> eigenvalues = {0.0, 1.0, 5.0};
  const std::vector<double> column = {1.0, 2.0, 3.0};
  const ModelColumns model(eigenvalues, column, column);
  EXPECT_EQ(model.largest_eigenvalue(), 5.0);
  EXPECT_EQ(model.mean_eigenvalue(), 2.0);
  EXPECT_EQ(model.samples(), 3);
  EXPECT_EQ(model.covariates(), 1);
}

TEST(ModelColumns, RefusesWhatDoesNotFit) {
  const std::vector<double> three = {1.0, 2.0, 3.0};
  const std::vector<double> four = {1.0, 2.0, 3.0, 4.0};
  const std::vector<double> negative = {1.0, -2.0, 3.0};
  const std::vector<double> nan = {1.0, std::numeric_limits<double>::quiet_NaN(), 3.0};
  EXPECT_THROW(ModelColumns({}, {}, {}), ShapeError);
  EXPECT_THROW(ModelColumns(three, four, three), ShapeError);
  EXPECT_THROW(ModelColumns(three, three, four), ShapeError);
  EXPECT_THROW(ModelColumns(negative, three, three), ValueError);
  EXPECT_THROW(ModelColumns(nan, three, three), ValueError);
  EXPECT_THROW(ModelColumns(three, nan, three), ValueError);
  EXPECT_THROW(ModelColumns(three, three, nan), ValueError);
}

}  // namespace
}  // namespace loom::gwas
