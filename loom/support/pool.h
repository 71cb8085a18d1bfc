#pragma once

#include <cstdint>
#include <memory>

#include "loom/support/function_ref.h"

namespace loom::support {

/// Threads that share out pieces of work; the one file that speaks to oneTBB stands behind it.
/// Several threads may run work on one pool at the same time.
class Pool {
 public:
  explicit Pool(int threads);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Calls `body(begin, end)` over disjoint ranges that cover [0, count), on the calling thread and
  /// any idle ones. Rethrows the first exception.
  void run(std::int64_t count, FunctionRef<void(std::int64_t begin, std::int64_t end)> body);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loom::support
