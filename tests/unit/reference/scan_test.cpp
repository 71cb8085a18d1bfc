#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels.h"
#include "loom/ops/creation.h"
#include "loom/ops/reduction.h"

namespace loom {
namespace {

using test::C128;
using test::kInf;
using testing::ElementsAre;

using Scan = test::OnReference;

TEST_F(Scan, RunsAlongAnAxis) {
  const Array a = Array::from({1.0, 2.0, 3.0, 4.0}, Dims{2, 2});
  EXPECT_THAT(cumulative_sum(a, 0).span<double>(), ElementsAre(1, 2, 4, 6));
  EXPECT_THAT(cumulative_sum(a, -1).span<double>(), ElementsAre(1, 3, 3, 7));
  EXPECT_THAT(cumulative_prod(a, 1).span<double>(), ElementsAre(1, 2, 3, 12));
  EXPECT_THAT(cumulative_sum(a.transpose(), 1).span<double>(), ElementsAre(1, 4, 2, 6));
}

TEST_F(Scan, InitialValueStandsInFront) {
  const Array a = Array::from({2.0, 3.0});
  EXPECT_THAT(cumulative_sum(a, {}, {}, true).span<double>(), ElementsAre(0, 2, 5));
  EXPECT_THAT(cumulative_prod(a, {}, {}, true).span<double>(), ElementsAre(1, 2, 6));
  EXPECT_THAT(cumulative_prod(zeros({0}), {}, {}, true).span<double>(), ElementsAre(1));
  EXPECT_EQ(cumulative_sum(zeros({0, 3}), 0, {}, true).shape(), (Dims{1, 3}));
  EXPECT_EQ(cumulative_sum(zeros({3, 0}), 0, {}, true).shape(), (Dims{4, 0}));
}

TEST_F(Scan, OneDimensionNeedsNoAxis) {
  EXPECT_THAT(cumulative_sum(Array::from({1.0, 1.0})).span<double>(), ElementsAre(1, 2));
  EXPECT_THAT(
      [] {
        cumulative_sum(zeros({2, 3}));
      },
      testing::ThrowsMessage<ShapeError>("[cumulative_sum] shape (2, 3) needs an axis"));
  EXPECT_THROW(cumulative_sum(Array::scalar(1.0)), ShapeError);
  EXPECT_THROW(cumulative_prod(zeros({2, 3}), 2), IndexError);
}

TEST_F(Scan, DTypesAreThoseOfSums) {
  const Array bytes = Array::from<std::uint8_t>({200, 100});
  EXPECT_EQ(cumulative_sum(bytes).dtype(), DType::uint64);
  EXPECT_THAT(cumulative_sum(bytes).span<std::uint64_t>(), ElementsAre(200, 300));
  EXPECT_THAT(cumulative_sum(bytes, {}, DType::uint8).span<std::uint8_t>(), ElementsAre(200, 44));
  EXPECT_THAT(cumulative_sum(Array::from({true, true})).span<std::int64_t>(), ElementsAre(1, 2));
  EXPECT_EQ(cumulative_prod(Array::from({1.5f})).dtype(), DType::float32);
  EXPECT_EQ(cumulative_prod(bytes, {}, DType::float64).dtype(), DType::float64);
}

TEST_F(Scan, FirstElementIsItself) {
  EXPECT_TRUE(std::signbit(cumulative_sum(Array::from({-0.0})).item<double>()));
  // 1 * (inf + i) would have a NaN in it.
  EXPECT_EQ(cumulative_prod(Array::from({C128(kInf, 1)})).item<C128>(), C128(kInf, 1));
}

// Summed in float64: the one rounding that counts is the last, half a unit of float32.
TEST_F(Scan, Float32SumsAreRoundedOnce) {
  const std::int64_t n = 100'000;
  const Array sums = cumulative_sum(full({n}, 0.1, DType::float32));
  const double exact = static_cast<double>(n) * 0.1f;
  EXPECT_NEAR(sums.at<float>({n - 1}), exact, 0x1p-24 * exact * 1.001);
}

TEST_F(Scan, ResultsDoNotDependOnThreads) {
  test::Random random(7);
  const Array a = random.array({300, 700}, DType::float64);
  test::expect_same_on_any_threads([&] {
    return std::vector<Array>{cumulative_sum(a, 0), cumulative_sum(a, 1), cumulative_prod(a, 1)};
  });
}

TEST_F(Scan, DifferencesUndoSums) {
  const Array a = Array::from<std::int64_t>({3, 1, 4, 1, 5});
  EXPECT_THAT(diff(a).span<std::int64_t>(), ElementsAre(-2, 3, -3, 4));
  EXPECT_THAT(diff(cumulative_sum(a, {}, {}, true)).span<std::int64_t>(),
              ElementsAre(3, 1, 4, 1, 5));
  EXPECT_THAT(diff(a, 0, 2).span<std::int64_t>(), ElementsAre(5, -6, 7));
  EXPECT_THAT(diff(a, 0, 0).span<std::int64_t>(), ElementsAre(3, 1, 4, 1, 5));
  EXPECT_EQ(diff(a, 0, 9).shape(), Dims{0});
  EXPECT_EQ(diff(Array::from<std::uint8_t>({1, 0})).item<std::uint8_t>(), 255);
}

TEST_F(Scan, DifferencesTakeMoreAtTheEnds) {
  const Array a = Array::from({1.0, 2.0, 4.0, 8.0}, Dims{2, 2});
  const Array front = zeros({1, 2}), back = ones({1, 2});
  EXPECT_THAT(diff(a, 0, 1, front).span<double>(), ElementsAre(1, 2, 3, 6));
  EXPECT_THAT(diff(a, 0, 1, std::nullopt, back).span<double>(), ElementsAre(3, 6, -3, -7));
  EXPECT_EQ(diff(a, 0, 2, front, back).shape(), (Dims{2, 2}));
  EXPECT_THROW(diff(a, 0, -1), ValueError);
  EXPECT_THROW(diff(Array::scalar(1.0)), IndexError);
}

}  // namespace
}  // namespace loom
