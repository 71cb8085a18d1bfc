#include "loom/array/buffer.h"

#include <fmt/format.h>

#include <cstdlib>
#include <new>
#include <utility>

#include "loom/support/error.h"
#include "loom/support/memory.h"

namespace loom {

inline constexpr std::align_val_t kAlignment{64};

Buffer::Buffer(std::byte* data, std::int64_t size, bool writable, std::function<void()> release)
    : data_(data), size_(size), writable_(writable), release_(std::move(release)) {}

std::shared_ptr<Buffer> Buffer::allocate(std::int64_t bytes) {
  void* data = ::operator new(static_cast<std::size_t>(bytes), kAlignment, std::nothrow);
  if (data == nullptr) {
    throw MemoryPlanError(fmt::format("the system refused {} of memory", format_bytes(bytes)));
  }
  return std::shared_ptr<Buffer>(new Buffer(static_cast<std::byte*>(data), bytes, true, nullptr));
}

std::shared_ptr<Buffer> Buffer::borrow(void* data, std::int64_t bytes, bool writable,
                                       std::function<void()> release) {
  if (!release) release = [] {};
  return std::shared_ptr<Buffer>(
      new Buffer(static_cast<std::byte*>(data), bytes, writable, std::move(release)));
}

Buffer::~Buffer() {
  if (release_) {
    release_();
  } else {
    ::operator delete(data_, kAlignment);
  }
}

}  // namespace loom
