#include "loom/gwas/output/diagnostics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(GenomicInflation, IsOneForUniformValues) {
  std::vector<double> p;
  for (int i = 0; i < 1001; ++i) p.push_back((i + 0.5) / 1001);
  EXPECT_NEAR(genomic_inflation(p), 1, 1e-12);  // the median is 0.5, up to rounding
  p.push_back(kNan);
  EXPECT_NEAR(genomic_inflation(p), 1, 1e-12);
}

TEST(GenomicInflation, OfKnownQuantiles) {
  // chi^2_1 exceeds 3.841459 with probability 0.05; the median is 0.4549364 (tables).
  EXPECT_NEAR(genomic_inflation(std::vector{0.05}), 3.841459 / 0.4549364, 1e-5);
  EXPECT_NEAR(genomic_inflation(std::vector{0.05, 0.5}), (3.841459 / 0.4549364 + 1) / 2, 1e-5);
  EXPECT_TRUE(std::isnan(genomic_inflation(std::vector{kNan})));
  EXPECT_THROW(genomic_inflation(std::vector{1.5}), ValueError);
}

TEST(QuantilePlot, PutsTheSmallestFirst) {
  const QuantilePlot plot = quantile_plot(std::vector{0.1, kNan, 0.001, 1.0, 0.0});
  const auto observed = plot.observed.span<const double>();
  ASSERT_EQ(observed.size(), 4u);
  EXPECT_NEAR(observed[0], 323.306, 1e-3);  // the smallest positive double
  EXPECT_NEAR(observed[1], 3, 1e-12);
  EXPECT_NEAR(observed[2], 1, 1e-12);
  EXPECT_EQ(observed[3], 0);
  EXPECT_FALSE(std::signbit(observed[3]));
  EXPECT_NEAR(plot.expected.at<double>({0}), -std::log10(0.125), 1e-12);
}

TEST(QuantilePlot, TheBandIsThatOfOrderStatistics) {
  // The smallest of m uniform numbers is below x with probability 1 - (1 - x)^m, the largest with
  // x^m.
  const std::vector<double> p(100, 0.5);
  const QuantilePlot plot = quantile_plot(p, 0.9);
  const auto lower = plot.band_lower.span<const double>(),
             upper = plot.band_upper.span<const double>();
  EXPECT_NEAR(upper.front(), -std::log10(1 - std::pow(0.95, 0.01)), 1e-9);
  EXPECT_NEAR(lower.front(), -std::log10(1 - std::pow(0.05, 0.01)), 1e-9);
  EXPECT_NEAR(upper.back(), -std::log10(std::pow(0.05, 0.01)), 1e-9);
  EXPECT_NEAR(plot.band_expected.span<const double>().back(), -std::log10(0.995), 1e-12);
  EXPECT_THROW(quantile_plot(p, 1), ValueError);
}

TEST(QuantilePlot, OfNothingIsEmpty) {
  const QuantilePlot plot = quantile_plot({});
  EXPECT_EQ(plot.observed.size(), 0);
  EXPECT_EQ(plot.band_lower.size(), 0);
}

}  // namespace
}  // namespace loom::gwas
