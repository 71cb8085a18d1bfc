#include "loom/ops/random.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/reduction.h"
#include "unit/reference/kernels.h"

// Every seed is fixed, so that a bound on a mean either holds for good or not at all; five standard
// deviations leave it to one seed in a million to fail.
namespace loom::test {
namespace {

using random::Generator;
using testing::ElementsAre;
using testing::ThrowsMessage;
using GeneratorTest = OnReference;

constexpr std::int64_t kDraws = 10000;

double mean_of(const Array& a) { return mean(astype(a, DType::float64)).item<double>(); }

std::vector<std::int64_t> sorted(const Array& a) {
  const Array flat = contiguous(a);
  std::vector<std::int64_t> values(flat.span<std::int64_t>().begin(),
                                   flat.span<std::int64_t>().end());
  std::sort(values.begin(), values.end());
  return values;
}

TEST_F(GeneratorTest, StateIsSeedAndOffset) {
  Generator g(7);
  g.random({3});
  g.standard_normal({2, 2});
  g.permutation(5);
  EXPECT_EQ(g.seed(), 7u);
  EXPECT_EQ(g.offset(), 12);
  Generator again(g.seed(), g.offset());
  EXPECT_TRUE(same_bits(again.random({10}), g.random({10})));
}

TEST_F(GeneratorTest, AFailedCallLeavesTheState) {
  Generator g(7);
  EXPECT_THROW(g.permutation(-1), ShapeError);
  EXPECT_THROW(g.random({-1}), ShapeError);
  EXPECT_THROW(g.random({2}, DType::int32), DTypeError);
  EXPECT_THROW(g.integers(3, 3, {2}), ValueError);
  EXPECT_THROW(g.choice(3, {4}, false), ValueError);
  EXPECT_EQ(g.offset(), 0);
}

TEST_F(GeneratorTest, SpawnedStreamsAreIndependent) {
  Generator g(7);
  std::vector<Generator> first = g.spawn(3), second = g.spawn(3);
  std::set<std::uint64_t> seeds = {g.seed()};
  for (const Generator& child : first) seeds.insert(child.seed());
  for (const Generator& child : second) seeds.insert(child.seed());
  EXPECT_EQ(seeds.size(), 7u);
  Generator again(7);
  EXPECT_EQ(again.spawn(3)[2].seed(), first[2].seed());
  // Correlation of independent uniforms: 1/12 times a number of deviation 1/sqrt(n).
  const Array a = first[0].random({kDraws}) - 0.5, b = first[1].random({kDraws}) - 0.5;
  EXPECT_NEAR(mean_of(a * b), 0, 5.0 / 12 / std::sqrt(kDraws));
  EXPECT_TRUE(g.spawn(0).empty());
}

TEST_F(GeneratorTest, RealsHaveTheirMeansAndRanges) {
  for (const DType dtype : {DType::float32, DType::float64}) {
    SCOPED_TRACE(name(dtype));
    Generator g(11);
    const Array uniform = g.uniform(-2, 4, {kDraws}, dtype);
    EXPECT_EQ(uniform.dtype(), dtype);
    EXPECT_GE(min(uniform).item<double>(), -2);
    EXPECT_LT(max(uniform).item<double>(), 4);
    EXPECT_NEAR(mean_of(uniform), 1, 5 * std::sqrt(3.0 / kDraws));
    const Array normal = g.normal(10, 3, {kDraws}, dtype);
    EXPECT_EQ(normal.dtype(), dtype);
    EXPECT_NEAR(mean_of(normal), 10, 5 * 3 / std::sqrt(kDraws));
    EXPECT_NEAR(mean_of(square(normal - 10)), 9, 5 * 9 * std::sqrt(2.0 / kDraws));
    const Array exponential = g.exponential(3, {kDraws}, dtype);
    EXPECT_EQ(exponential.dtype(), dtype);
    EXPECT_GE(min(exponential).item<double>(), 0);
    EXPECT_NEAR(mean_of(exponential), 3, 5 * 3 / std::sqrt(kDraws));
  }
  Generator g(11);
  EXPECT_EQ(g.normal(5, 0, {2}).at<double>({1}), 5);
  EXPECT_EQ(g.uniform(0, 1, {}).shape(), Dims{});
  EXPECT_EQ(g.exponential(1, {2, 0}).shape(), (Dims{2, 0}));
  EXPECT_THAT([&] { g.normal(0, -1, {1}); },
              ThrowsMessage<ValueError>("[normal] the deviation -1 is negative"));
  EXPECT_THROW(g.exponential(-1, {1}), ValueError);
}

TEST_F(GeneratorTest, IntegersUpToTheEnds) {
  Generator g(13);
  EXPECT_EQ(sorted(g.integers(0, 2, {1000})).back(), 1);
  EXPECT_EQ(sorted(g.integers(0, 2, {1000}, DType::int64, true)).back(), 2);
  EXPECT_EQ(g.integers(5, 5, {}, DType::int8, true).item<int>(), 5);
  const Array bytes = g.integers(0, 255, {kDraws}, DType::uint8, true);
  EXPECT_EQ(max(bytes).item<int>(), 255);
  // All 64 bits: half of the numbers are negative, with a deviation of 50.
  const Array words = g.integers(INT64_MIN, INT64_MAX, {kDraws}, DType::int64, true);
  EXPECT_NEAR(sum(words < 0).item<double>(), kDraws / 2.0, 250);
  EXPECT_THAT([&] { g.integers(0, 256, {1}, DType::uint8, true); },
              ThrowsMessage<ValueError>("[integers] [0, 256] does not fit uint8"));
  EXPECT_THAT([&] { g.integers(1, 0, {1}, DType::int64, true); },
              ThrowsMessage<ValueError>("[integers] the range [1, 0] is empty"));
}

TEST_F(GeneratorTest, PermutationAndShuffleMoveWholeRows) {
  Generator g(17);
  const Array a = reshape(arange(40), {20, 2});
  const Array mixed = g.permutation(a);
  EXPECT_FALSE(same_bits(mixed, a));
  EXPECT_TRUE(same_bits(mixed.select(1, 0) + 1, contiguous(mixed.select(1, 1))));
  EXPECT_EQ(sorted(mixed), sorted(a));
  const Array b = copy(a);
  Generator(17).shuffle(b);
  EXPECT_TRUE(same_bits(b, mixed));
  EXPECT_EQ(g.permutation(zeros({0, 3})).shape(), (Dims{0, 3}));
  EXPECT_THROW(g.permutation(full({}, 1)), ShapeError);
}

TEST_F(GeneratorTest, ChoiceWithAndWithoutReplacement) {
  Generator g(19);
  std::vector<std::int64_t> all(30);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(sorted(g.choice(30, {5, 6}, false)), all);
  const std::vector<std::int64_t> some = sorted(g.choice(1000, {50}, false));
  EXPECT_EQ(std::adjacent_find(some.begin(), some.end()), some.end());
  EXPECT_EQ(sorted(g.choice(3, {500})).back(), 2);
  EXPECT_EQ(g.choice(0, {0}).shape(), Dims{0});
  EXPECT_EQ(g.choice(0, {0}, false).shape(), Dims{0});
  EXPECT_THROW(g.choice(0, {1}), ValueError);
  EXPECT_THAT(
      [&] {
        g.choice(3, {2, 2}, false);
      },
      ThrowsMessage<ValueError>("[choice] 4 of 3 elements without replacement"));

  const Array a = reshape(arange(12), {3, 4});
  EXPECT_EQ(g.choice(a, {2, 5}).shape(), (Dims{2, 5, 4}));
  EXPECT_EQ(g.choice(a, {4}, false, 1).shape(), (Dims{3, 4}));
  EXPECT_EQ(sorted(g.choice(a, {4}, false, -1)), sorted(a));
  EXPECT_THROW(g.choice(a, {4}, false, 0), ValueError);
  EXPECT_THROW(g.choice(full({}, 1), {1}), ShapeError);
}

}  // namespace
}  // namespace loom::test
