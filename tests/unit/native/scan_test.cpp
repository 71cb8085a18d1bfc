#include <cmath>

#include "loom/ops/reduction.h"
#include "moves.h"

namespace loom::test {
namespace {

constexpr std::uint64_t kSeed = 20240613;
/// Around segments of 256 and blocks of 2048.
constexpr std::int64_t kLengths[] = {0, 1, 2, 255, 256, 257, 2047, 2048, 2049, 5000};

class NativeScan : public testing::Test {
 protected:
  Random random{kSeed};

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, fmt::format("seed {}", kSeed)};
};

TEST_F(NativeScan, IntegersExactly) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    if (is_floating(dtype)) continue;
    for (const std::int64_t length : kLengths) {
      const Array a = random.array({length, 3}, dtype, -100, 100);
      for (const bool initial : {false, true}) {
        ASSERT_TRUE(same_as_reference([&] { return cumulative_sum(a, 0, {}, initial); })) << length;
        ASSERT_TRUE(same_as_reference([&] { return cumulative_prod(a, 0, {}, initial); }))
            << length;
      }
    }
  }
}

TEST_F(NativeScan, RealNumbersToTheLastRounding) {
  for (const DType dtype : {DType::float32, DType::float64, DType::complex64, DType::complex128}) {
    for (const std::int64_t length : kLengths) {
      const Array a = random.array({length}, dtype, -1, 1);
      const auto sums = [&] { return cumulative_sum(a, 0); };
      const std::vector<Wide> result = values_of(by("native", sums));
      const std::vector<Wide> expected = values_of(by("reference", sums));
      // Both add `length` numbers below sqrt(2), of which the partial sums are below `length`.
      const long double bound =
          static_cast<long double>(length) * static_cast<long double>(length) * 0x1p-52L +
          epsilon_of(dtype) * static_cast<long double>(length);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_LE(std::abs(result[i] - expected[i]), bound) << i << " of " << length;
      }
    }
  }
}

TEST_F(NativeScan, TheSameBitsForAnyAxisLayoutAndThreads) {
  for (const DType dtype : {DType::float32, DType::float64, DType::complex128}) {
    const Array a = random.array({3000, 40}, dtype);
    const Array rows = by("native", [&] { return cumulative_sum(a, 0); });
    const Array turned = by("native", [&] { return copy(a.transpose()); });
    const Array lines = by("native", [&] { return cumulative_sum(turned, 1).transpose(); });
    EXPECT_TRUE(same_elements(lines, rows)) << name(dtype);
    const Array strided =
        by("native", [&] { return cumulative_sum(a.transpose(), 1).transpose(); });
    EXPECT_TRUE(same_elements(strided, rows)) << name(dtype);
    const Array line = random.array({300'001}, dtype);
    for (const bool initial : {false, true}) {
      ASSERT_TRUE(same_for_any_threads([&] { return cumulative_sum(line, 0, {}, initial); }));
      ASSERT_TRUE(same_for_any_threads([&] { return cumulative_sum(a, 0, {}, initial); }));
    }
  }
}

TEST_F(NativeScan, NothingComesBackBehindInfinityAndNan) {
  for (const std::int64_t length : {10, 700, 5000}) {
    for (const double special : {INFINITY, -INFINITY, NAN}) {
      const Array a = random.array({length}, DType::float64);
      a.span<double>()[length / 2] = special;
      const Array sums = by("native", [&] { return cumulative_sum(a, 0); });
      for (std::int64_t i = 0; i < length; ++i) {
        const double sum = sums.at<double>({i});
        ASSERT_EQ(i < length / 2, std::isfinite(sum)) << i;
        const bool infinite = i >= length / 2 && !std::isnan(special);
        ASSERT_TRUE(!infinite || sum == special) << i;
      }
    }
  }
}

TEST_F(NativeScan, ASumOfNegativeZerosIsOne) {
  const Array sums = by("native", [&] { return cumulative_sum(full({600}, -0.0), 0); });
  for (const double sum : sums.span<double>()) ASSERT_TRUE(sum == 0 && std::signbit(sum));
}

}  // namespace
}  // namespace loom::test
