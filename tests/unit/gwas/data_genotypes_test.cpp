#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "data_fixture.h"
#include "loom/gwas/genotypes/genotype_counts.h"
#include "loom/gwas/genotypes/hwe.h"
#include "loom/gwas/genotypes/snp_filter.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;

std::vector<std::uint8_t> packed_row(const std::string& genotypes) {
  const std::string bytes = pack({genotypes});
  return {bytes.begin(), bytes.end()};
}

TEST(SampleSubset, CountsAndDecodesAsOneByOne) {
  constexpr std::uint64_t kSeed = 11;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  std::mt19937_64 random(kSeed);
  const GenotypeValues values = genotype_values(0.75, 0.25);
  // Sizes around the ends of bytes and of words.
  for (const std::int64_t n : {1, 3, 4, 5, 31, 32, 33, 63, 64, 65, 257}) {
    for (const int keep_of_4 : {1, 3, 4}) {
      std::string genotypes;
      std::vector<std::int64_t> samples;
      GenotypeCounts expected;
      std::vector<double> expected_values;
      for (std::int64_t i = 0; i < n; ++i) {
        genotypes += "012?"[random() % 4];
        if (static_cast<int>(random() % 4) >= keep_of_4) continue;
        samples.push_back(i);
        switch (genotypes.back()) {
          case '0':
            ++expected.zero;
            expected_values.push_back(-0.25);
            break;
          case '1':
            ++expected.one;
            expected_values.push_back(0.75);
            break;
          case '2':
            ++expected.two;
            expected_values.push_back(1.75);
            break;
          default:
            ++expected.missing;
            expected_values.push_back(0.5);
        }
      }
      auto row = packed_row(genotypes);
      // What stands after the last sample must not matter.
      if (n % 4 != 0) row.back() |= static_cast<std::uint8_t>(0xff << 2 * (n % 4));
      const SampleSubset subset(n, samples);
      EXPECT_EQ(subset.count(row), expected) << n << " samples, " << samples.size() << " kept";
      std::vector<double> decoded(samples.size() + 1, 99);
      subset.decode(row, values, decoded.data());
      expected_values.push_back(99);  // nothing is written behind the end
      EXPECT_EQ(decoded, expected_values) << n << " samples, " << samples.size() << " kept";
    }
  }
}

TEST(SampleSubset, RefusesWhatIsNotASubset) {
  EXPECT_THAT(
      [] {
        SampleSubset(3, {1, 1});
      },
      throws_ending<ValueError>("[samples] a subset of 3 samples must list them in ascending "
                                "order: 1 after 1"));
  EXPECT_THROW(SampleSubset(3, {2, 0}), ValueError);
  EXPECT_THROW(SampleSubset(3, {3}), ValueError);
  EXPECT_THROW(SampleSubset(3, {-1}), ValueError);
}

TEST(GenotypeCounts, FrequencyLeavesOutTheMissing) {
  const GenotypeCounts counts{.two = 1, .one = 2, .zero = 5, .missing = 100};
  EXPECT_EQ(counts.observed(), 8);
  EXPECT_EQ(counts.total(), 108);
  EXPECT_EQ(counts.allele1_frequency(), 0.25);
  EXPECT_TRUE(std::isnan(GenotypeCounts{.missing = 3}.allele1_frequency()));
}

/// The test from its definition: factorials of every possible number of heterozygotes.
double hardy_weinberg_by_definition(const GenotypeCounts& counts) {
  const std::int64_t n = counts.observed();
  const std::int64_t a = counts.allele1_copies();
  const std::int64_t b = 2 * n - a;
  const auto log_factorial = [](std::int64_t k) { return std::lgamma(static_cast<double>(k) + 1); };
  const auto log_probability = [&](std::int64_t het) {
    return log_factorial(n) - log_factorial((a - het) / 2) - log_factorial(het) -
           log_factorial((b - het) / 2) + static_cast<double>(het) * std::log(2.0) +
           log_factorial(a) + log_factorial(b) - log_factorial(2 * n);
  };
  double p = 0;
  for (std::int64_t het = a % 2; het <= std::min(a, b); het += 2) {
    const double probability = log_probability(het);
    if (probability <= log_probability(counts.one) + 1e-9) p += std::exp(probability);
  }
  return p;
}

TEST(HardyWeinberg, AgreesWithTheDefinition) {
  for (std::int64_t two = 0; two <= 8; ++two) {
    for (std::int64_t one = 0; one <= 12; ++one) {
      for (const std::int64_t zero : {0, 1, 2, 7, 40}) {
        const GenotypeCounts counts{two, one, zero, 3};
        if (counts.observed() == 0) continue;
        // The definition goes through logarithms of up to 200, with an error of 200 * 2^-53 each.
        EXPECT_NEAR(hardy_weinberg_p(counts), hardy_weinberg_by_definition(counts), 1e-11)
            << two << " " << one << " " << zero;
      }
    }
  }
}

TEST(HardyWeinberg, GivesThePublishedValue) {
  EXPECT_NEAR(hardy_weinberg_p({14, 57, 50, 0}), 0.842279756570793, 1e-13);
}

TEST(HardyWeinberg, SurvivesExtremes) {
  EXPECT_EQ(hardy_weinberg_p({0, 0, 0, 5}), 1);
  EXPECT_EQ(hardy_weinberg_p({0, 0, 9, 0}), 1);
  // Half of a million of either homozygote and none between: below the range of a double.
  EXPECT_EQ(hardy_weinberg_p({500'000, 0, 500'000, 0}), 0);
  EXPECT_EQ(hardy_weinberg_p({0, 1'000'000, 0, 0}), 0);
  // As expected by the law, exactly.
  EXPECT_EQ(hardy_weinberg_p({250'000, 500'000, 250'000, 0}), 1);
}

SnpVerdict verdict(const GenotypeCounts& counts, const SnpThresholds& thresholds) {
  return judge(summary_of(counts), thresholds).verdict;
}

TEST(Judge, AppliesTheFiltersInOrder) {
  // 100 samples; each fails the filter named and passes, or is not reached by, all before it.
  const SnpThresholds thresholds{.min_hwe_p = 0.001};
  EXPECT_EQ(verdict({0, 0, 0, 100}, thresholds), SnpVerdict::missing);
  EXPECT_EQ(verdict({0, 0, 94, 6}, thresholds), SnpVerdict::missing);
  EXPECT_EQ(verdict({0, 0, 95, 5}, thresholds), SnpVerdict::frequency);
  EXPECT_EQ(verdict({100, 0, 0, 0}, thresholds), SnpVerdict::frequency);
  EXPECT_EQ(verdict({0, 100, 0, 0}, thresholds), SnpVerdict::monomorphic);
  EXPECT_EQ(verdict({50, 0, 50, 0}, thresholds), SnpVerdict::hardy_weinberg);
  EXPECT_EQ(verdict({25, 50, 25, 0}, thresholds), SnpVerdict::kept);
}

TEST(Judge, BoundsThemselvesPass) {
  EXPECT_EQ(verdict({30, 40, 25, 5}, {}), SnpVerdict::kept);  // exactly 5 % missing
  EXPECT_EQ(verdict({0, 2, 98, 0}, {}), SnpVerdict::kept);    // a frequency of exactly 0.01
  EXPECT_EQ(verdict({98, 2, 0, 0}, {}), SnpVerdict::kept);    // 0.99
  EXPECT_EQ(verdict({0, 1, 99, 0}, {}), SnpVerdict::frequency);
  EXPECT_EQ(verdict({99, 1, 0, 0}, {}), SnpVerdict::frequency);
}

TEST(Judge, PopulationFiltersCanBeOff) {
  const SnpThresholds off{.min_hwe_p = 0.001, .population_filters = false};
  EXPECT_EQ(verdict({0, 1, 99, 0}, off), SnpVerdict::kept);
  EXPECT_EQ(verdict({50, 0, 50, 0}, off), SnpVerdict::kept);
  EXPECT_EQ(verdict({0, 0, 100, 0}, off), SnpVerdict::monomorphic);
  EXPECT_EQ(verdict({0, 0, 94, 6}, off), SnpVerdict::missing);
}

TEST(Judge, AllMissingIsMonomorphicWhereMissingIsAllowed) {
  EXPECT_EQ(verdict({0, 0, 0, 10}, {.max_missing = 1}), SnpVerdict::monomorphic);
}

TEST(CovariateFit, IsOneInTheSpanAndZeroAcrossIt) {
  const CovariateFit fit({4, 2, {1, 0, 1, 1, 1, 2, 1, 3}});
  EXPECT_TRUE(fit.applies());
  const double inside[] = {5, 3, 1, -1};
  const double across[] = {1, -1, -1, 1};
  // A handful of operations on small integers: a few units in the last place.
  EXPECT_NEAR(fit.r2(inside), 1, 1e-14);
  EXPECT_NEAR(fit.r2(across), 0, 1e-14);
}

TEST(CovariateFit, IsNotCentred) {
  const CovariateFit intercept({4, 1, {1, 1, 1, 1}});
  EXPECT_FALSE(intercept.applies());
  const double x[] = {2, 1, 1, 0};  // (sum x)^2 / (n sum x^2) = 16 / 24
  EXPECT_NEAR(intercept.r2(x), 2.0 / 3, 1e-15);
}

TEST(CovariateFit, RefusesASingularDesign) {
  EXPECT_THROW(CovariateFit({3, 2, {1, 1, 1, 1, 1, 1}}), LinAlgError);
}

TEST(FilterReport, CountsEachVerdict) {
  FilterReport report;
  for (const SnpVerdict verdict :
       {SnpVerdict::kept, SnpVerdict::collinear, SnpVerdict::kept, SnpVerdict::not_listed}) {
    report.add(verdict);
  }
  EXPECT_EQ(report.kept(), 2);
  EXPECT_EQ(report.count(SnpVerdict::collinear), 1);
  EXPECT_EQ(report.count(SnpVerdict::missing), 0);
  EXPECT_EQ(report.total(), 4);
  EXPECT_EQ(name(SnpVerdict::collinear), "collinearity with covariates");
}

}  // namespace
}  // namespace loom::gwas
