#pragma once

#include <atomic>

#include "loom/dispatch/kernel.h"

// What the host of the process wants done around calls that take long: Python lets other threads
// run meanwhile.
namespace loom::dispatch {

/// `begin` runs before the kernel of a long call, on its thread, and `end` after it with what
/// `begin` returned, also where the kernel throws. Neither may throw.
struct LongWorkGuard {
  void* (*begin)() = nullptr;
  void (*end)(void* token) = nullptr;
};

/// Sets the guard of the process; an empty one ends it. A call that is running keeps the one it
/// began with. Long is what the cost model of the operation puts at more than 20 microseconds.
void set_long_work_guard(LongWorkGuard guard);

/// Holds the guard of the process for its life, where there is one and `call` is long.
class LongWork {
 public:
  explicit LongWork(const KernelCall& call) {
    const LongWorkGuard* const guard = guard_in_force.load(std::memory_order_acquire);
    if (guard != nullptr && is_long(call)) begin(*guard);
  }
  /// For work that is long, whatever it is.
  LongWork() {
    const LongWorkGuard* const guard = guard_in_force.load(std::memory_order_acquire);
    if (guard != nullptr) begin(*guard);
  }
  ~LongWork() {
    if (guard_ != nullptr) guard_->end(token_);
  }
  LongWork(const LongWork&) = delete;
  LongWork& operator=(const LongWork&) = delete;

 private:
  static std::atomic<const LongWorkGuard*> guard_in_force;
  friend void set_long_work_guard(LongWorkGuard guard);

  static bool is_long(const KernelCall& call);
  void begin(const LongWorkGuard& guard) {
    guard_ = &guard;
    token_ = guard.begin();
  }

  const LongWorkGuard* guard_ = nullptr;
  void* token_ = nullptr;
};

}  // namespace loom::dispatch
