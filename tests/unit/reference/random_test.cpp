#include "loom/backends/reference/random/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <vector>

#include "loom/support/error.h"
#include "loom/support/philox.h"
#include "loom/support/threads.h"

// Every seed here is fixed, so a statistical bound either holds for good or not at all: bounds are
// taken where a right generator fails in one of 10^4 seeds or less.
namespace loom::reference {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

template <class T>
std::vector<T> uniform(std::int64_t n, std::uint64_t seed, std::uint64_t offset = 0) {
  std::vector<T> out(n);
  fill_uniform(std::span(out), seed, offset);
  return out;
}

template <class T>
std::vector<T> normal(std::int64_t n, std::uint64_t seed, std::uint64_t offset = 0) {
  std::vector<T> out(n);
  fill_normal(std::span(out), seed, offset);
  return out;
}

template <class T = std::int64_t>
std::vector<T> integers(std::int64_t n, std::int64_t low, std::int64_t last, std::uint64_t seed,
                        std::uint64_t offset = 0) {
  std::vector<T> out(n);
  fill_integers(std::span(out), low, last, seed, offset);
  return out;
}

std::vector<std::int64_t> permutation(std::int64_t n, std::uint64_t seed,
                                      std::uint64_t offset = 0) {
  std::vector<std::int64_t> out(n);
  fill_permutation(std::span(out), seed, offset);
  return out;
}

// The distance of Kolmogorov and Smirnov times sqrt(n); above 2.23 with probability 1e-4.
template <class T, class Distribution>
double kolmogorov(std::vector<T> sample, Distribution distribution) {
  std::sort(sample.begin(), sample.end());
  const double n = static_cast<double>(sample.size());
  double distance = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double f = distribution(static_cast<double>(sample[i]));
    distance = std::max({distance, f - i / n, (i + 1) / n - f});
  }
  return distance * std::sqrt(n);
}

// Pearson's statistic of counts that should be equal, as a deviation from its mean in standard
// deviations of the chi-square distribution.
double chi_square_deviation(const std::vector<std::int64_t>& counts) {
  double total = 0;
  for (auto count : counts) total += static_cast<double>(count);
  const double expected = total / static_cast<double>(counts.size());
  double statistic = 0;
  for (auto count : counts) {
    statistic += (static_cast<double>(count) - expected) * (static_cast<double>(count) - expected);
  }
  const double freedom = static_cast<double>(counts.size()) - 1;
  return (statistic / expected - freedom) / std::sqrt(2 * freedom);
}

double mean_of_power(const std::vector<double>& sample, int power) {
  double sum = 0;
  for (double x : sample) sum += std::pow(x, power);
  return sum / static_cast<double>(sample.size());
}

// A call filled in pieces of every length, from odd and even positions, and on one or several
// threads must give the same bits as one call.
template <class T, class Generate>
void expect_same_in_pieces(Generate generate) {
  const std::int64_t n = 20000;  // several pieces of a parallel loop
  const std::vector<T> whole = generate(n, std::uint64_t{5});
  std::vector<T> joined;
  for (std::int64_t length = 1; std::ssize(joined) < n; ++length) {
    const auto begin = static_cast<std::uint64_t>(joined.size());
    const auto piece = generate(std::min(length, n - std::ssize(joined)), 5 + begin);
    joined.insert(joined.end(), piece.begin(), piece.end());
  }
  EXPECT_EQ(joined, whole);
  set_num_threads(1);
  EXPECT_EQ(generate(n, std::uint64_t{5}), whole);
  set_num_threads(3);
  EXPECT_EQ(generate(n, std::uint64_t{5}), whole);
  set_num_threads(0);
}

TEST(Random, UniformFirstValues) {
  // The first two come from the published answer of Philox4x32-10 to zeros: the words 6627e8d5
  // e169c58d bc57ac4c 9b00dbd8, joined in pairs, the second of a pair above.
  EXPECT_EQ(uniform<double>(2, 0)[0], static_cast<double>(0xe169c58d6627e8d5 >> 11) * 0x1p-53);
  EXPECT_EQ(uniform<double>(2, 0)[1], static_cast<double>(0x9b00dbd8bc57ac4c >> 11) * 0x1p-53);
  EXPECT_THAT(uniform<double>(3, 42),
              ElementsAre(0x1.dfd524ee73abcp-2, 0x1.5d0acf5c4afd4p-2, 0x1.4ee9b3f7f36c8p-2));
  EXPECT_THAT(uniform<float>(5, 42), ElementsAre(0x1.021cd8p-3f, 0x1.300fcp-1f, 0x1.5067e8p-2f,
                                                 0x1.91f4b4p-1f, 0x1.f858dp-4f));
}

// To a few ulp: the library's logarithm, cosine and sine take part.
TEST(Random, NormalFirstValues) {
  const std::vector<double> expected = {1.6390970680114216, 0.81423890071324989,
                                        0.55051804327121356, 0.24400541428136477,
                                        0.91139854467616788};
  const std::vector<double> actual = normal<double>(5, 42);
  for (int i = 0; i < 5; ++i) EXPECT_DOUBLE_EQ(actual[i], expected[i]);
  const std::vector<float> expected_float = {-0.931484997f, -0.102696374f, 1.40961063f,
                                             -0.604320943f, 1.15247333f};
  const std::vector<float> actual_float = normal<float>(5, 42);
  for (int i = 0; i < 5; ++i) EXPECT_FLOAT_EQ(actual_float[i], expected_float[i]);
}

TEST(Random, IntegersFirstValues) {
  EXPECT_THAT(integers(8, -3, 9, 42), ElementsAre(8, 9, -2, -3, -3, 4, 9, 3));
  // Where every number may come, each is the first word of its block.
  const auto all = integers(2, std::numeric_limits<std::int64_t>::min(),
                            std::numeric_limits<std::int64_t>::max(), 42);
  for (const std::uint64_t i : {0, 1}) {
    const Philox4x32::Block block = Philox4x32::block(std::uint64_t{4} << 32, i, 42);
    const std::uint64_t word = std::uint64_t{block[1]} << 32 | block[0];
    EXPECT_EQ(static_cast<std::uint64_t>(all[i]), word + (std::uint64_t{1} << 63));
  }
  // A range just above 2^63 rejects nearly half of the draws.
  const std::int64_t low = std::numeric_limits<std::int64_t>::min();
  EXPECT_THAT(integers(4, low, 1, 42), ElementsAre(-1161752046840747688, -6869087852169315849,
                                                   -7584597735554853867, -3996434118152682876));
}

TEST(Random, PermutationFirstValues) {
  EXPECT_THAT(permutation(10, 42), ElementsAre(1, 0, 4, 3, 9, 6, 8, 2, 7, 5));
}

TEST(Random, PositionsDoNotDependOnPieces) {
  expect_same_in_pieces<double>(
      [](std::int64_t n, std::uint64_t offset) { return uniform<double>(n, 7, offset); });
  expect_same_in_pieces<float>(
      [](std::int64_t n, std::uint64_t offset) { return uniform<float>(n, 7, offset); });
  expect_same_in_pieces<double>(
      [](std::int64_t n, std::uint64_t offset) { return normal<double>(n, 7, offset); });
  expect_same_in_pieces<float>(
      [](std::int64_t n, std::uint64_t offset) { return normal<float>(n, 7, offset); });
  expect_same_in_pieces<std::int64_t>([](std::int64_t n, std::uint64_t offset) {
    return integers(n, std::numeric_limits<std::int64_t>::min(), 5, 7, offset);
  });
}

TEST(Random, SeedsAndStreamsAreIndependent) {
  EXPECT_NE(uniform<double>(4, 1), uniform<double>(4, 2));
  EXPECT_NE(uniform<double>(4, 1), uniform<double>(4, 1, 4));
  // The correlation of n independent pairs has standard deviation 1 / sqrt(n).
  const std::int64_t n = 100000;
  const auto a = normal<double>(n, 1);
  for (const auto& b : {normal<double>(n, 2), normal<double>(n, 1, 1), normal<double>(n, 1, n)}) {
    double product = 0;
    for (std::int64_t i = 0; i < n; ++i) product += a[i] * b[i];
    EXPECT_NEAR(product / n, 0, 4 / std::sqrt(n));
  }
  const auto u = uniform<double>(n, 1);
  const auto single = uniform<float>(n, 1);
  double product = 0;
  for (std::int64_t i = 0; i < n; ++i) product += 12 * (u[i] - 0.5) * (single[i] - 0.5);
  EXPECT_NEAR(product / n, 0, 4 / std::sqrt(n));
}

TEST(Random, UniformIsUniformOnTheHalfOpenInterval) {
  const auto identity = [](double x) { return x; };
  const auto wide = uniform<double>(200000, 3);
  EXPECT_LT(kolmogorov(wide, identity), 2.23);
  EXPECT_GE(*std::min_element(wide.begin(), wide.end()), 0);
  EXPECT_LT(*std::max_element(wide.begin(), wide.end()), 1);
  const auto narrow = uniform<float>(200000, 3);
  EXPECT_LT(kolmogorov(narrow, identity), 2.23);
  EXPECT_GE(*std::min_element(narrow.begin(), narrow.end()), 0);
  EXPECT_LT(*std::max_element(narrow.begin(), narrow.end()), 1);
}

TEST(Random, UniformUsesAllOfItsBits) {
  bool last_bit_of_double = false;
  for (double x : uniform<double>(100, 3)) last_bit_of_double |= std::fmod(x * 0x1p53, 2.0) == 1;
  EXPECT_TRUE(last_bit_of_double);
  bool last_bit_of_float = false;
  for (float x : uniform<float>(100, 3)) last_bit_of_float |= std::fmod(x * 0x1p24f, 2.0f) == 1;
  EXPECT_TRUE(last_bit_of_float);
}

TEST(Random, NormalHasTheMomentsOfTheNormal) {
  // The k-th moment of n draws has the variance (m_2k - m_k^2) / n; 4 standard deviations.
  const std::int64_t n = 400000;
  const auto wide = normal<double>(n, 11);
  const auto narrow = normal<float>(n, 11);
  for (const auto& sample : {wide, std::vector<double>(narrow.begin(), narrow.end())}) {
    EXPECT_NEAR(mean_of_power(sample, 1), 0, 4 * std::sqrt(1.0 / n));
    EXPECT_NEAR(mean_of_power(sample, 2), 1, 4 * std::sqrt(2.0 / n));
    EXPECT_NEAR(mean_of_power(sample, 3), 0, 4 * std::sqrt(15.0 / n));
    EXPECT_NEAR(mean_of_power(sample, 4), 3, 4 * std::sqrt(96.0 / n));
    const auto normal_cdf = [](double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); };
    EXPECT_LT(kolmogorov(sample, normal_cdf), 2.23);
  }
}

TEST(Random, NeighboursInAPairAreIndependent) {
  // The quadrant and the octant of (x, y) are uniform if and only if angle and signs are.
  const auto sample = normal<double>(80000, 13);
  std::vector<std::int64_t> counts(8);
  for (std::size_t i = 0; i < sample.size(); i += 2) {
    const double x = sample[i];
    const double y = sample[i + 1];
    ++counts[4 * (x < 0) + 2 * (y < 0) + (std::abs(x) < std::abs(y))];
  }
  EXPECT_LT(std::abs(chi_square_deviation(counts)), 5);
}

TEST(Random, IntegersAreUniform) {
  // 7 does not divide 2^64; 3 * 2^62 rejects a quarter of the draws.
  std::vector<std::int64_t> counts(7);
  for (auto value : integers(140000, 0, 6, 17)) ++counts.at(value);
  EXPECT_LT(std::abs(chi_square_deviation(counts)), 5);

  const std::int64_t quarter = std::int64_t{1} << 62;
  std::vector<std::int64_t> thirds(3);
  for (auto value : integers(30000, -2 * quarter, quarter - 1, 17)) {
    ++thirds.at(value < -quarter ? 0 : value < 0 ? 1 : 2);
  }
  EXPECT_LT(std::abs(chi_square_deviation(thirds)), 5);
}

TEST(Random, IntegersOfEveryTypeReachBothEnds) {
  const auto bytes = integers<std::int8_t>(20000, -128, 127, 19);
  EXPECT_EQ(*std::min_element(bytes.begin(), bytes.end()), -128);
  EXPECT_EQ(*std::max_element(bytes.begin(), bytes.end()), 127);
  const auto unsigned_bytes = integers<std::uint8_t>(20000, 0, 255, 19);
  EXPECT_EQ(*std::min_element(unsigned_bytes.begin(), unsigned_bytes.end()), 0);
  EXPECT_EQ(*std::max_element(unsigned_bytes.begin(), unsigned_bytes.end()), 255);
  EXPECT_THAT(integers<std::uint64_t>(2, 5, 5, 19), ElementsAre(5, 5));
  // The values are the same in every type that holds them.
  const auto wide = integers<std::int64_t>(100, 0, 100, 19);
  const auto narrow = integers<std::uint16_t>(100, 0, 100, 19);
  EXPECT_TRUE(std::equal(wide.begin(), wide.end(), narrow.begin(), narrow.end()));
}

TEST(Random, IntegersRefuseImpossibleIntervals) {
  EXPECT_THAT([] { integers(1, 5, 4, 0); },
              ThrowsMessage<ValueError>("[integers] there are none from 5 to 4"));
  EXPECT_THAT([] { integers<std::int8_t>(1, 0, 128, 0); },
              ThrowsMessage<ValueError>("[integers] values from 0 to 128 do not fit in int8"));
  EXPECT_THAT([] { integers<std::uint32_t>(1, -1, 3, 0); },
              ThrowsMessage<ValueError>("[integers] values from -1 to 3 do not fit in uint32"));
}

TEST(Random, PermutationsOfFourAreEquallyLikely) {
  std::map<std::vector<std::int64_t>, std::int64_t> seen;
  for (std::uint64_t i = 0; i < 24000; ++i) ++seen[permutation(4, 23, 4 * i)];
  ASSERT_EQ(seen.size(), 24U);
  std::vector<std::int64_t> counts;
  for (const auto& [order, count] : seen) counts.push_back(count);
  EXPECT_LT(std::abs(chi_square_deviation(counts)), 5);
}

TEST(Random, PermutationHoldsEveryIndexOnce) {
  for (std::int64_t n : {0, 1, 2, 1000}) {
    auto order = permutation(n, 29);
    std::sort(order.begin(), order.end());
    for (std::int64_t i = 0; i < n; ++i) EXPECT_EQ(order[i], i);
  }
}

TEST(Random, EmptyOutputsAreFine) {
  EXPECT_TRUE(uniform<double>(0, 1).empty());
  EXPECT_TRUE(normal<float>(0, 1).empty());
  EXPECT_TRUE(integers(0, 0, 1, 1).empty());
}

}  // namespace
}  // namespace loom::reference
