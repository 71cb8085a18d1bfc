#include "loom/array/dims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "loom/support/error.h"

namespace loom {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Dims, ListsInsertsAndErases) {
  Dims dims = {2, 3, 4};
  dims.push_back(5);
  dims.insert(0, 1);
  EXPECT_EQ(dims, (Dims{1, 2, 3, 4, 5}));
  dims.insert(3, 9);
  EXPECT_EQ(dims, (Dims{1, 2, 3, 9, 4, 5}));
  dims.erase(0);
  dims.erase(4);
  EXPECT_EQ(dims, (Dims{2, 3, 9, 4}));
  EXPECT_EQ(Dims::filled(3, 7), (Dims{7, 7, 7}));
}

TEST(Dims, CopiesOfAllLengthsAreWhole) {
  for (int rank = 0; rank <= kMaxRank; ++rank) {
    Dims dims;
    for (int i = 0; i < rank; ++i) dims.push_back(i + 1);
    const Dims copy = dims;
    Dims assigned = Dims::filled(kMaxRank, 99);
    assigned = dims;
    for (const Dims& other : {copy, assigned}) {
      ASSERT_EQ(other.size(), rank);
      for (int i = 0; i < rank; ++i) EXPECT_EQ(other[i], i + 1);
    }
  }
}

TEST(Dims, CopiesAreEqualAndIndependent) {
  const Dims original = {1, 2, 3};
  Dims copy = original;
  copy[1] = 9;
  EXPECT_EQ(original, (Dims{1, 2, 3}));
  copy = original;
  EXPECT_EQ(copy, original);
  EXPECT_FALSE((Dims{1, 2}) == (Dims{1, 2, 3}));
}

TEST(Dims, HoldAtMostThirtyTwo) {
  Dims dims = Dims::filled(kMaxRank, 1);
  EXPECT_THAT([&] { dims.push_back(1); }, ThrowsMessage<ShapeError>(HasSubstr("33 dimensions")));
  EXPECT_THAT([] { Dims::filled(kMaxRank + 1, 1); },
              ThrowsMessage<ShapeError>(HasSubstr("at most 32")));
  EXPECT_EQ(dims.size(), kMaxRank);
}

TEST(Dims, PrintAsPythonTuples) {
  EXPECT_EQ(to_string(Dims{}), "()");
  EXPECT_EQ(to_string(Dims{3}), "(3,)");
  EXPECT_EQ(to_string(Dims{3, -1, 4}), "(3, -1, 4)");
}

TEST(ElementCount, MultipliesIn64Bits) {
  EXPECT_EQ(element_count({}), 1);
  EXPECT_EQ(element_count({3, 0, 4}), 0);
  EXPECT_EQ(element_count({46341, 46341}), std::int64_t{46341} * 46341);
  constexpr std::int64_t kHuge = std::int64_t{1} << 40;
  EXPECT_EQ(element_count({kHuge, kHuge, 0}), 0) << "an empty array has no overflow";
  EXPECT_THAT(
      [] {
        element_count({kHuge, kHuge});
      },
      ThrowsMessage<ShapeError>(HasSubstr("2^63 elements")));
  EXPECT_THAT([] { element_count({2, -3}); }, ThrowsMessage<ShapeError>(HasSubstr("(2, -3)")));
}

TEST(CStrides, CountElements) {
  EXPECT_EQ(c_strides({2, 3, 4}), (Dims{12, 4, 1}));
  EXPECT_EQ(c_strides({}), Dims{});
  EXPECT_EQ(c_strides({2, 0, 3}), (Dims{3, 3, 1})) << "an empty extent counts as one";
}

TEST(BroadcastShapes, FollowsNumpy) {
  EXPECT_EQ(broadcast_shapes({}, {}, "add"), Dims{});
  EXPECT_EQ(broadcast_shapes({}, {2, 3}, "add"), (Dims{2, 3}));
  EXPECT_EQ(broadcast_shapes({3}, {2, 1}, "add"), (Dims{2, 3}));
  EXPECT_EQ(broadcast_shapes({4, 1, 3}, {5, 1}, "add"), (Dims{4, 5, 3}));
  EXPECT_EQ(broadcast_shapes({1}, {0}, "add"), Dims{0});
  EXPECT_EQ(broadcast_shapes({2, 0}, {1}, "add"), (Dims{2, 0}));
  EXPECT_THAT(
      [] {
        broadcast_shapes({2, 3}, {4}, "add");
      },
      ThrowsMessage<ShapeError>("[add] shapes (2, 3) and (4,) do not broadcast"));
  EXPECT_THAT([] { broadcast_shapes({0}, {2}, "add"); },
              ThrowsMessage<ShapeError>("[add] shapes (0,) and (2,) do not broadcast"));
}

TEST(NormaliseAxis, CountsFromTheBackToo) {
  EXPECT_EQ(normalise_axis(0, 3, "sum"), 0);
  EXPECT_EQ(normalise_axis(-1, 3, "sum"), 2);
  EXPECT_EQ(normalise_axis(-3, 3, "sum"), 0);
  for (const std::int64_t axis :
       {std::int64_t{3}, std::int64_t{-4}, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_THAT([&] { normalise_axis(axis, 3, "sum"); },
                ThrowsMessage<ShapeError>(HasSubstr("is out of range for 3 dimensions")));
  }
  EXPECT_THAT([] { normalise_axis(0, 0, "sum"); },
              ThrowsMessage<ShapeError>(HasSubstr("[sum] axis 0")));
}

TEST(NormaliseAxes, SortsAndRefusesDoubles) {
  EXPECT_EQ(normalise_axes({-1, 0}, 3, "sum"), (Dims{0, 2}));
  EXPECT_EQ(normalise_axes({}, 3, "sum"), Dims{});
  EXPECT_THAT(
      [] {
        normalise_axes({1, -2}, 3, "sum");
      },
      ThrowsMessage<ShapeError>("[sum] an axis is named twice in (1, -2)"));
}

}  // namespace
}  // namespace loom
