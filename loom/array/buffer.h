#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace loom {

class Buffer;
class BufferRef;

/// Who computes values that buffers do not hold yet. One for the process, which the first of them
/// brings in; every function may be called on any thread.
class PendingValues {
 public:
  /// Returns when the value of `buffer` is in its memory. Throws what computing it throws; the
  /// value is pending then as before.
  virtual void settle(Buffer& buffer) = 0;
  /// The same for every pending value that is made of what `buffer` holds now.
  virtual void settle_readers(Buffer& buffer) = 0;
  /// The same for all of them.
  virtual void settle_all() = 0;
  /// `buffer` ends, and nobody will ask for its value.
  virtual void abandon(Buffer& buffer) noexcept = 0;

  /// What is in force; null while nothing was ever pending.
  static PendingValues* instance();
  static void set_instance(PendingValues* values);

 protected:
  ~PendingValues() = default;
};

/// A block of memory that arrays share, counted by the handles (`BufferRef`) on it. Owned blocks
/// are 64-byte aligned; borrowed ones belong to somebody else and are handed back through their
/// release function. The value of an owned block may be pending: computed when somebody reads it.
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

  /// The memory; what it holds is meaningless while its value is pending.
  std::byte* data() const { return data_; }
  std::int64_t size() const { return size_; }
  bool writable() const { return writable_; }

  /// Makes the memory hold its value: to be called before it is read. Throws what computing throws.
  void settle() {
    if (pending_.load(std::memory_order_acquire) != nullptr) {
      PendingValues::instance()->settle(*this);
    }
  }
  /// To be called before each write: settles the buffer, and what was to be made of its value.
  void before_write() {
    settle();
    if (readers_.load() != 0) PendingValues::instance()->settle_readers(*this);
  }

  /// To be called before others get the address of the memory: from then on they may write to it at
  /// any time, and nothing is deferred over it.
  void expose() {
    if (!exposed_.load()) exposed_.store(true);
    before_write();
  }
  /// The same until as many calls of `take_back`.
  void lend() {
    loans_.fetch_add(1);
    before_write();
  }
  void take_back() { loans_.fetch_sub(1); }
  /// Whether others may write to the memory at any time.
  bool is_shared() const { return exposed_.load() || loans_.load() != 0; }

  // The side of `PendingValues`.
  /// What is behind the value that is pending, or null.
  void* pending() const { return pending_.load(std::memory_order_relaxed); }
  void set_pending(void* value) { pending_.store(value, std::memory_order_release); }
  /// Pending values that are made of what the buffer holds: counted here, so that a write sees that
  /// there are some. Both are called under one lock.
  void add_reader() { readers_.fetch_add(1); }
  void remove_reader() {
    readers_.store(readers_.load(std::memory_order_relaxed) - 1, std::memory_order_release);
  }
  /// Another handle on the buffer; none where the last one is already gone, so that the buffer is
  /// about to call `abandon`. For buffers whose value is pending, and under the lock of `abandon`.
  BufferRef share_pending();

 protected:
  /// Ends the buffer and whatever it stands in.
  using Destroy = void (*)(Buffer*);

  Buffer(std::byte* data, std::int64_t size, bool writable, Destroy destroy, bool exposed)
      : exposed_(exposed), data_(data), size_(size), destroy_(destroy), writable_(writable) {}
  ~Buffer() = default;

 private:
  friend class BufferRef;

  std::atomic<std::int64_t> handles_{1};
  std::atomic<void*> pending_{nullptr};
  std::atomic<std::int32_t> readers_{0};
  std::atomic<std::int32_t> loans_{0};
  std::atomic<bool> exposed_;
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
    // instruction. (Where the value is pending, `share_pending` can.)
    std::atomic<std::int64_t>& handles = buffer_->handles_;
    const bool sole = buffer_->pending_.load(std::memory_order_acquire) == nullptr &&
                      handles.load(std::memory_order_acquire) == 1;
    if (sole || handles.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      buffer_->destroy_(buffer_);
    }
  }

  Buffer* buffer_ = nullptr;
};

inline BufferRef Buffer::share_pending() {
  std::int64_t count = handles_.load(std::memory_order_relaxed);
  while (count > 0) {
    if (handles_.compare_exchange_weak(count, count + 1, std::memory_order_acq_rel)) {
      return BufferRef(this);
    }
  }
  return {};
}

}  // namespace loom
