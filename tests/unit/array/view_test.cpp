#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "loom/array/array.h"

namespace loom {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

Array counting(const Dims& shape) {
  std::vector<std::int64_t> values(element_count(shape));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int64_t>(i);
  return Array::from(values, shape);
}

std::vector<std::int64_t> values_of(const Array& vector) {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < vector.size(); ++i) values.push_back(vector.at<std::int64_t>({i}));
  return values;
}

// The definition in Python's language reference: indices start, start + step, ... that stop before
// `stop`, after both ends were counted from the back where negative and cut to the extent.
std::vector<std::int64_t> python_slice(std::int64_t extent, std::optional<std::int64_t> start,
                                       std::optional<std::int64_t> stop, std::int64_t step) {
  const auto place = [&](std::int64_t end) { return end < 0 ? end + extent : end; };
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < extent; ++i) {
    const std::int64_t index = step > 0 ? i : extent - 1 - i;
    const std::int64_t from_default = step > 0 ? 0 : extent - 1;
    std::int64_t first = start ? place(*start) : from_default;
    first = step > 0 ? std::max<std::int64_t>(first, 0) : std::min(first, extent - 1);
    const bool after_start = step > 0 ? index >= first : index <= first;
    const bool before_stop = !stop || (step > 0 ? index < place(*stop) : index > place(*stop));
    if (after_start && before_stop && (index - first) % step == 0) values.push_back(index);
  }
  return values;
}

TEST(Slice, IsPythonsForEveryStartStopAndStep) {
  for (const std::int64_t extent : {0, 1, 5}) {
    const Array a = counting({extent});
    std::vector<std::optional<std::int64_t>> ends = {std::nullopt};
    for (std::int64_t end = -7; end <= 7; ++end) ends.push_back(end);
    for (const auto& start : ends) {
      for (const auto& stop : ends) {
        for (const std::int64_t step : {-7, -3, -2, -1, 1, 2, 3, 7}) {
          EXPECT_EQ(values_of(a.slice({{start, stop, step}})),
                    python_slice(extent, start, stop, step))
              << "extent " << extent << " start " << start.value_or(99) << " stop "
              << stop.value_or(99) << " step " << step;
        }
      }
    }
  }
}

TEST(Slice, TakesExtremeNumbers) {
  const Array a = counting({5});
  using Values = std::vector<std::int64_t>;
  EXPECT_EQ(values_of(a.slice({{kMin, kMax, kMax}})), Values{0});
  EXPECT_EQ(values_of(a.slice({{std::nullopt, std::nullopt, kMin}})), Values{4});
  EXPECT_EQ(values_of(a.slice({{kMax, kMin, -1}})), (Values{4, 3, 2, 1, 0}));
  EXPECT_EQ(values_of(a.slice({{kMin, kMin, 1}})), Values{});
}

TEST(Slice, WorksAlongEveryDimension) {
  const Array a = counting({4, 6});
  const Array part = a.slice({{3, std::nullopt, -2}, {1, 6, 3}});
  EXPECT_EQ(part.shape(), (Dims{2, 2}));
  EXPECT_EQ(part.at<std::int64_t>({0, 0}), 19);
  EXPECT_EQ(part.at<std::int64_t>({1, 1}), 10);
  part.at<std::int64_t>({1, 1}) = -1;
  EXPECT_EQ(a.at<std::int64_t>({1, 4}), -1) << "a view, not a copy";
  EXPECT_EQ(a.slice({{1, 2}}).shape(), (Dims{1, 6})) << "missing slices take all";
  EXPECT_THROW(a.slice({{}, {}, {}}), ShapeError);
  EXPECT_THROW(a.slice({{0, 1, 0}}), ValueError);
}

TEST(SliceAxis, ChecksItsRange) {
  const Array a = counting({4, 6});
  EXPECT_EQ(values_of(a.slice_axis(-1, 2, 4).select(0, 1)), (std::vector<std::int64_t>{8, 9}));
  EXPECT_EQ(a.slice_axis(0, 4, 4).size(), 0);
  EXPECT_THROW(a.slice_axis(0, 2, 5), ShapeError);
  EXPECT_THROW(a.slice_axis(0, -1, 2), ShapeError);
  EXPECT_THROW(a.slice_axis(0, 3, 2), ShapeError);
  EXPECT_THROW(a.slice_axis(2, 0, 1), ShapeError);
}

TEST(Select, DropsADimension) {
  const Array a = counting({2, 3, 4});
  EXPECT_EQ(a.select(1, -1).shape(), (Dims{2, 4}));
  EXPECT_EQ(a.select(1, -1).at<std::int64_t>({1, 2}), 22);
  EXPECT_THROW(a.select(1, 3), ShapeError);
  EXPECT_THROW(a.select(1, -4), ShapeError);
  EXPECT_EQ(counting({3}).select(0, 2).item<std::int64_t>(), 2);
}

TEST(Transpose, PutsDimensionsInOrder) {
  const Array a = counting({2, 3, 4});
  EXPECT_EQ(a.transpose().shape(), (Dims{4, 3, 2}));
  EXPECT_EQ(a.transpose().at<std::int64_t>({3, 2, 1}), 23);
  const Array cycled = a.transpose({1, -1, 0});
  EXPECT_EQ(cycled.shape(), (Dims{3, 4, 2}));
  EXPECT_EQ(cycled.at<std::int64_t>({2, 1, 1}), a.at<std::int64_t>({1, 2, 1}));
  EXPECT_EQ(a.matrix_transpose().shape(), (Dims{2, 4, 3}));
  EXPECT_THROW(a.transpose({0, 1}), ShapeError);
  EXPECT_THROW(a.transpose({0, 1, 1}), ShapeError);
  EXPECT_THROW(counting({3}).matrix_transpose(), ShapeError);
  EXPECT_EQ(Array::scalar(1.0).transpose().ndim(), 0);
}

TEST(BroadcastTo, RepeatsWithoutCopying) {
  const Array row = counting({3});
  const Array stretched = row.broadcast_to({2, 3});
  EXPECT_EQ(stretched.strides(), (Dims{0, 1}));
  EXPECT_EQ(stretched.at<std::int64_t>({1, 2}), 2);
  EXPECT_EQ(counting({3, 1}).broadcast_to({3, 4}).at<std::int64_t>({2, 3}), 2);
  EXPECT_THROW(row.broadcast_to({3, 2}), ShapeError);
  EXPECT_THROW(counting({2, 3}).broadcast_to({3}), ShapeError);
}

TEST(ExpandAndSqueeze, AreInverse) {
  const Array a = counting({2, 3});
  EXPECT_EQ(a.expand_dims(0).shape(), (Dims{1, 2, 3}));
  EXPECT_EQ(a.expand_dims(-1).shape(), (Dims{2, 3, 1}));
  EXPECT_EQ(a.expand_dims(1).squeeze(1).shape(), a.shape());
  EXPECT_THROW(a.squeeze(0), ShapeError);
  EXPECT_THROW(a.expand_dims(4), ShapeError);
}

}  // namespace
}  // namespace loom
