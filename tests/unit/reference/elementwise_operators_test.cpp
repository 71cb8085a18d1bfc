#include <cstdint>

#include "kernels.h"
#include "loom/ops/elementwise.h"

namespace loom::test {
namespace {

using Operators = OnReference;
using Clip = OnReference;
using testing::ElementsAre;

TEST_F(Operators, OfTwoArrays) {
  const Array a = Array::from({7, -7}), b = Array::from({2, 2});
  EXPECT_THAT((a + b).span<int>(), ElementsAre(9, -5));
  EXPECT_THAT((a - b).span<int>(), ElementsAre(5, -9));
  EXPECT_THAT((a * b).span<int>(), ElementsAre(14, -14));
  EXPECT_THAT((a / b).span<double>(), ElementsAre(3.5, -3.5));
  EXPECT_THAT((a % b).span<int>(), ElementsAre(1, 1));
  EXPECT_THAT((a & b).span<int>(), ElementsAre(2, 0));
  EXPECT_THAT((a | b).span<int>(), ElementsAre(7, -5));
  EXPECT_THAT((a ^ b).span<int>(), ElementsAre(5, -5));
  EXPECT_THAT((a << b).span<int>(), ElementsAre(28, -28));
  EXPECT_THAT((a >> b).span<int>(), ElementsAre(1, -2));
  EXPECT_THAT((a == b).span<bool>(), ElementsAre(false, false));
  EXPECT_THAT((a != b).span<bool>(), ElementsAre(true, true));
  EXPECT_THAT((a < b).span<bool>(), ElementsAre(false, true));
  EXPECT_THAT((a <= b).span<bool>(), ElementsAre(false, true));
  EXPECT_THAT((a > b).span<bool>(), ElementsAre(true, false));
  EXPECT_THAT((a >= b).span<bool>(), ElementsAre(true, false));
}

TEST_F(Operators, OfOneArray) {
  const Array a = Array::from({7, -7});
  EXPECT_THAT((-a).span<int>(), ElementsAre(-7, 7));
  EXPECT_THAT((+a).span<int>(), ElementsAre(7, -7));
  EXPECT_THAT((~a).span<int>(), ElementsAre(-8, 6));
}

TEST_F(Operators, NumbersStandOnEitherSide) {
  const Array a = Array::from<std::int8_t>({1, 2});
  EXPECT_THAT((10 - a).span<std::int8_t>(), ElementsAre(9, 8));
  EXPECT_THAT((1 << a).span<std::int8_t>(), ElementsAre(2, 4));
  EXPECT_THAT((2 == a).span<bool>(), ElementsAre(false, true));
  EXPECT_THAT((a != 2).span<bool>(), ElementsAre(true, false));
  EXPECT_THAT((7 % a).span<std::int8_t>(), ElementsAre(0, 1));
}

TEST_F(Operators, ANumberOfAHigherKindDecidesTheDType) {
  const Array a = Array::from<std::int8_t>({1, 2}), truth = Array::from({true, false});
  EXPECT_EQ((a + 0.5).dtype(), DType::float64);
  EXPECT_EQ((truth + 1).dtype(), DType::int64);
  EXPECT_EQ((truth & true).dtype(), DType::boolean);
  const Array turned = Array::from({1.0f, 2.0f}) * std::complex<double>(0, 1);
  EXPECT_THAT(turned.span<C64>(), ElementsAre(C64(0, 1), C64(0, 2)));
}

TEST_F(Operators, AliasesAreFunctionsToo) {
  const Array a = Array::from({2.0, 3.0});
  EXPECT_THAT(vector_add(a, a).span<double>(), ElementsAre(4, 6));
  EXPECT_THAT(mul(a, a).span<double>(), ElementsAre(4, 9));
  EXPECT_THAT(pow(a, a).span<double>(), ElementsAre(4, 27));
}

TEST_F(Clip, MovesElementsBetweenTheBounds) {
  const Array x = Array::from({-3.0, 0.5, 9.0});
  EXPECT_THAT(clip(x, 0, 1).span<double>(), ElementsAre(0, 0.5, 1));
  EXPECT_THAT(clip(x, Array::scalar(0.0), std::nullopt).span<double>(), ElementsAre(0, 0.5, 9));
  EXPECT_THAT(clip(x, std::nullopt, Array::scalar(1.0)).span<double>(), ElementsAre(-3, 0.5, 1));
}

TEST_F(Clip, CopiesWhereThereAreNoBounds) {
  const Array x = Array::from({1, 2});
  const Array same = clip(x, std::nullopt, std::nullopt);
  EXPECT_THAT(same.span<int>(), ElementsAre(1, 2));
  EXPECT_NE(same.view().data, x.view().data);
}

TEST_F(Clip, BroadcastsBoundsWithTheArray) {
  const Array x = Array::from({0, 5, 9});
  const Array low = Array::from({1, 2}, Dims{2, 1}), high = Array::from({8, 4, 8});
  EXPECT_THAT(clip(x, low, high).span<int>(), ElementsAre(1, 4, 8, 2, 4, 8));
}

TEST_F(Clip, KeepsTheDTypeOfTheArray) {
  const Array x = Array::from({1.0f, 5.0f});
  EXPECT_EQ(clip(x, Array::scalar(std::int8_t{2}), std::nullopt).dtype(), DType::float32);
  EXPECT_THAT([&] { clip(x, std::nullopt, Array::scalar(2.0)); },
              testing::ThrowsMessage<DTypeError>(
                  "[clip] a bound of dtype float64 does not fit an array of dtype float32"));
  EXPECT_THROW(clip(Array::from({1, 2}), 0.5, 1.5), DTypeError);
  EXPECT_THROW(clip(Array::from({true}), std::nullopt, std::nullopt), DTypeError);
}

}  // namespace
}  // namespace loom::test
