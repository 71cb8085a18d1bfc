#include "loom/support/fixed_list.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace loom {
namespace {

TEST(FixedList, HoldsWhatWasAddedInPlace) {
  FixedList<std::pair<int, int>, 3> list;
  EXPECT_EQ(list.size(), 0u);
  list.add(1, 2).second = 5;
  list.add(std::pair(3, 4));
  EXPECT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0], std::pair(1, 5));
  EXPECT_EQ(list[1], std::pair(3, 4));
  EXPECT_EQ(list.end() - list.begin(), 2);
}

TEST(FixedList, EndsOnlyWhatWasAdded) {
  const auto counted = std::make_shared<int>(0);
  {
    FixedList<std::shared_ptr<int>, 4> list;
    list.add(counted);
    list.add(counted);
    EXPECT_EQ(counted.use_count(), 3);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

}  // namespace
}  // namespace loom
