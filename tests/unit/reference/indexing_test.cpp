#include "loom/ops/indexing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels.h"
#include "loom/ops/creation.h"
#include "loom/ops/manipulation.h"

namespace loom {
namespace {

using test::same_bits;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::ThrowsMessage;

using Indexing = test::ReferenceKernels;
using Entries = std::vector<Index>;

constexpr Slice kAll;

/// 0, 1, 2, ... in the given shape.
Array counted(const Dims& shape) { return reshape(arange(element_count(shape)), shape); }

Array integers(std::initializer_list<std::int64_t> values) { return Array::from(values); }

Array get(const Array& a, const Entries& entries) { return get_item(a, entries); }

std::vector<std::int64_t> elements(const Array& a) {
  const Array dense = copy(a);
  const auto all = dense.span<std::int64_t>();
  return {all.begin(), all.end()};
}

TEST_F(Indexing, IntegersSlicesAndNewDimensionsGiveViews) {
  const Array a = counted({3, 4});
  EXPECT_THAT(elements(get(a, {std::int64_t{1}})), ElementsAre(4, 5, 6, 7));
  EXPECT_THAT(elements(get(a, {std::int64_t{-1}, Slice{1, 3}})), ElementsAre(9, 10));
  EXPECT_THAT(elements(get(a, {Ellipsis(), std::int64_t{0}})), ElementsAre(0, 4, 8));
  EXPECT_THAT(elements(get(a, {Slice{{}, {}, -2}, Slice{3, {}, -3}})), ElementsAre(11, 8, 3, 0));
  EXPECT_EQ(get(a, {NewAxis(), Ellipsis(), NewAxis(), Slice{0, 0}}).shape(), (Dims{1, 3, 1, 0}));
  EXPECT_EQ(get(a, {}).shape(), a.shape());
  EXPECT_EQ(get(a, {kAll, kAll, Ellipsis()}).shape(), a.shape());

  const Array element = get(a, {std::int64_t{2}, std::int64_t{-3}});
  EXPECT_EQ(element.ndim(), 0);
  EXPECT_EQ(element.item<std::int64_t>(), 9);
  assign(element, Array::scalar(-1));
  EXPECT_EQ(a.at<std::int64_t>({2, 1}), -1) << "the same memory";
}

TEST_F(Indexing, SlicesAreClippedAsInPython) {
  const Array a = counted({5});
  EXPECT_THAT(elements(get(a, {Slice{-100, 100}})), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(elements(get(a, {Slice{100, -100, -1}})), ElementsAre(4, 3, 2, 1, 0));
  EXPECT_THAT(elements(get(a, {Slice{3, 1}})), ElementsAre());
  EXPECT_THAT(elements(get(a, {Slice{1, {}, INT64_MAX}})), ElementsAre(1));
  EXPECT_THAT(elements(get(a, {Slice{1, {}, INT64_MIN}})), ElementsAre(1));
  EXPECT_EQ(get(zeros({0}), {Slice{{}, {}, -1}}).shape(), Dims{0});
  EXPECT_THROW(get(a, {Slice{0, 5, 0}}), ValueError);
}

TEST_F(Indexing, WrongIndicesAreRefused) {
  const Array a = counted({3, 4});
  EXPECT_THAT([&] { get(a, {std::int64_t{3}}); },
              ThrowsMessage<IndexError>("[getitem] index 3 is outside of axis 0 with extent 3"));
  EXPECT_THAT(
      [&] {
        get(a, {Ellipsis(), std::int64_t{-5}});
      },
      ThrowsMessage<IndexError>("[getitem] index -5 is outside of axis 1 with extent 4"));
  EXPECT_THAT(
      [&] {
        get(a, {kAll, kAll, kAll});
      },
      ThrowsMessage<IndexError>("[getitem] 3 dimensions are indexed, shape is (3, 4)"));
  EXPECT_THROW(get(a, {Ellipsis(), Ellipsis()}), IndexError);
  EXPECT_THROW(get(a, {Array::from({1.0})}), IndexError);
  EXPECT_THROW(get(Array::scalar(1.0), {std::int64_t{0}}), IndexError);
  EXPECT_THAT(
      [&] {
        get(a, {kAll, integers({0, 4, -9})});
      },
      ThrowsMessage<IndexError>("[gather] index 4 is outside of axis 1 with extent 4"));
  EXPECT_THROW(get(a, {integers({0, 1}), integers({0, 1, 2})}), ShapeError);
  EXPECT_THROW(get(zeros({0}), {integers({0})}), IndexError);
}

TEST_F(Indexing, IntegerArraysPick) {
  const Array a = counted({3, 4});
  EXPECT_THAT(elements(get(a, {integers({2, 0, 2})})),
              ElementsAre(8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11));
  EXPECT_THAT(elements(get(a, {kAll, integers({-1, 0})})), ElementsAre(3, 0, 7, 4, 11, 8));
  EXPECT_THAT(elements(get(a, {integers({0, 1, 2}), integers({0, 1, 2})})), ElementsAre(0, 5, 10));
  EXPECT_THAT(elements(get(a, {integers({0, 2}).expand_dims(1), integers({1, 3})})),
              ElementsAre(1, 3, 9, 11));
  EXPECT_THAT(elements(get(a, {Array::from<std::uint8_t>({2}), Slice{1, {}, 2}})),
              ElementsAre(9, 11));
  EXPECT_EQ(get(a, {zeros({0, 5}, DType::int8)}).shape(), (Dims{0, 5, 4}));
}

TEST_F(Indexing, PickedElementsAreCopies) {
  const Array a = counted({3});
  const Array b = get(a, {Array::scalar(std::int64_t{1})});
  EXPECT_EQ(b.ndim(), 0);
  assign(b, Array::scalar(7));
  EXPECT_EQ(a.at<std::int64_t>({1}), 1);
}

// The shapes are NumPy's: side by side, indices stand where the first of them stood; apart, in
// front.
TEST_F(Indexing, DimensionsOfIndicesStandAsInNumPy) {
  const Array a = counted({3, 4, 5});
  const Array two = integers({0, 1}), yes = Array::scalar(true);
  const std::int64_t zero = 0;
  EXPECT_EQ(get(a, {kAll, two, two}).shape(), (Dims{3, 2}));
  EXPECT_EQ(get(a, {kAll, zero, two}).shape(), (Dims{3, 2}));
  EXPECT_EQ(get(a, {zero, kAll, two}).shape(), (Dims{2, 4}));
  EXPECT_EQ(get(a, {two, kAll, two}).shape(), (Dims{2, 4}));
  EXPECT_EQ(get(a, {kAll, two, Ellipsis(), two}).shape(), (Dims{2, 3}));
  EXPECT_EQ(get(a, {kAll, two, NewAxis(), two}).shape(), (Dims{2, 3, 1}));
  EXPECT_EQ(get(a, {zero, NewAxis(), two}).shape(), (Dims{2, 1, 5}));
  EXPECT_EQ(get(a, {NewAxis(), two}).shape(), (Dims{1, 2, 4, 5}));
  EXPECT_EQ(get(a, {Ellipsis(), two}).shape(), (Dims{3, 4, 2}));
  EXPECT_EQ(get(a, {yes, kAll, two}).shape(), (Dims{2, 3, 5}));
  EXPECT_EQ(get(a, {kAll, yes, two}).shape(), (Dims{3, 2, 5}));
  EXPECT_EQ(get(a, {kAll, reshape(two, {1, 2}), kAll}).shape(), (Dims{3, 1, 2, 5}));
}

TEST_F(Indexing, MasksPickWhatIsTrue) {
  const Array a = counted({2, 3});
  const Array mask = Array::from({true, false, true, false, false, true}, Dims{2, 3});
  EXPECT_THAT(elements(get(a, {mask})), ElementsAre(0, 2, 5));
  EXPECT_THAT(elements(get(a.transpose(), {copy(mask.transpose())})), ElementsAre(0, 2, 5));
  EXPECT_THAT(elements(get(a.transpose(), {mask.transpose()})), ElementsAre(0, 2, 5));
  EXPECT_THAT(elements(get(a, {Array::from({false, true})})), ElementsAre(3, 4, 5));
  EXPECT_THAT(elements(get(a, {kAll, Array::from({true, false, true})})), ElementsAre(0, 2, 3, 5));
  EXPECT_THAT(elements(get(a, {Array::from({true, true}), integers({2, 0})})), ElementsAre(2, 3));
  EXPECT_EQ(get(a, {zeros({2, 3}, DType::boolean)}).shape(), Dims{0});
}

TEST_F(Indexing, MasksWithoutDimensionsAddOne) {
  const Array a = counted({2, 3});
  EXPECT_EQ(get(a, {Array::scalar(true)}).shape(), (Dims{1, 2, 3}));
  EXPECT_EQ(get(a, {Array::scalar(false)}).shape(), (Dims{0, 2, 3}));
  EXPECT_EQ(get(Array::scalar(4.0), {Array::scalar(true)}).item<double>(), 4);
}

TEST_F(Indexing, MasksHaveToFit) {
  const Array a = counted({2, 3});
  EXPECT_THAT(
      [&] { get(a, {zeros({3}, DType::boolean)}); },
      ThrowsMessage<IndexError>(
          "[getitem] a boolean index of shape (3,) does not fit shape (2, 3) from axis 0 on"));
  EXPECT_THROW(get(a, {zeros({2, 3, 1}, DType::boolean)}), IndexError);
  EXPECT_EQ(get(a, {zeros({0}, DType::boolean)}).shape(), (Dims{0, 3})) << "NumPy takes it";
}

TEST_F(Indexing, WritesThroughViews) {
  const Array a = counted({2, 3});
  set_item(a, Entries{kAll, std::int64_t{1}}, Array::scalar(9.75));
  EXPECT_THAT(elements(a), ElementsAre(0, 9, 2, 3, 9, 5)) << "cast to the target's dtype";
  set_item(a, Entries{std::int64_t{1}, Slice{{}, {}, -1}}, integers({10, 11, 12}));
  EXPECT_THAT(elements(a), ElementsAre(0, 9, 2, 12, 11, 10));
  set_item(a, Entries{std::int64_t{0}}, integers({7}).expand_dims(0));
  EXPECT_THAT(elements(a), ElementsAre(7, 7, 7, 12, 11, 10)) << "dimensions of 1 may lead";
  set_item(a, Entries{Slice{0, 0}}, Array::scalar(1));
  EXPECT_THAT(elements(a), ElementsAre(7, 7, 7, 12, 11, 10));
}

TEST_F(Indexing, WritesWhereIndicesAre) {
  const Array a = counted({2, 3});
  set_item(a, Entries{Ellipsis(), integers({-1, 0})}, integers({10, 20}));
  EXPECT_THAT(elements(a), ElementsAre(20, 1, 10, 20, 4, 10));
  set_item(a, Entries{integers({0, 0, 1}), integers({1, 1, 1})}, integers({5, 6, 7}));
  EXPECT_THAT(elements(a), ElementsAre(20, 6, 10, 20, 7, 10)) << "the last of equal ones wins";
  set_item(a.transpose(), Entries{integers({1})}, Array::from({-1.5, -2.5}));
  EXPECT_THAT(elements(a), ElementsAre(20, -1, 10, 20, -2, 10));
}

TEST_F(Indexing, WritesWhereMasksAreTrue) {
  const Array a = counted({2, 3});
  const Array mask = Array::from({true, false, true, false, false, true}, Dims{2, 3});
  set_item(a, Entries{mask}, Array::scalar(-1));
  EXPECT_THAT(elements(a), ElementsAre(-1, 1, -1, 3, 4, -1));
  set_item(a, Entries{mask}, integers({7, 8, 9}));
  EXPECT_THAT(elements(a), ElementsAre(7, 1, 8, 3, 4, 9));
  set_item(a, Entries{Array::from({false, true})}, integers({0, 0, 1}));
  EXPECT_THAT(elements(a), ElementsAre(7, 1, 8, 0, 0, 1));
  set_item(a, Entries{Array::scalar(false)}, Array::scalar(5));
  EXPECT_THAT(elements(a), ElementsAre(7, 1, 8, 0, 0, 1));
}

TEST_F(Indexing, WritesRowsAtOnce) {
  const Array a = zeros({4, 100}, DType::int64), rows = counted({2, 100});
  set_item(a, Entries{integers({3, 1})}, rows);
  EXPECT_TRUE(same_bits(get(a, {integers({3, 1})}), rows));
  EXPECT_EQ(get(a, {std::int64_t{0}}).at<std::int64_t>({99}), 0);
  set_item(a, Entries{kAll, integers({5, 6})}, integers({1, 2, 3, 4}).expand_dims(1));
  EXPECT_THAT(elements(get(a, {kAll, std::int64_t{6}})), ElementsAre(1, 2, 3, 4));
}

TEST_F(Indexing, WritesFromTheMemoryItWritesTo) {
  const Array a = counted({5});
  set_item(a, Entries{Slice{1, {}}}, get(a, {Slice{0, -1}}));
  EXPECT_THAT(elements(a), ElementsAre(0, 0, 1, 2, 3));
  const Array b = counted({5});
  set_item(b, Entries{integers({4, 3, 2, 1, 0})}, b);
  EXPECT_THAT(elements(b), ElementsAre(4, 3, 2, 1, 0));
  const Array c = integers({2, 0, 1});
  set_item(c, Entries{c}, integers({10, 11, 12}));
  EXPECT_THAT(elements(c), ElementsAre(11, 12, 10));
}

TEST_F(Indexing, WritesAreRefusedAsAWhole) {
  const Array a = counted({3});
  EXPECT_THROW(set_item(a, Entries{integers({0, 5})}, Array::scalar(9)), IndexError);
  EXPECT_THROW(set_item(a, Entries{integers({0, 1})}, integers({1, 2, 3})), ShapeError);
  EXPECT_THAT(
      [&] {
        set_item(a, Entries{Slice{0, 1}}, integers({1, 2}));
      },
      ThrowsMessage<ShapeError>("[setitem] a value of shape (2,) does not broadcast to (1,)"));
  EXPECT_THAT(elements(a), ElementsAre(0, 1, 2));
  std::int64_t number = 4;
  const Array fixed = Array::borrow(&number, {}, {}, DType::int64, false, {});
  EXPECT_THROW(set_item(fixed, Entries{}, Array::scalar(1)), ValueError);
}

TEST_F(Indexing, TakesAlongOneAxis) {
  const Array a = counted({2, 3});
  EXPECT_THAT(elements(take(a, integers({2, -3}), 1)), ElementsAre(2, 0, 5, 3));
  EXPECT_THAT(elements(take(a, integers({1}), -2)), ElementsAre(3, 4, 5));
  EXPECT_EQ(take(a, zeros({4, 5}, DType::uint16), 1).shape(), (Dims{2, 4, 5}));
  EXPECT_EQ(take(a, Array::scalar(std::int64_t{0}), 1).shape(), Dims{2});
  EXPECT_THROW(take(a, integers({3}), 1), IndexError);
  EXPECT_THROW(take(a, Array::from({0.0}), 1), DTypeError);
  EXPECT_THROW(take(a, integers({0}), 2), IndexError);
}

TEST_F(Indexing, TakesElementsLineByLine) {
  const Array a = counted({2, 3});
  const Array indices = Array::from<std::int8_t>({2, 0, -3, 1}, Dims{2, 2});
  EXPECT_THAT(elements(take_along_axis(a, indices)), ElementsAre(2, 0, 3, 4));
  const Array row = Array::from<std::int8_t>({1, 0, 1}, Dims{1, 3});
  EXPECT_THAT(elements(take_along_axis(a, row, 0)), ElementsAre(3, 1, 5));
  const Array column = Array::from<std::int8_t>({1}, Dims{1, 1});
  EXPECT_THAT(elements(take_along_axis(a, column, 1)), ElementsAre(1, 4)) << "extents broadcast";
  EXPECT_THAT(
      [&] {
        take_along_axis(a, integers({-4, 0}).expand_dims(1), 1);
      },
      ThrowsMessage<IndexError>("[take_along_axis] index -4 is outside of axis 1 with extent 3"));
  EXPECT_THROW(take_along_axis(a, integers({0})), ShapeError);
}

TEST_F(Indexing, NonzeroNamesElementsInOrder) {
  const Array a = Array::from({0.0, 3.0, -0.0, test::kNaN, 0.0, 1.0}, Dims{2, 3});
  const std::vector<Array> places = nonzero(a);
  ASSERT_EQ(places.size(), 2u);
  EXPECT_THAT(places[0].span<std::int64_t>(), ElementsAre(0, 1, 1));
  EXPECT_THAT(places[1].span<std::int64_t>(), ElementsAre(1, 0, 2));
  EXPECT_THAT(elements(nonzero(a.transpose())[0]), ElementsAre(0, 1, 2));
  EXPECT_EQ(nonzero(zeros({0, 3}))[1].shape(), Dims{0});
  EXPECT_THROW(nonzero(Array::scalar(1.0)), ShapeError);
}

TEST_F(Indexing, ResultsDependOnNeitherThreadsNorLayout) {
  const Array a = random.array({200, 700}, DType::int32, -1, 1);
  const Array turned = copy(a.transpose()).transpose();
  const Array rows = random.array({5000}, DType::int64, -200, 199);
  const Array columns = random.array({5000}, DType::int64, -700, 699);
  const Array values = random.array({5000, 700}, DType::int32, -9, 9);
  test::expect_same_on_any_threads([&] {
    const Array written = copy(a);
    set_item(written, Entries{rows}, values);
    return std::vector<Array>{written, nonzero(a)[0], get(a, {rows, columns}), get(a, {rows})};
  });
  EXPECT_TRUE(same_bits(get(turned, {rows}), get(a, {rows})));
  EXPECT_TRUE(same_bits(nonzero(turned)[1], nonzero(a)[1]));
  const Array mask = astype(a, DType::boolean);
  EXPECT_TRUE(same_bits(get(turned, {mask}), get(a, {mask})));
}

}  // namespace
}  // namespace loom
