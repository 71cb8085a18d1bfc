#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "loom/gwas/model/p_values.h"

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

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
    EXPECT_NEAR(f_test(f, dof).p, p, 1e-12 * p) << f << " " << dof;
    EXPECT_NEAR(f_test(f, dof).log10p, -std::log10(p), 1e-12) << f << " " << dof;
  }
}

// log10 of the tail of F(1, dof) by the power series of the incomplete beta function in extended
// precision, all of whose terms are positive:
// I_x(a, 1/2) = x^a (1-x)^(1/2) / (a B(a, 1/2)) sum over n of (a+1/2)_n / (a+1)_n x^n.
long double series_log10(long double f, long double dof) {
  const long double a = dof / 2, x = dof / (dof + f);
  long double term = 1, sum = 1;
  for (int n = 0; term > 1e-22L * sum && n < 10'000'000; ++n) {
    term *= (a + 0.5L + n) / (a + 1 + n) * x;
    sum += term;
  }
  const long double log_beta = std::lgammal(a) + std::lgammal(0.5L) - std::lgammal(a + 0.5L);
  const long double log_tail =
      -a * std::log1pl(f / dof) + 0.5L * std::log(f / (dof + f)) - std::log(a) - log_beta;
  return (log_tail + std::log(sum)) / std::numbers::ln10_v<long double>;
}

TEST(FTest, KnowsTheLogarithmOfAnyTail) {
  for (const double dof : {1.0, 2.0, 7.0, 30.0, 100.0, 1407.0, 5e4, 1e6}) {
    for (const double f : {0.5, 10.0, 100.0, 1400.0, 2000.0, 1e4, 1e5, 1e6, 1e30}) {
      if (dof > 1e5 && f < 1) continue;  // the series would take a hundred million terms
      const double expected = static_cast<double>(-series_log10(f, dof));
      const PValue found = f_test(f, dof);
      // lgammal of a million leaves 1e-13 of the 1e7 that it is about.
      EXPECT_NEAR(found.log10p, expected, 1e-13 * expected + (dof > 1e5 ? 1e-11 : 1e-12))
          << "f " << f << ", dof " << dof;
      if (expected > 330.0) {
        EXPECT_EQ(found.p, 0.0);
      }
    }
  }
}

TEST(FTest, LogarithmsJoinWhereTheWayChanges) {
  double before = 0.0;
  for (double f = 1500.0; f < 2500.0; f *= 1.001) {  // p passes 1e-290
    const double now = f_test(f, 100000.0).log10p;
    EXPECT_GT(now, before);
    before = now;
  }
  const PValue above = f_test(1331.30, 1e5), below = f_test(1331.32, 1e5);
  EXPECT_NEAR(below.log10p - above.log10p, 0.01 * std::numbers::log10e, 1e-4);
}

TEST(FTest, EndsWithTheSmallestDoubleOfAll) {
  for (const auto& [f, dof] : {std::pair(1478.3728, 46398.0), {1420.0, 1e5}, {1e5, 297.0}}) {
    const long double log10_p = series_log10(f, dof);
    // A step of the numbers without a leading one, and what 1e-13 of the logarithm makes.
    const double p = static_cast<double>(std::pow(10.0L, log10_p));
    EXPECT_NEAR(f_test(f, dof).p, p, 1e-12 * p + 1e-323) << f << " " << dof;
  }
  EXPECT_GT(f_test(1478.3728, 46398.0).p, 0);
  EXPECT_LT(f_test(1478.3728, 46398.0).p, std::numeric_limits<double>::min());
}

TEST(FTest, EdgesAreNotErrors) {
  EXPECT_EQ(f_test(0.0, 10.0).p, 1.0);
  EXPECT_EQ(f_test(-1e-9, 10.0).p, 1.0);
  EXPECT_EQ(f_test(-1e-9, 10.0).log10p, 0.0);
  EXPECT_EQ(f_test(kInfinity, 10.0).p, 0.0);
  EXPECT_EQ(f_test(kInfinity, 10.0).log10p, kInfinity);
  EXPECT_GE(f_test(5e-324, 1407.0).p, 0.999);
  EXPECT_FALSE(std::signbit(f_test(5e-324, 1407.0).log10p));
  for (const PValue none : {f_test(kNaN, 10.0), f_test(1.0, 0.0), f_test(1.0, kNaN)}) {
    EXPECT_TRUE(std::isnan(none.p) && std::isnan(none.log10p));
  }
}

TEST(ChiSquareTest, KnowsItsTail) {
  EXPECT_NEAR(chi2_test(0.5).p, 0.47950012218695346, 1e-15);
  EXPECT_NEAR(chi2_test(1000.0).p, 1.7958327848007262e-219, 1e-12 * 1.8e-219);
  EXPECT_NEAR(chi2_test(50.0).p, 1.5374597944280349e-12, 1e-26);
  EXPECT_NEAR(chi2_test(50.0).log10p, -std::log10(1.5374597944280349e-12), 1e-13);
}

// log10 erfc(sqrt(x / 2)) by the continued fraction of erfc in extended precision.
long double fraction_log10(long double x) {
  const long double z = std::sqrt(x / 2);
  long double fraction = z;
  for (int i = 2000; i >= 1; --i) fraction = z + 0.5L * i / fraction;
  return (-x / 2 - std::log(fraction) - 0.5L * std::log(std::numbers::pi_v<long double>)) /
         std::numbers::ln10_v<long double>;
}

TEST(ChiSquareTest, KnowsTheLogarithmOfAnyTail) {
  for (const double x : {20.0, 1000.0, 1320.0, 1328.0, 1340.0, 1500.0, 1e4, 1e6, 1e10}) {
    const double expected = static_cast<double>(-fraction_log10(x));
    EXPECT_NEAR(chi2_test(x).log10p, expected, 1e-13 * expected) << x;
  }
}

TEST(ChiSquareTest, EdgesAreNotErrors) {
  EXPECT_EQ(chi2_test(0.0).p, 1.0);
  EXPECT_EQ(chi2_test(-2.0).p, 1.0);
  EXPECT_EQ(chi2_test(-2.0).log10p, 0.0);
  EXPECT_EQ(chi2_test(kInfinity).p, 0.0);
  EXPECT_EQ(chi2_test(kInfinity).log10p, kInfinity);
  EXPECT_TRUE(std::isnan(chi2_test(kNaN).p) && std::isnan(chi2_test(kNaN).log10p));
}

}  // namespace
}  // namespace loom::gwas
