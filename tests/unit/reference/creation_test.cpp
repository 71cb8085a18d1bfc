#include "loom/ops/creation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels.h"
#include "loom/ops/call.h"

namespace loom {
namespace {

using test::C128;
using test::C64;
using test::kInf;
using test::kNaN;
using testing::Each;
using testing::ElementsAre;

using Creation = test::OnReference;

template <class T>
constexpr T kMin = std::numeric_limits<T>::min();
template <class T>
constexpr T kMax = std::numeric_limits<T>::max();

template <class To, class From>
To converted(From value) {
  return astype(Array::scalar(value), dtype_of<To>()).template at<To>({});
}

TEST_F(Creation, FullRepeatsItsValueInEveryDType) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    const Array a = full({2, 3}, 1.0, dtype);
    EXPECT_EQ(a.dtype(), dtype);
    visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
      EXPECT_THAT(a.span<T>(), Each(T(1))) << name(dtype);
    });
  }
  EXPECT_THAT(zeros({3}).span<double>(), Each(0.0));
  EXPECT_EQ(full({}, 2.5).item<double>(), 2.5);
  EXPECT_EQ(ones({0, 3}).size(), 0);
  EXPECT_THROW(full({2}, Array::from({1.0})), ShapeError);
  EXPECT_THROW(zeros({-1}), ShapeError);
}

TEST_F(Creation, FullIsCompleteBeyondOnePiece) {
  const Array a = full({300, 1000}, 7.0, DType::int16);
  EXPECT_THAT(a.span<std::int16_t>(), Each(7));
}

TEST_F(Creation, ArangeCountsUpAndDown) {
  EXPECT_THAT(arange(4).span<std::int64_t>(), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(arange(1, 2, 0.25).span<double>(), ElementsAre(1, 1.25, 1.5, 1.75));
  EXPECT_THAT(arange(5, 0, -2, DType::int8).span<std::int8_t>(), ElementsAre(5, 3, 1));
  EXPECT_EQ(arange(3, 3).size(), 0);
  EXPECT_EQ(arange(3, 1).size(), 0);
  EXPECT_THROW(arange(0, 1, 0), ValueError);
}

TEST_F(Creation, ArangeRoundsOnceAndWraps) {
  // 0.1f * 3 in float32 is 0.3 + 1.2e-8; from float64 it is the float nearest to 3 * 0.1f.
  const Array a = arange(0, 1, 0.1, DType::float32);
  EXPECT_EQ(a.at<float>({3}), static_cast<float>(3 * static_cast<double>(0.1f)));
  const Array first = Array::scalar(std::int8_t{120}), step = Array::scalar(std::int8_t{5});
  const schema::Attribute length[] = {std::int64_t{4}};
  EXPECT_THAT(ops::call(schema::op("arange"), {&first, &step}, length).span<std::int8_t>(),
              ElementsAre(120, 125, -126, -121));
}

TEST_F(Creation, LinspaceEndsWhereItIsTold) {
  EXPECT_THAT(linspace(0, 1, 5).span<double>(), ElementsAre(0, 0.25, 0.5, 0.75, 1));
  EXPECT_THAT(linspace(0, 1, 4, false).span<double>(), ElementsAre(0, 0.25, 0.5, 0.75));
  EXPECT_THAT(linspace(3, 9, 1).span<double>(), ElementsAre(3));
  EXPECT_EQ(linspace(0, 1, 0).size(), 0);
  const Array down = linspace(0.1, -0.7, 50);
  EXPECT_EQ(down.at<double>({49}), -0.7) << "exactly, whatever the step";
  EXPECT_EQ(down.at<double>({0}), 0.1);
  EXPECT_EQ(linspace(0, 1, 11, true, DType::float32).at<float>({10}), 1.0f);
  EXPECT_EQ(linspace(0, 4, 3, true, DType::complex64).at<C64>({1}), C64(2, 0));
  EXPECT_THROW(linspace(0, 1, -1), ShapeError);
}

TEST_F(Creation, EyeHasOneDiagonal) {
  EXPECT_THAT(eye(2).span<double>(), ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(eye(2, 3, 1).span<double>(), ElementsAre(0, 1, 0, 0, 0, 1));
  EXPECT_THAT(eye(3, 2, -1, DType::int32).span<std::int32_t>(), ElementsAre(0, 0, 1, 0, 0, 1));
  EXPECT_THAT(eye(2, 2, 0, DType::boolean).span<bool>(), ElementsAre(true, false, false, true));
  EXPECT_EQ(eye(2, 2, 0, DType::complex64).at<C64>({1, 1}), C64(1, 0));
  for (const std::int64_t far :
       {std::int64_t{2}, std::int64_t{-2}, kMin<std::int64_t>, kMax<std::int64_t>}) {
    EXPECT_THAT(eye(2, 2, far).span<double>(), Each(0.0)) << far;
  }
  EXPECT_EQ(eye(0).size(), 0);
  EXPECT_EQ(eye(3, 0).size(), 0);
  const Array large = eye(400, 300, -100);
  for (std::int64_t row = 0; row < 400; ++row) {
    for (std::int64_t column = 0; column < 300; ++column) {
      ASSERT_EQ(large.at<double>({row, column}), row - column == 100 ? 1 : 0);
    }
  }
}

TEST_F(Creation, CopyIsContiguousAndSeparate) {
  const Array a = Array::from({1.0, 2.0, 3.0, 4.0, 5.0, 6.0}, Dims{2, 3});
  const Array b = copy(a.transpose().slice({{std::nullopt, std::nullopt, -1}}));
  EXPECT_THAT(b.span<double>(), ElementsAre(3, 6, 2, 5, 1, 4));
  a.at<double>({0, 0}) = 9;
  EXPECT_EQ(b.at<double>({2, 0}), 1);
  EXPECT_THAT(copy(a.select(0, 0).broadcast_to({2, 3})).span<double>(),
              ElementsAre(9, 2, 3, 9, 2, 3));
}

// Every pair of dtypes, on values that all of them hold.
TEST_F(Creation, AstypeKeepsValuesThatFit) {
  for (int from = 0; from < kDTypeCount; ++from) {
    const Array source = astype(Array::from({0.0, 1.0, 1.0, 0.0}), static_cast<DType>(from));
    for (int to = 0; to < kDTypeCount; ++to) {
      const Array result = astype(source, static_cast<DType>(to));
      ASSERT_EQ(result.dtype(), static_cast<DType>(to));
      visit_dtype(result.dtype(), [&]<class T>(std::type_identity<T>) {
        EXPECT_THAT(result.span<T>(), ElementsAre(T(0), T(1), T(1), T(0)))
            << name(source.dtype()) << " to " << name(result.dtype());
      });
    }
  }
}

TEST_F(Creation, AstypeToIntegerCutsAndSaturates) {
  EXPECT_EQ(converted<std::int8_t>(-3.9), -3);
  EXPECT_EQ(converted<std::int8_t>(127.9), 127);
  EXPECT_EQ(converted<std::int8_t>(-128.9), -128);
  EXPECT_EQ(converted<std::int8_t>(1e300), 127);
  EXPECT_EQ(converted<std::uint8_t>(-0.9), 0);
  EXPECT_EQ(converted<std::uint8_t>(-5.0), 0);
  EXPECT_EQ(converted<std::uint8_t>(255.9f), 255);
  EXPECT_EQ(converted<std::int64_t>(kInf), kMax<std::int64_t>);
  EXPECT_EQ(converted<std::int64_t>(-kInf), kMin<std::int64_t>);
  EXPECT_EQ(converted<std::int64_t>(std::ldexp(1.0, 63)), kMax<std::int64_t>);
  EXPECT_EQ(converted<std::int64_t>(-std::ldexp(1.0, 63)), kMin<std::int64_t>);
  EXPECT_EQ(converted<std::uint64_t>(std::ldexp(1.0f, 63)), std::uint64_t{1} << 63);
  EXPECT_EQ(converted<std::uint64_t>(std::ldexp(1.0f, 64)), kMax<std::uint64_t>);
  EXPECT_EQ(converted<std::int32_t>(std::ldexp(1.0f, 31)), kMax<std::int32_t>);
  EXPECT_EQ(converted<std::int32_t>(2147483647.0), kMax<std::int32_t>);
  EXPECT_EQ(converted<std::int32_t>(kNaN), 0);
  EXPECT_EQ(converted<std::uint16_t>(-kNaN), 0);
}

TEST_F(Creation, AstypeBetweenIntegersIsModular) {
  EXPECT_EQ(converted<std::uint8_t>(std::int64_t{-1}), 255);
  EXPECT_EQ(converted<std::int8_t>(std::int64_t{384 + 5}), -123);
  EXPECT_EQ(converted<std::int64_t>(kMax<std::uint64_t>), -1);
  EXPECT_EQ(converted<std::uint64_t>(std::int8_t{-2}), kMax<std::uint64_t> - 1);
}

TEST_F(Creation, AstypeToBoolAsksForZero) {
  EXPECT_FALSE(converted<bool>(-0.0));
  EXPECT_TRUE(converted<bool>(0.25));
  EXPECT_TRUE(converted<bool>(kNaN));
  EXPECT_TRUE(converted<bool>(std::int64_t{256})) << "not its low byte";
  EXPECT_TRUE(converted<bool>(C64(0, 1)));
  EXPECT_FALSE(converted<bool>(C64(0, 0)));
}

TEST_F(Creation, AstypeOfComplexDropsTheImaginaryPart) {
  EXPECT_EQ(converted<double>(C128(2.5, 3)), 2.5);
  EXPECT_EQ(converted<std::int32_t>(C128(-2.5, 3)), -2);
  EXPECT_EQ(converted<C128>(2.5f), C128(2.5, 0));
  EXPECT_EQ(converted<C64>(C128(0.1, -0.1)), C64(0.1f, -0.1f));
  EXPECT_EQ(converted<float>(1e300), std::numeric_limits<float>::infinity());
}

TEST_F(Creation, AstypeReadsStridedArrays) {
  const Array a = Array::from({1.5, 2.5, 3.5, 4.5}, Dims{2, 2});
  EXPECT_THAT(astype(a.transpose(), DType::int32).span<std::int32_t>(), ElementsAre(1, 3, 2, 4));
  EXPECT_EQ(astype(a, DType::float64).buffer(), a.buffer()) << "nothing to convert";
}

TEST_F(Creation, AssignWritesStridedTargets) {
  const Array a = zeros({3, 4});
  assign(a.slice({{0, 3, 2}, {1, 4, 2}}), Array::from({std::int8_t{1}, std::int8_t{2}}));
  EXPECT_THAT(a.span<double>(), ElementsAre(0, 1, 0, 2, 0, 0, 0, 0, 0, 1, 0, 2));
  assign(a.select(1, 0), Array::scalar(7.0f));
  EXPECT_EQ(a.at<double>({2, 0}), 7);
  EXPECT_THROW(assign(a, zeros({5})), ShapeError);
}

TEST_F(Creation, AssignOfOverlappingMemoryReadsFirst) {
  const Array a = Array::from({1.0, 2.0, 3.0, 4.0, 5.0});
  assign(a.slice({{std::nullopt, std::nullopt, -1}}), a);
  EXPECT_THAT(a.span<double>(), ElementsAre(5, 4, 3, 2, 1));
  assign(a.slice({{1, 5}}), a.slice({{0, 4}}));
  EXPECT_THAT(a.span<double>(), ElementsAre(5, 5, 4, 3, 2));
  const Array square = Array::from({1.0, 2.0, 3.0, 4.0}, Dims{2, 2});
  assign(square, square.transpose());
  EXPECT_THAT(square.span<double>(), ElementsAre(1, 3, 2, 4));
}

TEST_F(Creation, AssignRefusesReadOnlyMemory) {
  double memory[2] = {1, 2};
  const Array a = Array::borrow(memory, {2}, {1}, DType::float64, false, nullptr);
  EXPECT_THROW(assign(a, zeros({2})), ValueError);
  EXPECT_EQ(memory[0], 1);
}

TEST_F(Creation, ReshapeCopiesOnlyWhereItMust) {
  const Array a = Array::from({1.0, 2.0, 3.0, 4.0, 5.0, 6.0}, Dims{2, 3});
  EXPECT_EQ(reshape(a, {3, -1}).buffer(), a.buffer());
  const Array turned = reshape(a.transpose(), {-1});
  EXPECT_NE(turned.buffer(), a.buffer());
  EXPECT_THAT(turned.span<double>(), ElementsAre(1, 4, 2, 5, 3, 6));
}

}  // namespace
}  // namespace loom
