#pragma once

#include <cstdint>

#include "loom/backends/native/fourier/kernels.h"

namespace loom::native::fourier {

/// Uninitialised memory, aligned for rows; throws std::bad_alloc. Each thread keeps a few blocks
/// that it let go: a transform of some 10^4 numbers takes no longer than the system needs to clear
/// as many pages.
void* take_workspace(std::int64_t bytes);
void give_workspace(void* data) noexcept;

/// Uninitialised memory of `count` numbers.
template <class T>
class Workspace {
 public:
  explicit Workspace(std::int64_t count)
      : data_(static_cast<T*>(take_workspace(count * static_cast<std::int64_t>(sizeof(T))))) {}
  ~Workspace() { give_workspace(data_); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  T* get() const { return data_; }

 private:
  T* data_;
};

}  // namespace loom::native::fourier
