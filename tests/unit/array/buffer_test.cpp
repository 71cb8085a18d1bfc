#include "loom/array/buffer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "loom/support/error.h"

namespace loom {
namespace {

TEST(Buffer, IsAlignedForVectorsAndCacheLines) {
  for (const std::int64_t bytes : {0, 1, 63, 64, 1000}) {
    const auto buffer = Buffer::allocate(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer->data()) % 64, 0u);
    EXPECT_NE(buffer->data(), nullptr);
    EXPECT_EQ(buffer->size(), bytes);
    EXPECT_TRUE(buffer->writable());
  }
}

TEST(Buffer, RefusesWhatTheSystemRefuses) {
  EXPECT_THROW(Buffer::allocate(std::numeric_limits<std::int64_t>::max() / 2), MemoryPlanError);
}

TEST(Buffer, GivesBorrowedMemoryBackOnce) {
  double memory[4];
  int released = 0;
  {
    const auto buffer = Buffer::borrow(memory, sizeof memory, false, [&] { ++released; });
    const auto second = buffer;
    EXPECT_EQ(buffer->data(), reinterpret_cast<std::byte*>(memory));
    EXPECT_FALSE(second->writable());
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
}

TEST(BufferRef, CountsHandles) {
  EXPECT_EQ(BufferRef().use_count(), 0);
  EXPECT_FALSE(BufferRef());
  BufferRef first = Buffer::allocate(8);
  EXPECT_EQ(first.use_count(), 1);
  {
    BufferRef second = first;
    EXPECT_EQ(first.use_count(), 2);
    EXPECT_EQ(second, first);
    BufferRef third = std::move(second);
    EXPECT_EQ(first.use_count(), 2);
    EXPECT_FALSE(second);  // NOLINT(bugprone-use-after-move): a moved handle is empty
    third = third;
    EXPECT_EQ(first.use_count(), 2);
    third = Buffer::allocate(8);
    EXPECT_EQ(first.use_count(), 1);
    EXPECT_NE(third, first);
  }
  EXPECT_EQ(first.use_count(), 1);
}

TEST(BufferRef, ThreadsShareAndEndBuffers) {
  std::atomic<int> released = 0;
  int memory = 0;
  for (int round = 0; round < 200; ++round) {
    BufferRef shared = Buffer::borrow(&memory, sizeof memory, true, [&] { ++released; });
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([mine = shared]() mutable {
        const BufferRef copy = mine;
        mine = BufferRef();
      });
    }
    shared = BufferRef();
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(released, round + 1);
  }
}

TEST(BufferRef, WritesAreSeenByTheThreadThatEndsTheBuffer) {
  for (int round = 0; round < 200; ++round) {
    BufferRef shared = Buffer::allocate(64);
    std::thread other([mine = shared] { mine->data()[0] = std::byte{1}; });
    shared = BufferRef();
    other.join();
  }
}

TEST(Buffer, BorrowedWithoutReleaseIsLeftAlone) {
  double memory[4];
  Buffer::borrow(memory, sizeof memory, true, nullptr);
}

}  // namespace
}  // namespace loom
