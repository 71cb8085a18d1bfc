#include "loom/support/blocks.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "loom/support/memory.h"

namespace loom {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

#ifdef __SANITIZE_ADDRESS__
constexpr bool kKeeps = false;
#else
constexpr bool kKeeps = true;
#endif

/// Whether the system was asked for large pages at an address: "hg" among the flags of its mapping.
bool asked_for_large_pages(const void* address) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream mappings("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(mappings, line);) {
    std::uintptr_t begin = 0, end = 0;
    char dash = 0;
    std::istringstream text(line);
    if (text >> std::hex >> begin >> dash >> end && dash == '-') {
      inside = begin <= wanted && wanted < end;
    }
    if (inside && line.starts_with("VmFlags:")) return line.find(" hg") != std::string::npos;
  }
  return false;
}

TEST(Blocks, LieOnLargePagesWhereTheyAreLong) {
  if (!std::filesystem::exists("/sys/kernel/mm/transparent_hugepage")) {
    GTEST_SKIP() << "this system has none";
  }
  release_kept_blocks();
  auto* const block = static_cast<std::byte*>(allocate_block(64 * kMiB));
  ASSERT_NE(block, nullptr);
  EXPECT_TRUE(asked_for_large_pages(block + 32 * kMiB));
  free_block(block, 64 * kMiB);
}

TEST(Blocks, LongOnesServeTheNextTakerOfNearlyTheSameSize) {
  if (!kKeeps) GTEST_SKIP() << "nothing is kept under AddressSanitizer";
  release_kept_blocks();
  void* const block = allocate_block(8 * kMiB - 100);
  std::memset(block, 7, 8 * kMiB - 100);
  free_block(block, 8 * kMiB - 100);
  void* const shorter = allocate_block(4 * kMiB);
  EXPECT_NE(shorter, block);
  void* const same = allocate_block(8 * kMiB - 5000);
  EXPECT_EQ(same, block);
  std::memset(same, 8, 8 * kMiB - 5000);
  EXPECT_EQ(static_cast<unsigned char*>(same)[4 * kMiB], 8);
  free_block(shorter, 4 * kMiB);
  free_block(same, 8 * kMiB - 5000);
  void* const less = allocate_block(7 * kMiB);
  EXPECT_EQ(less, block);
  free_block(less, 7 * kMiB);
  void* const longer = allocate_block(9 * kMiB);
  EXPECT_NE(longer, block);
  free_block(longer, 9 * kMiB);
}

TEST(Blocks, AreGivenBack) {
  release_kept_blocks();
  free_block(allocate_block(2 * kMiB), 2 * kMiB);
  free_block(allocate_block(100), 100);  // too short to be kept
  const std::int64_t given = release_kept_blocks();
  EXPECT_GE(given, kKeeps ? 2 * kMiB : 0);
  EXPECT_LT(given, kKeeps ? 3 * kMiB : 1);
  EXPECT_EQ(release_kept_blocks(), 0);
}

TEST(Blocks, NoMoreThanAPartOfTheMemoryIsKept) {
  release_kept_blocks();
  constexpr std::int64_t kBytes = 16 * kMiB;
  std::vector<void*> blocks;  // never written to, so they take no memory
  for (std::int64_t total = 0; total < available_memory() / 16; total += kBytes) {
    blocks.push_back(allocate_block(kBytes));
  }
  for (void* block : blocks) free_block(block, kBytes);
  // The limit was set by the memory at the first use; there may be more by now.
  EXPECT_LT(release_kept_blocks(), available_memory() / 20);
}

TEST(Blocks, NewMemoryIsTakenInPlaceOfOldBlocks) {
  if (!kKeeps) GTEST_SKIP() << "nothing is kept under AddressSanitizer";
  release_kept_blocks();
  free_block(allocate_block(64 * kMiB), 64 * kMiB);
  void* const block = allocate_block(80 * kMiB);
  EXPECT_EQ(release_kept_blocks(), 0);
  free_block(block, 80 * kMiB);
}

TEST(Blocks, AreSharedByThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i] {
      for (int round = 0; round < 200; ++round) {
        auto* const block = static_cast<int*>(allocate_block(kMiB + i * kMiB / 8));
        block[1000] = i;
        std::this_thread::yield();
        ASSERT_EQ(block[1000], i);
        free_block(block, kMiB + i * kMiB / 8);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Blocks, AChildOfAForkHasItsOwn) {
  void* const block = allocate_block(2 * kMiB);
  free_block(block, 2 * kMiB);
  const pid_t child = fork();
  if (child == 0) {
    auto* const its = static_cast<char*>(allocate_block(2 * kMiB));
    std::memset(its, 1, 2 * kMiB);
    free_block(its, 2 * kMiB);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(Blocks, MoreThanThereIsIsNull) { EXPECT_EQ(allocate_block(std::int64_t{1} << 60), nullptr); }

}  // namespace
}  // namespace loom
