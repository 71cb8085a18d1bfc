#include "loom/support/blocks.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

#include "loom/support/memory.h"

namespace loom {
namespace {

/// From here on a block lies on large pages: it is more than the address caches of processors reach
/// with small ones. Shorter ones gain little, and a fresh large page is dear where a hypervisor has
/// taken free ones back: 6 ms have been seen, 1 ms for as much on small pages.
constexpr std::int64_t kOnLargePages = std::int64_t{32} << 20;
/// From here on a block is kept; malloc itself keeps shorter ones.
constexpr std::int64_t kLong = std::int64_t{1} << 20;
/// Of what is kept, the system may not have the pages of the latest ones, because to offer them
/// takes as long as to fill them.
constexpr std::int64_t kHot = std::int64_t{128} << 20;
/// What may be kept of other sizes while new memory is taken.
constexpr std::int64_t kSpare = std::int64_t{32} << 20;

/// What a new block of `bytes` is made to have: one of eight sizes for each power of two, so that
/// it serves a next taker that wants a little more. What nobody writes to is no memory.
std::int64_t size_for(std::int64_t bytes) {
  const auto size = static_cast<std::uint64_t>(bytes);  // sizes near 2^63 must not overflow
  const std::uint64_t step = std::bit_floor(size) / 8;
  return static_cast<std::int64_t>((size + step - 1) / step * step);
}

/// Advice on the whole pages of a block. Where the system does not take it, nothing changes.
void advise(void* block, std::int64_t bytes, int advice) {
  static const std::int64_t page = sysconf(_SC_PAGESIZE);
  const std::int64_t before = -reinterpret_cast<std::intptr_t>(block) & (page - 1);
  const std::int64_t whole = (bytes - before) / page * page;
  madvise(static_cast<std::byte*>(block) + before, static_cast<std::size_t>(whole), advice);
}

/// The blocks that nobody has. A thread that would have to wait for another one goes without, so
/// that a child of a fork, in which that other thread is gone, never waits for ever.
class Kept {
 public:
  /// A block of at least `size` and not much more; or null, after as much was given back of what is
  /// kept beyond `kSpare`, so that keeping blocks hardly raises the peak of a program.
  void* take(std::int64_t size) {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return nullptr;
    const auto fits = [=](const Block& block) {
      return block.capacity >= size && block.capacity - size <= size / 4;
    };
    const auto last = std::find_if(blocks_.rbegin(), blocks_.rend(), fits);
    if (last == blocks_.rend()) {
      drop_to(std::max(kSpare, total_ - size));
      return nullptr;
    }
    void* const data = last->data;
    total_ -= last->capacity;
    if (!last->offered) hot_ -= last->capacity;
    blocks_.erase(std::next(last).base());
    return data;
  }

  /// Keeps a block in place of the oldest ones; false where it is too long.
  bool keep(void* data, std::int64_t capacity) {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock || capacity > most_) return false;
    drop_to(most_ - capacity);
    blocks_.push_back({data, capacity, false});
    total_ += capacity;
    hot_ += capacity;
    for (auto oldest = blocks_.begin(); hot_ > kHot; ++oldest) offer(*oldest);
    return true;
  }

  std::int64_t release() {
    const std::lock_guard lock(mutex_);
    const std::int64_t before = total_;
    drop_to(0);
    return before;
  }

 private:
  struct Block {
    void* data;
    std::int64_t capacity;
    bool offered;  ///< its pages are the system's when it runs short
  };

  void offer(Block& block) {
    if (block.offered) return;
    advise(block.data, block.capacity, MADV_FREE);
    block.offered = true;
    hot_ -= block.capacity;
  }

  /// Frees the oldest blocks until no more than `most` bytes are kept.
  void drop_to(std::int64_t most) {
    auto oldest = blocks_.begin();
    for (; total_ > most; ++oldest) {
      std::free(oldest->data);
      total_ -= oldest->capacity;
      if (!oldest->offered) hot_ -= oldest->capacity;
    }
    blocks_.erase(blocks_.begin(), oldest);
  }

  std::mutex mutex_;
  std::vector<Block> blocks_;  // the oldest first
  std::int64_t total_ = 0;
  std::int64_t hot_ = 0;  ///< of blocks that were not offered
#ifdef __SANITIZE_ADDRESS__
  const std::int64_t most_ = 0;  // so that it sees the use of a block that was let go
#else
  const std::int64_t most_ = available_memory() / 32;
#endif
};

Kept& kept() {
  static auto* const instance = new Kept;  // arrays of static lifetime end after it would
  return *instance;
}

}  // namespace

void* allocate_block(std::int64_t bytes) {
  if (bytes < kLong) return std::malloc(static_cast<std::size_t>(bytes));
  if (void* const block = kept().take(bytes)) return block;
  const auto size = static_cast<std::size_t>(size_for(bytes));
  void* block = std::malloc(size);
  if (block == nullptr && kept().release() > 0) block = std::malloc(size);
  if (block != nullptr && bytes >= kOnLargePages) advise(block, bytes, MADV_HUGEPAGE);
  return block;
}

void free_block(void* block, std::int64_t bytes) noexcept {
  if (bytes >= kLong && block != nullptr) {
    if (kept().keep(block, static_cast<std::int64_t>(malloc_usable_size(block)))) return;
  }
  std::free(block);
}

std::int64_t release_kept_blocks() { return kept().release(); }

}  // namespace loom
