#include "loom/ops/manipulation.h"

#include "loom/ops/creation.h"
#include "unit/reference/kernels.h"

namespace loom::test {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::ThrowsMessage;
using Manipulation = OnReference;

/// 0, 1, 2, ... in the given shape.
Array numbers(const Dims& shape) { return reshape(arange(element_count(shape)), shape); }

std::vector<std::int64_t> elements(const Array& a) {
  const Array c = contiguous(a);
  return {c.span<std::int64_t>().begin(), c.span<std::int64_t>().end()};
}

bool is_view_of(const Array& view, const Array& a) { return view.buffer() == a.buffer(); }

TEST_F(Manipulation, BroadcastsToTheCommonShape) {
  const Array row = numbers({3}), column = numbers({2, 1}), scalar = numbers({});
  const std::vector<Array> all = broadcast_arrays({row, column, scalar});
  for (const Array& a : all) EXPECT_EQ(a.shape(), (Dims{2, 3}));
  EXPECT_THAT(elements(all[1]), ElementsAre(0, 0, 0, 1, 1, 1));
  EXPECT_TRUE(is_view_of(all[0], row));
  EXPECT_TRUE(broadcast_arrays({}).empty());
  EXPECT_THROW(broadcast_arrays({row, numbers({2})}), ShapeError);
  EXPECT_EQ(broadcast_shapes({{2, 1}, {}, {1, 3}, {0, 1, 1}}), (Dims{0, 2, 3}));
  EXPECT_EQ(broadcast_shapes({}), Dims{});
  EXPECT_THROW(broadcast_shapes({{2}, {3}}), ShapeError);
  EXPECT_EQ(broadcast_to(row, {0, 3}).shape(), (Dims{0, 3}));
  EXPECT_THROW(broadcast_to(row, {2}), ShapeError);
}

TEST_F(Manipulation, ConcatJoinsAlongAnAxis) {
  const Array a = numbers({2, 2}), b = numbers({1, 2}).transpose().transpose();
  EXPECT_THAT(elements(concat({a, b})), ElementsAre(0, 1, 2, 3, 0, 1));
  EXPECT_EQ(concat({a, b}).shape(), (Dims{3, 2}));
  EXPECT_THAT(elements(concat({a, a.transpose()}, -1)), ElementsAre(0, 1, 0, 2, 2, 3, 1, 3));
  EXPECT_THAT(elements(concat({a, numbers({}), b}, std::nullopt)),
              ElementsAre(0, 1, 2, 3, 0, 0, 1));
  EXPECT_EQ(concat({zeros({0, 2}), zeros({0, 2})}).shape(), (Dims{0, 2}));
  EXPECT_EQ(concat({zeros({2, 0}), zeros({3, 0})}).shape(), (Dims{5, 0}));
  EXPECT_FALSE(is_view_of(concat({a}), a));
}

TEST_F(Manipulation, ConcatPromotes) {
  const Array mixed = concat({Array::from<std::int8_t>({1}), Array::from<std::uint8_t>({200})});
  EXPECT_EQ(mixed.dtype(), DType::int16);
  EXPECT_THAT(mixed.span<std::int16_t>(), ElementsAre(1, 200));
  const Array values = concat({Array::from<bool>({true}), Array::from({C64(0, 2)})});
  EXPECT_THAT(values.span<C64>(), ElementsAre(C64(1), C64(0, 2)));
}

TEST_F(Manipulation, ConcatRefusesWhatDoesNotFit) {
  const Array a = numbers({2, 3});
  EXPECT_THAT(
      [&] {
        concat({a, numbers({2, 2})});
      },
      ThrowsMessage<ShapeError>("[concat] shapes (2, 3) and (2, 2) differ not only along axis 0"));
  EXPECT_THROW(concat({a, numbers({3})}), ShapeError);
  EXPECT_THROW(concat({a}, 2), ShapeError);
  EXPECT_THROW(concat({numbers({}), numbers({})}), ShapeError);
  EXPECT_THROW(concat({}), ValueError);
  const Array large = zeros({1}).broadcast_to({std::int64_t{1} << 50});
  EXPECT_THROW(concat({large, large}), MemoryPlanError);
}

TEST_F(Manipulation, StackAddsAnAxisAndUnstackTakesItAway) {
  const Array a = numbers({2}), b = numbers({2});
  EXPECT_EQ(stack({a, b, a}).shape(), (Dims{3, 2}));
  EXPECT_THAT(elements(stack({a, b, a}, 1)), ElementsAre(0, 0, 0, 1, 1, 1));
  EXPECT_EQ(stack({a, b, a}, -1).shape(), (Dims{2, 3}));
  EXPECT_EQ(stack({numbers({}), numbers({})}).shape(), Dims{2});
  EXPECT_THROW(stack({a, numbers({3})}), ShapeError);
  EXPECT_THROW(stack({a}, 2), ShapeError);
  EXPECT_THROW(stack({}), ValueError);

  const Array c = numbers({2, 3});
  const std::vector<Array> columns = unstack(c, 1);
  ASSERT_EQ(columns.size(), 3u);
  EXPECT_THAT(elements(columns[2]), ElementsAre(2, 5));
  EXPECT_TRUE(is_view_of(columns[2], c));
  EXPECT_TRUE(unstack(zeros({0, 2})).empty());
  EXPECT_EQ(unstack(c).size(), 2u);
  EXPECT_THROW(unstack(numbers({})), ShapeError);
}

TEST_F(Manipulation, ExpandAndSqueeze) {
  const Array a = numbers({2, 3});
  EXPECT_EQ(expand_dims(a, {0}).shape(), (Dims{1, 2, 3}));
  EXPECT_EQ(expand_dims(a, {-1}).shape(), (Dims{2, 3, 1}));
  EXPECT_EQ(expand_dims(a, {3, 0}).shape(), (Dims{1, 2, 3, 1}));
  EXPECT_EQ(expand_dims(a, {-1, -2}).shape(), (Dims{2, 3, 1, 1}));
  EXPECT_EQ(expand_dims(a, {}).shape(), (Dims{2, 3}));
  EXPECT_EQ(expand_dims(numbers({}), {0, 1}).shape(), (Dims{1, 1}));
  EXPECT_TRUE(is_view_of(expand_dims(a, {1}), a));
  EXPECT_THROW(expand_dims(a, {3}), ShapeError);
  EXPECT_THROW(expand_dims(a, {0, -4}), ShapeError) << "the same axis twice";

  const Array b = numbers({1, 2, 1, 3, 1});
  EXPECT_EQ(squeeze(b, {0, -1, 2}).shape(), (Dims{2, 3}));
  EXPECT_EQ(squeeze(b, {}).shape(), b.shape());
  EXPECT_TRUE(is_view_of(squeeze(b, {0}), b));
  EXPECT_THROW(squeeze(b, {1}), ShapeError);
  EXPECT_THROW(squeeze(b, {0, 0}), ShapeError);
  EXPECT_THROW(squeeze(b, {5}), ShapeError);
}

TEST_F(Manipulation, FlipIsAView) {
  const Array a = numbers({2, 3});
  EXPECT_THAT(elements(flip(a)), ElementsAre(5, 4, 3, 2, 1, 0));
  EXPECT_THAT(elements(flip(a, Dims{0})), ElementsAre(3, 4, 5, 0, 1, 2));
  EXPECT_THAT(elements(flip(a, Dims{-1})), ElementsAre(2, 1, 0, 5, 4, 3));
  EXPECT_THAT(elements(flip(flip(a))), ElementsAreArray(elements(a)));
  EXPECT_THAT(elements(flip(a, Dims{})), ElementsAreArray(elements(a)));
  EXPECT_EQ(flip(zeros({0, 2})).shape(), (Dims{0, 2}));
  EXPECT_EQ(flip(numbers({})).shape(), Dims{});
  flip(a).at<std::int64_t>({0, 0}) = 9;
  EXPECT_EQ(a.at<std::int64_t>({1, 2}), 9);
  EXPECT_THROW(flip(a, Dims{2}), ShapeError);
  EXPECT_THROW(flip(a, Dims{1, -1}), ShapeError);
}

TEST_F(Manipulation, AxesMove) {
  const Array a = zeros({2, 3, 4, 5});
  EXPECT_EQ(moveaxis(a, {0}, {-1}).shape(), (Dims{3, 4, 5, 2}));
  EXPECT_EQ(moveaxis(a, {-1}, {0}).shape(), (Dims{5, 2, 3, 4}));
  EXPECT_EQ(moveaxis(a, {0, 1}, {3, 1}).shape(), (Dims{4, 3, 5, 2}));
  EXPECT_EQ(moveaxis(a, {}, {}).shape(), a.shape());
  EXPECT_THROW(moveaxis(a, {0}, {0, 1}), ShapeError);
  EXPECT_THROW(moveaxis(a, {0, -4}, {0, 1}), ShapeError);
  EXPECT_THROW(moveaxis(a, {4}, {0}), ShapeError);
  EXPECT_EQ(permute_dims(a, {3, 0, -2, 1}).shape(), (Dims{5, 2, 4, 3}));
  EXPECT_EQ(permute_dims(numbers({}), {}).shape(), Dims{});
  EXPECT_THROW(permute_dims(a, {}), ShapeError) << "not reversed, as transpose would";
  EXPECT_THROW(permute_dims(a, {0, 1, 2, 2}), ShapeError);
  EXPECT_EQ(matrix_transpose(a).shape(), (Dims{2, 3, 5, 4}));
  EXPECT_THROW(matrix_transpose(numbers({3})), ShapeError);
}

TEST_F(Manipulation, ReshapeCopiesWhereItIsTold) {
  const Array a = numbers({2, 3});
  EXPECT_TRUE(is_view_of(reshape(a, {3, -1}), a));
  EXPECT_FALSE(is_view_of(reshape(a, {6}, true), a));
  EXPECT_TRUE(is_view_of(reshape(a, {6}, false), a));
  EXPECT_THAT(elements(reshape(a.transpose(), {6})), ElementsAre(0, 3, 1, 4, 2, 5));
  EXPECT_THAT([&] { reshape(a.transpose(), {6}, false); },
              ThrowsMessage<ValueError>(HasSubstr("allow no view of shape (6,)")));
  EXPECT_THROW(reshape(a, {4}), ShapeError);
  EXPECT_EQ(reshape(zeros({0, 3}), {2, 0, 5}).shape(), (Dims{2, 0, 5}));
  EXPECT_EQ(reshape(ones({1, 1}), {}).shape(), Dims{});
}

TEST_F(Manipulation, RollComesBackAtTheOtherEnd) {
  const Array a = numbers({5});
  EXPECT_THAT(elements(roll(a, {2}, Dims{0})), ElementsAre(3, 4, 0, 1, 2));
  EXPECT_THAT(elements(roll(a, {-1})), ElementsAre(1, 2, 3, 4, 0));
  EXPECT_THAT(elements(roll(a, {INT64_MIN})), ElementsAre(3, 4, 0, 1, 2)) << "2^63 is 3 modulo 5";
  EXPECT_THAT(elements(roll(a, {10})), ElementsAreArray(elements(a)));
  const Array b = numbers({2, 3});
  EXPECT_THAT(elements(roll(b, {1})), ElementsAre(5, 0, 1, 2, 3, 4));
  EXPECT_THAT(elements(roll(b, {1}, Dims{1})), ElementsAre(2, 0, 1, 5, 3, 4));
  EXPECT_THAT(elements(roll(b, {1, -1}, Dims{0, 1})), ElementsAre(4, 5, 3, 1, 2, 0));
  EXPECT_THAT(elements(roll(b, {1}, Dims{0, -1})), ElementsAre(5, 3, 4, 2, 0, 1));
  EXPECT_THAT(elements(roll(b, {1, 1}, Dims{1, 1})), ElementsAre(1, 2, 0, 4, 5, 3));
  EXPECT_THAT(elements(roll(b.transpose(), {1}, Dims{0})), ElementsAre(2, 5, 0, 3, 1, 4));
  EXPECT_EQ(roll(zeros({0, 2}), {3}, Dims{0}).shape(), (Dims{0, 2}));
  EXPECT_EQ(elements(roll(numbers({}), {3})), std::vector<std::int64_t>{0});
  EXPECT_FALSE(is_view_of(roll(a, {0}), a));
  EXPECT_THROW(roll(b, {1, 2}, Dims{0}), ShapeError);
  EXPECT_THROW(roll(b, {1, 2}), ShapeError);
  EXPECT_THROW(roll(b, {1}, Dims{2}), ShapeError);
}

TEST_F(Manipulation, RepeatByOneCount) {
  const Array a = numbers({2, 2});
  EXPECT_THAT(elements(repeat(a, 2)), ElementsAre(0, 0, 1, 1, 2, 2, 3, 3));
  EXPECT_EQ(repeat(a, 2).shape(), Dims{8});
  EXPECT_THAT(elements(repeat(a, 2, 0)), ElementsAre(0, 1, 0, 1, 2, 3, 2, 3));
  EXPECT_EQ(repeat(a, 2, 0).shape(), (Dims{4, 2}));
  EXPECT_THAT(elements(repeat(a.transpose(), 2, -1)), ElementsAre(0, 0, 2, 2, 1, 1, 3, 3));
  EXPECT_EQ(repeat(a, 0, 1).shape(), (Dims{2, 0}));
  EXPECT_EQ(repeat(zeros({0, 3}), 2, 1).shape(), (Dims{0, 6}));
  EXPECT_EQ(repeat(numbers({}), 3).shape(), Dims{3});
  EXPECT_THROW(repeat(a, -1), ValueError);
  EXPECT_THROW(repeat(a, 1, 2), ShapeError);
  EXPECT_FALSE(is_view_of(repeat(a, 1, 0), a));
}

TEST_F(Manipulation, RepeatByACountForEachElement) {
  const Array a = numbers({2, 2}), counts = Array::from<std::uint8_t>({2, 0});
  EXPECT_THAT(elements(repeat(a, counts, 0)), ElementsAre(0, 1, 0, 1));
  EXPECT_THAT(elements(repeat(a, counts, 1)), ElementsAre(0, 0, 2, 2));
  EXPECT_THAT(elements(repeat(a, Array::from<std::int64_t>({0, 1, 2, 0}))), ElementsAre(1, 2, 2));
  EXPECT_THAT(elements(repeat(a, Array::from<std::int64_t>({2}))),
              ElementsAre(0, 0, 1, 1, 2, 2, 3, 3));
  EXPECT_EQ(repeat(zeros({0}), zeros({0}, DType::int64)).shape(), Dims{0});
  EXPECT_THROW(repeat(a, counts), ShapeError);
  EXPECT_THROW(repeat(a, numbers({2, 2})), ShapeError);
  EXPECT_THROW(repeat(a, ones({2}), 0), DTypeError);
  EXPECT_THROW(repeat(a, Array::from<std::int64_t>({1, -1}), 0), ValueError);
}

TEST_F(Manipulation, TileRepeatsTheWhole) {
  const Array a = numbers({2, 2});
  EXPECT_THAT(elements(tile(a, {2})), ElementsAre(0, 1, 0, 1, 2, 3, 2, 3));
  EXPECT_THAT(elements(tile(a, {2, 1})), ElementsAre(0, 1, 2, 3, 0, 1, 2, 3));
  EXPECT_THAT(elements(tile(a.transpose(), {1, 2})), ElementsAre(0, 2, 0, 2, 1, 3, 1, 3));
  EXPECT_EQ(tile(a, {3, 2, 2}).shape(), (Dims{3, 4, 4}));
  EXPECT_THAT(elements(tile(numbers({2}), {2, 2})), ElementsAre(0, 1, 0, 1, 0, 1, 0, 1));
  EXPECT_EQ(tile(a, {0, 2}).shape(), (Dims{0, 4}));
  EXPECT_EQ(tile(numbers({}), {}).shape(), Dims{});
  EXPECT_EQ(tile(numbers({}), {2, 3}).shape(), (Dims{2, 3}));
  EXPECT_EQ(tile(zeros({0, 3}), {2, 2}).shape(), (Dims{0, 6}));
  EXPECT_FALSE(is_view_of(tile(a, {1, 1}), a));
  EXPECT_THROW(tile(a, {-1}), ValueError);
}

}  // namespace
}  // namespace loom::test
