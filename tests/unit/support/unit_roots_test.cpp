#include "loom/support/unit_roots.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>

namespace loom {
namespace {

TEST(UnitRoots, AreWithinHalfAnUlpOfOne) {
  for (std::int64_t n : {1, 2, 3, 7, 8, 12, 100, 1009, 4096}) {
    const UnitRoots roots(n);
    for (std::int64_t k = 0; k < n; ++k) {
      const long double angle = 2 * std::numbers::pi_v<long double> * k / n;
      const std::complex<double> root = roots.get<double>(k);
      // Half an ulp at 1, and the error of the long double angle near 2 pi.
      const double bound = 0x1p-54 + 1e-18;
      EXPECT_NEAR(static_cast<double>(root.real() - std::cos(angle)), 0, bound) << k << "/" << n;
      EXPECT_NEAR(static_cast<double>(root.imag() + std::sin(angle)), 0, bound) << k << "/" << n;
    }
  }
}

TEST(UnitRoots, QuarterTurnsAreExact) {
  for (std::int64_t n : {4, 20, 4096}) {
    const UnitRoots roots(n);
    EXPECT_EQ(roots.get<double>(0), std::complex<double>(1, 0));
    EXPECT_EQ(roots.get<double>(n / 4), std::complex<double>(0, -1));
    EXPECT_EQ(roots.get<double>(n / 2), std::complex<double>(-1, 0));
    EXPECT_EQ(roots.get<float>(3 * n / 4), std::complex<float>(0, 1));
  }
}

}  // namespace
}  // namespace loom
