#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "loom/array/array.h"

namespace loom {
namespace {

/// Offsets of all elements in C order: what a copy of the view would hold, as addresses.
std::vector<std::int64_t> offsets_of(const Dims& shape, const Dims& strides) {
  std::vector<std::int64_t> offsets;
  for (std::int64_t i = 0; i < element_count(shape); ++i) {
    std::int64_t rest = i, offset = 0;
    for (int axis = shape.size() - 1; axis >= 0; --axis) {
      offset += rest % shape[axis] * strides[axis];
      rest /= shape[axis];
    }
    offsets.push_back(offset);
  }
  return offsets;
}

/// Whether any strides at all show these offsets in that shape: the only candidates are the
/// distances of the elements at index 1 of each dimension.
bool strides_exist(const Dims& shape, const std::vector<std::int64_t>& offsets) {
  const Dims steps = c_strides(shape);
  Dims strides = Dims::filled(shape.size(), 0);
  for (int axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] > 1) strides[axis] = offsets[steps[axis]] - offsets[0];
  }
  return offsets_of(shape, strides) == offsets;
}

void factorisations(std::int64_t count, Dims& prefix, std::vector<Dims>& found) {
  if (count == 1) found.push_back(prefix);
  if (prefix.size() == 4) return;
  for (std::int64_t factor = 1; factor <= count; ++factor) {
    if (count % factor != 0) continue;
    Dims longer = prefix;
    longer.push_back(factor);
    if (factor > 1 || prefix.size() < 2) factorisations(count / factor, longer, found);
  }
}

Array random_view(std::mt19937& random) {
  const auto pick = [&](int low, int high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  Dims shape;
  for (std::int64_t axis = pick(1, 3); axis > 0; --axis) shape.push_back(pick(1, 6));
  Array a = Array::empty(shape, DType::int8);
  if (pick(0, 1) == 1) a = a.transpose();
  for (int axis = 0; axis < a.ndim(); ++axis) {
    if (pick(0, 2) > 0) continue;
    const std::int64_t step = pick(0, 1) == 1 ? 2 : -1;
    Array turned = a.transpose([&] {
      Dims order;
      order.push_back(axis);
      for (int other = 0; other < a.ndim(); ++other) {
        if (other != axis) order.push_back(other);
      }
      return order;
    }());
    a = turned.slice({{std::nullopt, std::nullopt, step}});
  }
  if (pick(0, 3) == 0)
    a = a.expand_dims(0).broadcast_to([&] {
      Dims wide = a.shape();
      wide.insert(0, 2);
      return wide;
    }());
  return a;
}

TEST(TryReshape, ReordersNothingAndFindsEveryView) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    const Array a = random_view(random);
    const auto offsets = offsets_of(a.shape(), a.strides());
    std::vector<Dims> shapes;
    Dims prefix;
    factorisations(a.size(), prefix, shapes);
    for (const Dims& shape : shapes) {
      const std::optional<Array> reshaped = a.try_reshape(shape);
      ASSERT_EQ(reshaped.has_value(), strides_exist(shape, offsets))
          << to_string(a.shape()) << " strides " << to_string(a.strides()) << " to "
          << to_string(shape);
      if (!reshaped) continue;
      EXPECT_EQ(reshaped->view().data, a.view().data);
      ASSERT_EQ(offsets_of(reshaped->shape(), reshaped->strides()), offsets)
          << to_string(a.shape()) << " strides " << to_string(a.strides()) << " to "
          << to_string(shape);
    }
  }
}

TEST(TryReshape, OfNothingAlwaysWorks) {
  const Array gaps = Array::empty({4, 6}).slice({{0, 0}, {0, 6, 2}});
  for (const Dims& shape : {Dims{0}, Dims{7, 0, 3}, Dims{0, 5}, Dims{3, -1}}) {
    const std::optional<Array> reshaped = gaps.try_reshape(shape);
    ASSERT_TRUE(reshaped.has_value()) << to_string(shape);
    EXPECT_EQ(reshaped->size(), 0);
  }
}

TEST(TryReshape, ChecksTheNumberOfElements) {
  const Array a = Array::empty({4, 6});
  EXPECT_THROW(a.try_reshape({5, 5}), ShapeError);
  EXPECT_THROW(a.try_reshape({-1, 7}), ShapeError);
  EXPECT_THROW(a.try_reshape({-2, -12}), ShapeError);
  EXPECT_EQ(a.try_reshape({-1})->shape(), Dims{24});
  EXPECT_EQ(Array::scalar(1.0).try_reshape({1, 1})->shape(), (Dims{1, 1}));
}

}  // namespace
}  // namespace loom
