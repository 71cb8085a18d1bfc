#include "loom/ops/creation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels.h"
#include "loom/ops/call.h"
#include "loom/ops/manipulation.h"

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
  EXPECT_EQ(arange(-5).size(), 0);
  EXPECT_EQ(arange(1, 3, 1, DType::float32).dtype(), DType::float32);
  EXPECT_THROW(arange(0, 1, 0), ValueError);
  EXPECT_THROW(arange(0.0, 1.0, 0.0), ValueError);
  EXPECT_THROW(arange(0.0, kInf), ValueError);
  EXPECT_THROW(arange(0.0, kNaN), ValueError);
}

TEST_F(Creation, ArangeOfIntegersIsExactIn64Bits) {
  using I = std::int64_t;
  EXPECT_THAT(arange(kMax<I> - 4, kMax<I>, 2).span<I>(), ElementsAre(kMax<I> - 4, kMax<I> - 2));
  EXPECT_THAT(arange(kMin<I> + 3, kMin<I>, -2).span<I>(), ElementsAre(kMin<I> + 3, kMin<I> + 1));
  EXPECT_THAT(arange(kMin<I>, kMax<I>, kMax<I>).span<I>(), ElementsAre(kMin<I>, -1, kMax<I> - 1));
  EXPECT_THAT(arange(I{0}, kMin<I>, kMin<I>).span<I>(), ElementsAre(0));
  EXPECT_THAT(arange(5, 0, -2, DType::uint8).span<std::uint8_t>(), ElementsAre(5, 3, 1));
  EXPECT_THROW(arange(kMin<I>, kMax<I>), ValueError) << "more elements than 64 bits count";
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

TEST_F(Creation, LinspaceOfIntegersRoundsDown) {
  EXPECT_THAT(linspace(-1, 1, 4, true, DType::int32).span<std::int32_t>(),
              ElementsAre(-1, -1, 0, 1));
  EXPECT_THAT(linspace(0, 5, 4, false, DType::uint8).span<std::uint8_t>(), ElementsAre(0, 1, 2, 3));
}

TEST_F(Creation, LinspaceInTheComplexPlane) {
  const Array line = linspace(C128(0, 1), C128(2, -1), 3);
  EXPECT_THAT(line.span<C128>(), ElementsAre(C128(0, 1), C128(1, 0), C128(2, -1)));
  EXPECT_EQ(linspace(C128(0, 1), C128(2, -1), 1).at<C128>({0}), C128(0, 1));
  EXPECT_EQ(linspace(C128(0, 1), C128(2, -1), 2, true, DType::complex64).dtype(), DType::complex64);
  EXPECT_THROW(linspace(C128(0, 1), C128(2, -1), 3, true, DType::float64), DTypeError);
}

TEST_F(Creation, EmptyLooksAtTheMemoryFirst) {
  EXPECT_EQ(empty({2, 0, 3}, DType::int8).shape(), (Dims{2, 0, 3}));
  EXPECT_THAT([] { empty({std::int64_t{1} << 50}); },
              testing::ThrowsMessage<MemoryPlanError>(
                  testing::HasSubstr("not enough memory for [empty]: ")));
  EXPECT_THROW(empty({std::int64_t{1} << 61}), ShapeError) << "more bytes than 64 bits count";
  EXPECT_THROW(empty({-1}), ShapeError);
}

TEST_F(Creation, LikeAnArrayOrOfAnotherDType) {
  const Array a = Array::from({1.0f, 2.0f, 3.0f, 4.0f}, Dims{2, 2}).transpose();
  EXPECT_THAT(zeros_like(a).span<float>(), Each(0.0f));
  EXPECT_THAT(ones_like(a, DType::int8).span<std::int8_t>(), Each(1));
  EXPECT_THAT(full_like(a, Array::scalar(2.5)).span<float>(), Each(2.5f));
  EXPECT_THAT(full_like(a, Array::scalar(2.5), DType::complex64).span<C64>(), Each(C64(2.5f)));
  EXPECT_EQ(empty_like(a).shape(), (Dims{2, 2}));
  EXPECT_EQ(empty_like(a).dtype(), DType::float32);
  EXPECT_THROW(full_like(a, a), ShapeError);
}

TEST_F(Creation, TrianglesKeepOneSideOfADiagonal) {
  const Array a = arange(1, 7, 1, DType::int16);
  const Array wide = reshape(a, {2, 3});
  EXPECT_THAT(tril(wide).span<std::int16_t>(), ElementsAre(1, 0, 0, 4, 5, 0));
  EXPECT_THAT(triu(wide).span<std::int16_t>(), ElementsAre(1, 2, 3, 0, 5, 6));
  EXPECT_THAT(tril(wide, 1).span<std::int16_t>(), ElementsAre(1, 2, 0, 4, 5, 6));
  EXPECT_THAT(triu(wide, 1).span<std::int16_t>(), ElementsAre(0, 2, 3, 0, 0, 6));
  EXPECT_THAT(tril(wide, -1).span<std::int16_t>(), ElementsAre(0, 0, 0, 4, 0, 0));
  EXPECT_THAT(triu(wide, -1).span<std::int16_t>(), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(tril(wide.transpose()).span<std::int16_t>(), ElementsAre(1, 0, 2, 5, 3, 6));
  for (const std::int64_t far : {std::int64_t{3}, kMax<std::int64_t>}) {
    EXPECT_TRUE(test::same_bits(tril(wide, far), wide)) << far;
    EXPECT_THAT(triu(wide, far).span<std::int16_t>(), Each(0)) << far;
  }
  for (const std::int64_t far : {std::int64_t{-2}, kMin<std::int64_t>}) {
    EXPECT_THAT(tril(wide, far).span<std::int16_t>(), Each(0)) << far;
    EXPECT_TRUE(test::same_bits(triu(wide, far), wide)) << far;
  }
  EXPECT_EQ(triu(zeros({2, 0, 3})).shape(), (Dims{2, 0, 3}));
  EXPECT_THAT(triu(ones({2, 2, 2}, DType::boolean)).span<bool>(),
              ElementsAre(true, true, false, true, true, true, false, true));
  EXPECT_THROW(tril(a), ShapeError);
}

TEST_F(Creation, MeshgridInBothOrders) {
  const Array x = Array::from({1.0, 2.0, 3.0}), y = Array::from({4.0, 5.0});
  const std::vector<Array> xy = meshgrid({x, y});
  ASSERT_EQ(xy.size(), 2u);
  EXPECT_EQ(xy[0].shape(), (Dims{2, 3}));
  EXPECT_THAT(xy[0].span<double>(), ElementsAre(1, 2, 3, 1, 2, 3));
  EXPECT_THAT(xy[1].span<double>(), ElementsAre(4, 4, 4, 5, 5, 5));
  const std::vector<Array> ij = meshgrid({x, y, Array::scalar(7.0)}, Indexing::ij);
  ASSERT_EQ(ij.size(), 3u);
  EXPECT_EQ(ij[0].shape(), (Dims{3, 2, 1}));
  EXPECT_THAT(ij[0].span<double>(), ElementsAre(1, 1, 2, 2, 3, 3));
  EXPECT_THAT(ij[2].span<double>(), Each(7.0));
  EXPECT_EQ(meshgrid({x, y, zeros({0})})[1].shape(), (Dims{2, 3, 0}));
  EXPECT_THAT(meshgrid({x})[0].span<double>(), ElementsAre(1, 2, 3));
  EXPECT_TRUE(meshgrid({}).empty());
  EXPECT_THROW(meshgrid({x, ones({2, 2})}), ShapeError);
  EXPECT_THROW(meshgrid({x, arange(3)}), DTypeError);
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
