#include "loom/array/array.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <complex>
#include <vector>

namespace loom {
namespace {

using testing::ElementsAre;
using C64 = std::complex<float>;
using C128 = std::complex<double>;

Array counting(const Dims& shape) {
  std::vector<std::int64_t> values(element_count(shape));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int64_t>(i);
  return Array::from(values, shape);
}

TEST(Array, DefaultIsEmpty) {
  const Array a;
  EXPECT_EQ(a.shape(), Dims{0});
  EXPECT_EQ(a.dtype(), DType::float64);
  EXPECT_EQ(a.size(), 0);
}

TEST(Array, HoldsCopiesOfValues) {
  std::vector<double> values = {1, 2, 3, 4, 5, 6};
  const Array a = Array::from(values, Dims{2, -1});
  values[0] = 9;
  EXPECT_EQ(a.shape(), (Dims{2, 3}));
  EXPECT_EQ(a.strides(), (Dims{3, 1}));
  EXPECT_EQ(a.nbytes(), 48);
  EXPECT_THAT(a.span<double>(), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(a.at<double>({1, 0}), 4);
  EXPECT_EQ(a.shape(-1), 3);
}

TEST(Array, HandlesShareMemory) {
  const Array a = counting({4});
  const Array b = a;
  b.at<std::int64_t>({2}) = 77;
  EXPECT_EQ(a.at<std::int64_t>({2}), 77);
}

TEST(Array, ItemConvertsTheOnlyElement) {
  EXPECT_EQ(Array::scalar(2.5).item<double>(), 2.5);
  EXPECT_EQ(Array::scalar(2.5).item<int>(), 2);
  EXPECT_EQ(Array::scalar(true).item<std::int64_t>(), 1);
  EXPECT_EQ(Array::scalar(C64(1, 2)).item<C128>(), C128(1, 2));
  EXPECT_EQ(Array::from({7.0}, Dims{1, 1}).item<double>(), 7);
  EXPECT_THROW(Array::scalar(C64(1, 2)).item<double>(), DTypeError);
  EXPECT_THROW(counting({2}).item<double>(), ShapeError);
}

TEST(Array, ChecksTypeLayoutAndIndex) {
  const Array a = counting({2, 3});
  EXPECT_THROW(a.data<double>(), DTypeError);
  EXPECT_THROW(a.transpose().span<std::int64_t>(), ShapeError);
  EXPECT_THROW(a.at<std::int64_t>({2, 0}), ShapeError);
  EXPECT_THROW(a.at<std::int64_t>({0, -1}), ShapeError);
  EXPECT_THROW(a.at<std::int64_t>({0}), ShapeError);
}

TEST(Array, RefusesImpossibleShapes) {
  constexpr std::int64_t kHuge = std::int64_t{1} << 61;
  EXPECT_THROW(Array::empty({kHuge}), ShapeError) << "2^64 bytes";
  EXPECT_THROW(Array::empty({-1}), ShapeError);
  EXPECT_THROW(Array::from({1.0, 2.0}, Dims{3}), ShapeError);
  EXPECT_THROW(Array::from({1.0, 2.0}, Dims{-1, -1}), ShapeError);
}

TEST(ResolveShape, FindsTheUnknownExtent) {
  EXPECT_EQ(resolve_shape({-1}, 0), Dims{0});
  EXPECT_EQ(resolve_shape({3, -1}, 0), (Dims{3, 0}));
  EXPECT_EQ(resolve_shape({2, -1, 3}, 12), (Dims{2, 2, 3}));
  EXPECT_THROW(resolve_shape({5, -1}, 12), ShapeError);
  EXPECT_THROW(resolve_shape({0, -1}, 0), ShapeError) << "any extent would do";
}

TEST(Borrow, ReleasesAfterTheLastView) {
  double memory[6] = {1, 2, 3, 4, 5, 6};
  int released = 0;
  {
    Array view;
    {
      const Array a =
          Array::borrow(memory, {2, 3}, {3, 1}, DType::float64, true, [&] { ++released; });
      EXPECT_TRUE(a.writable());
      view = a.select(0, 1);
    }
    EXPECT_EQ(released, 0);
    view.at<double>({0}) = 44;
  }
  EXPECT_EQ(released, 1);
  EXPECT_EQ(memory[3], 44);
}

TEST(Borrow, TakesStridesAsTheyAre) {
  double memory[6] = {1, 2, 3, 4, 5, 6};
  const Array reversed = Array::borrow(memory + 5, {3}, {-2}, DType::float64, false, nullptr);
  EXPECT_FALSE(reversed.writable());
  EXPECT_FALSE(reversed.is_contiguous());
  EXPECT_EQ(reversed.at<double>({0}), 6);
  EXPECT_EQ(reversed.at<double>({2}), 2);
}

TEST(ComponentViews, WriteThroughToTheComplexArray) {
  const Array z = Array::from({C128(1, 2), C128(3, 4), C128(5, 6), C128(7, 8)}, Dims{2, 2});
  const Array column = z.transpose().select(0, 1);
  EXPECT_EQ(column.real_view().at<double>({0}), 3);
  EXPECT_EQ(column.imag_view().at<double>({1}), 8);
  EXPECT_EQ(column.real_view().dtype(), DType::float64);
  z.imag_view().at<double>({1, 0}) = -6;
  EXPECT_EQ(z.at<C128>({1, 0}), C128(5, -6));
  EXPECT_THROW(counting({2}).real_view(), DTypeError);
}

TEST(IsContiguous, SeesGapsButNotUnitOrEmptyExtents) {
  const Array a = counting({4, 3});
  EXPECT_TRUE(a.is_contiguous());
  EXPECT_FALSE(a.transpose().is_contiguous());
  EXPECT_FALSE(a.slice({{}, {0, 2}}).is_contiguous());
  EXPECT_TRUE(a.slice({{1, 3}}).is_contiguous());
  EXPECT_TRUE(a.slice({{0, 1}, {}}).transpose().is_contiguous());
  EXPECT_TRUE(a.slice({{0, 0}, {0, 3, 2}}).is_contiguous()) << "no elements, no gaps";
}

TEST(SpansOverlap, GoesByTheMemoryBetweenTheEnds) {
  const Array a = counting({10});
  const auto part = [&](std::int64_t start, std::int64_t stop, std::int64_t step = 1) {
    return a.slice({{start, stop, step}}).view();
  };
  EXPECT_TRUE(spans_overlap(a.view(), a.view()));
  EXPECT_TRUE(spans_overlap(part(0, 5), part(4, 6)));
  EXPECT_FALSE(spans_overlap(part(0, 5), part(5, 10)));
  EXPECT_FALSE(spans_overlap(part(4, 0, -1), part(5, 10)));
  EXPECT_TRUE(spans_overlap(part(9, 4, -1), part(5, 6)));
  EXPECT_TRUE(spans_overlap(part(0, 10, 2), part(1, 10, 2))) << "interleaved";
  EXPECT_FALSE(spans_overlap(part(3, 3), a.view())) << "empty";
}

}  // namespace
}  // namespace loom
