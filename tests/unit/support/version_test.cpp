#include "loom/support/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

TEST(Version, IsThreeNumbers) {
  EXPECT_THAT(loom::version(), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}
