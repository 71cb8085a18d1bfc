#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace loom {

class BufferRef;

/// A block of memory that arrays share, counted by the handles (`BufferRef`) on it. Owned blocks
/// are 64-byte aligned; borrowed ones belong to somebody else and are handed back through their
/// release function.
class Buffer {
 public:
  /// Allocates `bytes` (zero is allowed), uninitialised. Throws MemoryPlanError where the system
  /// refuses.
  static BufferRef allocate(std::int64_t bytes);
  /// Wraps memory of another owner; `release` runs when the last handle lets go.
  static BufferRef borrow(void* data, std::int64_t bytes, bool writable,
                          std::function<void()> release);
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  std::byte* data() const { return data_; }
  std::int64_t size() const { return size_; }
  bool writable() const { return writable_; }

 protected:
  /// Ends the buffer and whatever it stands in.
  using Destroy = void (*)(Buffer*);

  Buffer(std::byte* data, std::int64_t size, bool writable, Destroy destroy)
      : data_(data), size_(size), destroy_(destroy), writable_(writable) {}
  ~Buffer() = default;

 private:
  friend class BufferRef;

  std::atomic<std::int64_t> handles_{1};
  std::byte* data_;
  std::int64_t size_;
  Destroy destroy_;
  bool writable_;
};

/// A handle on a buffer, or on none. Copies share the buffer; the last one ends it, on whichever
/// thread that is.
class BufferRef {
 public:
  BufferRef() = default;
  BufferRef(const BufferRef& other) : buffer_(other.buffer_) {
    if (buffer_ != nullptr) buffer_->handles_.fetch_add(1, std::memory_order_relaxed);
  }
  BufferRef(BufferRef&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}
  BufferRef& operator=(BufferRef other) noexcept {
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~BufferRef() {
    if (buffer_ != nullptr) let_go();
  }

  Buffer* get() const { return buffer_; }
  Buffer* operator->() const { return buffer_; }
  Buffer& operator*() const { return *buffer_; }
  explicit operator bool() const { return buffer_ != nullptr; }
  /// Handles on the buffer at this moment; 0 without one.
  std::int64_t use_count() const {
    return buffer_ == nullptr ? 0 : buffer_->handles_.load(std::memory_order_relaxed);
  }

  friend bool operator==(const BufferRef& a, const BufferRef& b) { return a.buffer_ == b.buffer_; }

 private:
  friend class Buffer;

  explicit BufferRef(Buffer* fresh) : buffer_(fresh) {}
  void let_go() {
    // A sole handle cannot be copied by anybody else, so the usual case needs no locked
    // instruction.
    std::atomic<std::int64_t>& handles = buffer_->handles_;
    if (handles.load(std::memory_order_acquire) == 1 ||
        handles.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      buffer_->destroy_(buffer_);
    }
  }

  Buffer* buffer_ = nullptr;
};

}  // namespace loom
