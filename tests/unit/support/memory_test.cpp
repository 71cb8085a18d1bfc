#include "loom/support/memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "loom/support/error.h"

namespace loom {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

class MemoryTest : public testing::Test {
 protected:
  ~MemoryTest() override { set_memory_limit(0); }
};

TEST_F(MemoryTest, AvailableMemoryIsPlausible) {
  EXPECT_GT(available_memory(), 16 * kMiB);
  EXPECT_LT(available_memory(), std::int64_t{1} << 50);
}

TEST_F(MemoryTest, LimitCapsWhatIsAvailable) {
  EXPECT_EQ(memory_limit(), 0);
  set_memory_limit(5 * kMiB);
  EXPECT_EQ(memory_limit(), 5 * kMiB);
  EXPECT_EQ(available_memory(), 5 * kMiB);
  set_memory_limit(std::int64_t{1} << 60);
  EXPECT_LT(available_memory(), std::int64_t{1} << 50);
  set_memory_limit(0);
  EXPECT_GT(available_memory(), 5 * kMiB);
  EXPECT_THROW(set_memory_limit(-1), ValueError);
}

TEST_F(MemoryTest, HoldsMoreAfterWritingToMore) {
  constexpr std::int64_t kBytes = 64 * kMiB;
  const std::int64_t before = resident_memory();
  EXPECT_GT(before, kMiB);
  const std::vector<char> written(kBytes, 1);
  const std::int64_t more = resident_memory() - before;
  EXPECT_GT(more, kBytes - 8 * kMiB);
  EXPECT_LT(more, 6 * kBytes);  // a sanitizer keeps up to four bytes for each
  EXPECT_EQ(written.back(), 1);
}

TEST_F(MemoryTest, AllowanceNamesWhatBindsIt) {
  EXPECT_STRNE(memory_allowance().source, "limit");
  set_memory_limit(std::int64_t{1} << 60);
  EXPECT_STRNE(memory_allowance().source, "limit");
  set_memory_limit(64 * kMiB);
  const MemoryAllowance allowance = memory_allowance();
  EXPECT_STREQ(allowance.source, "limit");
  EXPECT_EQ(allowance.bytes, 64 * kMiB);
  EXPECT_GT(allowance.held, 0);
  EXPECT_EQ(allowance.left(), 62 * kMiB - allowance.held - MemoryAllowance::kLibraries);
}

TEST(MemoryDeathTest, EnvironmentSetsTheFirstLimit) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a new process, where nothing is read yet
  EXPECT_EXIT(
      {
        setenv("LOOM_MEMORY_LIMIT", "3M", 1);
        std::_Exit(available_memory() == 3 * kMiB ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(MemoryDeathTest, EnvironmentThatIsNoAmountIsRefused) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("LOOM_MEMORY_LIMIT", "plenty", 1);
        try {
          available_memory();
        } catch (const ValueError& error) {
          fputs(error.what(), stderr);
          std::_Exit(0);
        }
        std::_Exit(1);
      },
      testing::ExitedWithCode(0), "LOOM_MEMORY_LIMIT.*plenty.*500M");
}

TEST(FormatBytes, PicksTheUnit) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(512), "512 B");
  EXPECT_EQ(format_bytes(1023), "1023 B");
  EXPECT_EQ(format_bytes(1024), "1.0 KiB");
  EXPECT_EQ(format_bytes(kMiB - 1), "1.0 MiB");
  EXPECT_EQ(format_bytes(3250586), "3.1 MiB");
  EXPECT_EQ(format_bytes(24 * 1024 * kMiB), "24.0 GiB");
  EXPECT_EQ(format_bytes(INT64_MAX), "8.0 EiB");
  EXPECT_EQ(format_bytes(-2048), "-2.0 KiB");
}

TEST(ParseBytes, ReadsNumbersWithUnits) {
  EXPECT_EQ(parse_bytes("0"), 0);
  EXPECT_EQ(parse_bytes("1024"), 1024);
  EXPECT_EQ(parse_bytes("12B"), 12);
  EXPECT_EQ(parse_bytes("500K"), 500 * 1024);
  EXPECT_EQ(parse_bytes("500k"), 500 * 1024);
  EXPECT_EQ(parse_bytes("7M"), 7 * kMiB);
  EXPECT_EQ(parse_bytes("7MB"), 7 * kMiB);
  EXPECT_EQ(parse_bytes("7MiB"), 7 * kMiB);
  EXPECT_EQ(parse_bytes(" 7 MiB "), 7 * kMiB);
  EXPECT_EQ(parse_bytes("1.5G"), 1536 * kMiB);
  EXPECT_EQ(parse_bytes("2T"), std::int64_t{1} << 41);
  EXPECT_EQ(parse_bytes("1P"), std::int64_t{1} << 50);
}

TEST(ParseBytes, RefusesTheRest) {
  for (const char* text : {"", " ", "M", "-1", "-5M", "+5M", "5X", "5MM", "5Bi", "5KX", "1.2.3",
                           ".", "nan", "inf", "5 5", "0x10", "1e3"}) {
    EXPECT_THROW(parse_bytes(text), ValueError) << '"' << text << '"';
  }
}

TEST(ParseBytes, RefusesMoreThan63Bits) {
  EXPECT_EQ(parse_bytes("8191P"), std::int64_t{8191} << 50);
  EXPECT_THAT([] { parse_bytes("8192P"); },
              testing::ThrowsMessage<ValueError>(testing::HasSubstr("8192P")));
}

}  // namespace
}  // namespace loom
