#include "loom/support/pool.h"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cstddef>

// This file is built without ThreadSanitizer even where the rest is built with it: TBB's templates
// meet its library here, into which the sanitizer cannot see. threads.cpp tells it what it must
// know.
namespace loom::support {
namespace {

/// TBB starts no more threads than cores unless told before its first use. Of several controls
/// alive the least counts, so that there is one for good rather than one for each pool.
void allow_more_threads_than_cores() {
  constexpr int kMostThreads = 1024;
  static const tbb::global_control allowed(
      tbb::global_control::max_allowed_parallelism,
      static_cast<std::size_t>(std::max(kMostThreads, tbb::info::default_concurrency())));
}

}  // namespace

struct Pool::Impl {
  explicit Impl(int threads) : arena(threads) {}

  tbb::task_arena arena;
};

Pool::Pool(int threads) : impl_(std::make_unique<Impl>(threads)) {
  allow_more_threads_than_cores();
}

Pool::~Pool() = default;

void Pool::run(std::int64_t count, FunctionRef<void(std::int64_t, std::int64_t)> body) {
  using Range = tbb::blocked_range<std::int64_t>;
  impl_->arena.execute([&] {
    tbb::parallel_for(Range(0, count),
                      [&](const Range& range) { body(range.begin(), range.end()); });
  });
}

}  // namespace loom::support
