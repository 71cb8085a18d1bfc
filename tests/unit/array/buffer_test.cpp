#include "loom/array/buffer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

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
#ifdef LOOM_SANITIZED
  GTEST_SKIP() << "a sanitizer ends the program instead";
#endif
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

TEST(Buffer, BorrowedWithoutReleaseIsLeftAlone) {
  double memory[4];
  Buffer::borrow(memory, sizeof memory, true, nullptr);
}

}  // namespace
}  // namespace loom
