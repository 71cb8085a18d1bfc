#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "loom/gwas/model/weighted_sums.h"
#include "loom/gwas/model/weighted_sums_kernel.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

using ::testing::ContainerEq;

struct Columns {
  std::vector<double> eigenvalues;
  std::vector<double> covariates;
  std::vector<double> phenotype;
  std::vector<double> snp;  // k columns of n

  Columns(std::int64_t n, std::int64_t c, std::uint64_t seed, std::int64_t k = 1)
      : eigenvalues(n), covariates(n * c), phenotype(n), snp(n * k) {
    std::mt19937_64 generator(seed);
    std::normal_distribution<double> normal;
    for (double& d : eigenvalues) d = std::exp(3.0 * normal(generator));
    eigenvalues[0] = 0.0;
    for (auto* column : {&covariates, &phenotype, &snp}) {
      for (double& value : *column) value = normal(generator);
    }
  }

  ModelColumns model() const { return ModelColumns(eigenvalues, covariates, phenotype); }
  std::int64_t samples() const { return std::ssize(eigenvalues); }
  std::int64_t covariate_count() const { return std::ssize(covariates) / samples(); }
  std::int64_t snp_columns() const { return std::ssize(snp) / samples(); }

  // Covariates, phenotype, the SNP's columns.
  const double* column(std::int64_t j) const {
    const std::int64_t c = covariate_count();
    if (j < c) return covariates.data() + j * samples();
    return j == c ? phenotype.data() : snp.data() + (j - c - 1) * samples();
  }
};

// The sums from their definition in extended precision, and beside each the sum of the magnitudes
// of its terms, which its rounding is proportional to.
struct Expected {
  std::vector<double> sums;
  std::vector<double> magnitudes;
};

Expected expected_sums(const Columns& columns, double lambda, std::int64_t orders, bool of_snp) {
  const std::int64_t nulls = columns.covariate_count() + 1;
  const std::int64_t m = of_snp ? nulls + columns.snp_columns() : nulls;
  Expected out;
  const auto add = [&](auto term) {
    long double sum = 0;
    long double magnitude = 0;
    for (std::int64_t i = 0; i < columns.samples(); ++i) {
      const long double d = columns.eigenvalues[i];
      const long double value = term(i, d, 1 / (lambda * d + 1));
      sum += value;
      magnitude += std::abs(value);
    }
    out.sums.push_back(static_cast<double>(sum));
    out.magnitudes.push_back(static_cast<double>(magnitude));
  };
  for (std::int64_t order = 0; order < orders; ++order) {
    for (std::int64_t a = of_snp ? nulls : 0; a < m; ++a) {
      for (std::int64_t b = of_snp ? 0 : a; b < m; ++b) {
        const double* left = columns.column(a);
        const double* right = columns.column(b);
        add([&](std::int64_t i, long double d, long double h) {
          return h * std::pow(d * h, static_cast<long double>(order)) * left[i] * right[i];
        });
      }
    }
  }
  if (of_snp) return out;
  add([](std::int64_t, long double d, long double h) { return d * h; });
  add([](std::int64_t, long double d, long double h) { return d * h * d * h; });
  add([](std::int64_t, long double, long double h) { return -std::log(h); });
  out.magnitudes.back() +=
      static_cast<double>(columns.samples());  // lambda d + 1 is rounded, however small the sum
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
  EXPECT_EQ(null_sums_size(4, 2), 2 * 15 + 3);
}

TEST(WeightedSums, OfASnpAgreeWithTheirDefinition) {
  for (const std::int64_t n : {1, 7, 8, 31, 32, 33, 256, 300, 513}) {
    for (const std::int64_t c : {0, 1, 2, 3, 4, 13}) {
      for (const std::int64_t k : {1, 2, 4}) {
        for (const std::int64_t orders : {1, 2, 3}) {
          for (const double lambda : {0.0, 1e-5, 0.7, 1e5}) {
            SCOPED_TRACE(testing::Message() << "n " << n << ", c " << c << ", k " << k
                                            << ", orders " << orders << ", lambda " << lambda);
            const Columns columns(n, c, 17 * n + c, k);
            std::vector<double> sums(snp_sums_size(c, k, orders));
            run_sums_kernel({columns.model(), columns.snp.data(), k, lambda, orders, sums.data()});
            expect_sums(sums, expected_sums(columns, lambda, orders, true));
          }
        }
      }
    }
  }
}

TEST(WeightedSums, OfTheModelAgreeWithTheirDefinition) {
  for (const std::int64_t n : {1, 100, 300}) {
    for (const std::int64_t c : {0, 1, 4, 14}) {
      SCOPED_TRACE(testing::Message() << "n " << n << ", c " << c);
      const Columns columns(n, c, 5 + c);
      std::vector<double> sums(null_sums_size(c, 3));
      null_weighted_sums(columns.model(), 0.3, 3, sums.data());
      expect_sums(sums, expected_sums(columns, 0.3, 3, false));
    }
  }
}

TEST(WeightedSums, HaveTheSameBitsForEveryInstructionSet) {
  for (const std::int64_t c : {1, 2, 13}) {
    for (const std::int64_t k : {0, 1, 2}) {
      for (const std::int64_t orders : {1, 2, 3}) {
        SCOPED_TRACE(testing::Message() << "c " << c << ", k " << k << ", orders " << orders);
        const Columns columns(333, c, 99 + c, k);
        const ModelColumns model = columns.model();
        std::vector<double> best(k == 0 ? null_sums_size(c, orders) : snp_sums_size(c, k, orders));
        run_sums_kernel({model, columns.snp.data(), k, 1.7, orders, best.data()});
        for (const SumsKernel kernel : usable_sums_kernels()) {
          std::vector<double> sums(best.size());
          kernel({model, columns.snp.data(), k, 1.7, orders, sums.data()});
          EXPECT_THAT(sums, ContainerEq(best));
        }
      }
    }
  }
}

TEST(WeightedSums, TakeASnpAtAnyAddress) {
  const Columns columns(70, 1, 3);
  std::vector<double> expected(snp_sums_size(1, 1, 3));
  run_sums_kernel({columns.model(), columns.snp.data(), 1, 2.0, 3, expected.data()});
  for (std::size_t offset = 0; offset < 8; ++offset) {
    std::vector<double> shifted(offset, 1e300);
    shifted.insert(shifted.end(), columns.snp.begin(), columns.snp.end());
    std::vector<double> sums(expected.size());
    run_sums_kernel({columns.model(), shifted.data() + offset, 1, 2.0, 3, sums.data()});
    EXPECT_THAT(sums, ContainerEq(expected)) << offset;
  }
}

TEST(WeightedSums, LogDeterminantNeitherOverflowsNorLosesItsMantissa) {
  constexpr std::int64_t kSamples = 1000;
  const std::vector<double> eigenvalues(kSamples, 3e32);
  const std::vector<double> ones(kSamples, 1.0);
  const ModelColumns model(eigenvalues, ones, ones);
  std::vector<double> sums(null_sums_size(1, 1));
  null_weighted_sums(model, 1e5, 1, sums.data());
  const double expected = kSamples * std::log(3e37);
  EXPECT_NEAR(sums.back(), expected, 1e-13 * expected);
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
