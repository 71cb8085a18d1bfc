#include "loom/backends/native/fourier/workspace.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <utility>

#include "loom/support/blocks.h"

namespace loom::native::fourier {
namespace {

/// What stands before the memory that is handed out.
struct Block {
  void* start;
  std::int64_t bytes;
};

constexpr std::int64_t kHeader = kAlignment;
static_assert(sizeof(Block) <= kHeader);
/// Longer ones are kept by allocate_block itself.
constexpr std::int64_t kLongest = std::int64_t{1} << 20;

Block& block_of(void* data) {
  return *reinterpret_cast<Block*>(static_cast<std::byte*>(data) - kHeader);
}

void free_workspace(void* data) {
  const Block block = block_of(data);
  free_block(block.start, block.bytes);
}

void* new_workspace(std::int64_t bytes) {
  const std::int64_t whole = bytes + kHeader + kAlignment;
  void* const start = allocate_block(whole);
  if (start == nullptr) throw std::bad_alloc();
  const auto place = reinterpret_cast<std::uintptr_t>(start) + kHeader + kAlignment - 1;
  void* const data = reinterpret_cast<void*>(place / kAlignment * kAlignment);
  block_of(data) = {start, whole};
  return data;
}

/// The blocks that a thread keeps.
class Kept {
 public:
  ~Kept() {
    for (void* const data : blocks_) {
      if (data != nullptr) free_workspace(data);
    }
  }

  /// The smallest one that is large enough, if there is one.
  void* take(std::int64_t bytes) {
    void** best = nullptr;
    for (void*& data : blocks_) {
      if (data == nullptr || room(data) < bytes) continue;
      if (best == nullptr || room(data) < room(*best)) best = &data;
    }
    return best == nullptr ? nullptr : std::exchange(*best, nullptr);
  }

  /// Keeps it in place of the smallest one; returns what there is no place for, if anything.
  void* keep(void* data) {
    void** const place = &*std::ranges::min_element(
        blocks_, {}, [](void* kept) { return kept == nullptr ? -1 : room(kept); });
    return *place == nullptr || room(*place) < room(data) ? std::exchange(*place, data) : data;
  }

 private:
  static std::int64_t room(void* data) { return block_of(data).bytes - kHeader - kAlignment; }

  std::array<void*, 4> blocks_{};
};

thread_local Kept kept;

}  // namespace

void* take_workspace(std::int64_t bytes) {
  if (bytes <= kLongest) {
    if (void* const data = kept.take(bytes)) return data;
  }
  return new_workspace(bytes);
}

void give_workspace(void* data) noexcept {
  if (block_of(data).bytes <= kLongest) data = kept.keep(data);
  if (data != nullptr) free_workspace(data);
}

}  // namespace loom::native::fourier
