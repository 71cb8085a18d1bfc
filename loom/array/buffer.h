#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace loom {

/// A block of memory that arrays share. Owned blocks are 64-byte aligned; borrowed ones belong to
/// somebody else and are handed back through their deleter.
class Buffer {
 public:
  /// Allocates `bytes` (zero is allowed), uninitialised. Throws MemoryPlanError where the system
  /// refuses.
  static std::shared_ptr<Buffer> allocate(std::int64_t bytes);
  /// Wraps memory of another owner; `release` runs when the last array lets go.
  static std::shared_ptr<Buffer> borrow(void* data, std::int64_t bytes, bool writable,
                                        std::function<void()> release);
  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  std::byte* data() const { return data_; }
  std::int64_t size() const { return size_; }
  bool writable() const { return writable_; }

 private:
  Buffer(std::byte* data, std::int64_t size, bool writable, std::function<void()> release);

  std::byte* data_;
  std::int64_t size_;
  bool writable_;
  std::function<void()> release_;
};

}  // namespace loom
