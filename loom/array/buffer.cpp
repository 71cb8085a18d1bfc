#include "loom/array/buffer.h"

#include <fmt/format.h>

#include <cstddef>
#include <new>

#include "loom/support/blocks.h"
#include "loom/support/error.h"
#include "loom/support/memory.h"

namespace loom {
namespace {

constexpr std::size_t kAlignment = 64;

/// Stands right before its memory, in one block.
class OwnedBuffer final : public Buffer {
 public:
  static Buffer* make(std::int64_t bytes) {
    void* block = allocate_block(bytes + kExtra);
    if (block == nullptr) {
      throw MemoryPlanError(fmt::format("the system refused {} of memory", format_bytes(bytes)));
    }
    const auto after = reinterpret_cast<std::uintptr_t>(block) + sizeof(OwnedBuffer);
    const std::uintptr_t data = (after + kAlignment - 1) / kAlignment * kAlignment;
    auto* place = reinterpret_cast<std::byte*>(data) - sizeof(OwnedBuffer);
    return new (place) OwnedBuffer(block, reinterpret_cast<std::byte*>(data), bytes);
  }

 private:
  OwnedBuffer(void* block, std::byte* data, std::int64_t bytes)
      : Buffer(data, bytes, true, destroy, false), block_(block) {}

  static void destroy(Buffer* buffer) {
    if (buffer->pending() != nullptr) PendingValues::instance()->abandon(*buffer);
    free_block(static_cast<OwnedBuffer*>(buffer)->block_, buffer->size() + kExtra);
  }

  static const std::int64_t kExtra;  ///< bytes of a block besides the memory
  void* block_;
};

const std::int64_t OwnedBuffer::kExtra = sizeof(OwnedBuffer) + kAlignment - alignof(OwnedBuffer);

class BorrowedBuffer final : public Buffer {
 public:
  BorrowedBuffer(void* data, std::int64_t bytes, bool writable, std::function<void()> release)
      : Buffer(static_cast<std::byte*>(data), bytes, writable, destroy, true),
        release_(std::move(release)) {}

 private:
  static void destroy(Buffer* buffer) {
    auto* borrowed = static_cast<BorrowedBuffer*>(buffer);
    if (borrowed->release_) borrowed->release_();
    delete borrowed;
  }

  std::function<void()> release_;
};

std::atomic<PendingValues*> pending_values{nullptr};

}  // namespace

PendingValues* PendingValues::instance() { return pending_values.load(std::memory_order_acquire); }

void PendingValues::set_instance(PendingValues* values) {
  pending_values.store(values, std::memory_order_release);
}

BufferRef Buffer::allocate(std::int64_t bytes) { return BufferRef(OwnedBuffer::make(bytes)); }

BufferRef Buffer::borrow(void* data, std::int64_t bytes, bool writable,
                         std::function<void()> release) {
  return BufferRef(new BorrowedBuffer(data, bytes, writable, std::move(release)));
}

}  // namespace loom
