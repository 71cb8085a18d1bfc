#include <numeric>

#include "kernels.h"
#include "loom/ops/random.h"

namespace loom::test {
namespace {

using random::Generator;
using testing::ElementsAre;
using testing::ThrowsMessage;
using RandomKernels = ReferenceKernels;

/// The same draw in one call and in two.
template <class Draw>
void expect_independent_of_chunks(Draw draw) {
  Generator whole(7), parts(7);
  const std::vector<Wide> at_once = values_of(draw(whole, 1000));
  std::vector<Wide> pieces;
  for (const std::int64_t count : {1, 0, 2, 13, 984}) {
    const std::vector<Wide> piece = values_of(draw(parts, count));
    pieces.insert(pieces.end(), piece.begin(), piece.end());
  }
  EXPECT_EQ(at_once, pieces);
}

TEST_F(RandomKernels, ValuesDoNotDependOnTheSizesOfCalls) {
  for (const DType dtype : {DType::float32, DType::float64}) {
    SCOPED_TRACE(name(dtype));
    expect_independent_of_chunks(
        [&](Generator& g, std::int64_t n) { return g.random({n}, dtype); });
    expect_independent_of_chunks(
        [&](Generator& g, std::int64_t n) { return g.standard_normal({n}, dtype); });
  }
  for (const DType dtype : {DType::int8, DType::uint64}) {
    SCOPED_TRACE(name(dtype));
    expect_independent_of_chunks(
        [&](Generator& g, std::int64_t n) { return g.integers(3, 90, {n}, dtype); });
  }
}

TEST_F(RandomKernels, ValuesDoNotDependOnTheNumberOfThreads) {
  expect_same_on_any_threads([] {
    Generator g(11);
    return std::vector{g.random({300, 100}), g.standard_normal({30000}, DType::float32),
                       g.integers(-5, 1000, {30000}), g.permutation(30000)};
  });
}

TEST_F(RandomKernels, SeedsAndPositionsGiveDifferentNumbers) {
  Generator one(1), other(2);
  const Array first = one.random({8});
  EXPECT_FALSE(same_bits(first, other.random({8})));
  EXPECT_FALSE(same_bits(first, one.random({8})));
  Generator copy = one;
  EXPECT_TRUE(same_bits(copy.standard_normal({8}), one.standard_normal({8})));
}

TEST_F(RandomKernels, ShapesDTypesAndRanges) {
  Generator g(3);
  const Array uniform = g.random({20, 0}, DType::float32);
  EXPECT_EQ(uniform.shape(), (Dims{20, 0}));
  EXPECT_EQ(uniform.dtype(), DType::float32);
  EXPECT_EQ(g.standard_normal({}).shape(), Dims{});
  const Array unit = g.random({1000}, DType::float32);
  for (const float x : unit.span<float>()) {
    EXPECT_TRUE(x >= 0 && x < 1) << x;
  }
  std::vector<int> seen(6);
  const Array dice = g.integers(-2, 4, {600}, DType::int16);
  for (const std::int16_t x : dice.span<std::int16_t>()) {
    ASSERT_TRUE(x >= -2 && x < 4) << x;
    ++seen[x + 2];
  }
  // Each count is binomial with mean 100 and deviation 9.
  for (const int count : seen) EXPECT_NEAR(count, 100, 50);
  EXPECT_THAT(g.integers(255, 256, {2}, DType::uint8).span<std::uint8_t>(), ElementsAre(255, 255));
}

TEST_F(RandomKernels, APermutationHasEveryNumberOnce) {
  Generator g(5);
  const Array drawn = g.permutation(100), next = g.permutation(100);
  std::vector<std::int64_t> expected(100),
      sorted(drawn.span<std::int64_t>().begin(), drawn.span<std::int64_t>().end());
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_NE(sorted, expected);
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, expected);
  EXPECT_FALSE(same_bits(drawn, next));
  EXPECT_EQ(g.permutation(0).shape(), Dims{0});
}

TEST_F(RandomKernels, ErrorsAndTheTrace) {
  Generator g(1);
  EXPECT_THAT([&] { g.integers(5, 5, {1}); },
              ThrowsMessage<ValueError>("[integers] the range [5, 5) is empty"));
  EXPECT_THAT([&] { g.integers(0, 300, {1}, DType::uint8); },
              ThrowsMessage<ValueError>("[integers] [0, 300) does not fit uint8"));
  EXPECT_THROW(g.random({2}, DType::int32), DTypeError);
  EXPECT_THROW(g.permutation(-1), ShapeError);
  const Trace trace;
  g.random({2});
  g.standard_normal({2});
  g.integers(0, 2, {2});
  g.permutation(2);
  std::vector<std::string> seen;
  for (const TraceEvent& event : trace.events()) seen.push_back(event.op + " " + event.backend);
  EXPECT_THAT(seen, ElementsAre("uniform reference", "normal reference", "integers reference",
                                "permutation reference"));
}

}  // namespace
}  // namespace loom::test
