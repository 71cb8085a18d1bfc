#include "loom/support/threads.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

#include "loom/support/cpu.h"
#include "loom/support/error.h"
#include "loom/support/pool.h"
#include "loom/support/text.h"

namespace loom {
namespace {

struct Threads {
  std::atomic<int> count = 0;  ///< 0 until the first use

  std::mutex pool_mutex;
  std::shared_ptr<support::Pool> pool;  ///< of `pool_size` threads; shared with the calls it runs
  int pool_size = 0;
  std::atomic<bool> pool_began = false;
  std::atomic<bool> pool_lost = false;  ///< this is the child of a process whose pool began

  std::mutex callback_mutex;
  std::vector<void (*)(int)> callbacks;
};

Threads& threads();

/// A child has the thread that forked and no other: those of the pool are not there to be woken or
/// ended, and whoever held a mutex will not release it.
void renew_in_child() {
  Threads& state = threads();
  new (&state.pool_mutex) std::mutex;
  new (&state.callback_mutex) std::mutex;
  if (state.pool_began) state.pool_lost = true;
}

/// Never destroyed: threads of the caller may still compute while the process ends.
Threads& threads() {
  static Threads& threads = []() -> Threads& {
    pthread_atfork(nullptr, nullptr, renew_in_child);
    return *new Threads;
  }();
  return threads;
}

int default_threads() {
  const char* text = std::getenv("LOOM_NUM_THREADS");
  if (text == nullptr || *text == '\0') return usable_cores();
  const auto count = parse_int(trim(text));
  if (!count || *count < 1 || *count > std::numeric_limits<int>::max()) {
    throw ValueError(fmt::format(
        "[LOOM_NUM_THREADS] expected a whole number of at least 1, found \"{}\"", text));
  }
  return static_cast<int>(*count);
}

/// The pool of `count` threads. A call that runs on an older pool keeps that one alive.
std::shared_ptr<support::Pool> pool_of(int count) {
  Threads& state = threads();
  const std::lock_guard lock(state.pool_mutex);
  state.pool_began = true;
  if (state.pool_size != count) {
    state.pool = std::make_shared<support::Pool>(count);
    state.pool_size = count;
  }
  return state.pool;
}

thread_local bool inside_region = false;

// ThreadSanitizer does not see how TBB, which is not built for it, hands work from thread to
// thread, and would call every body a race. Under it alone, this atomic says so: what came before
// `release` happened before what follows the next `acquire`.
struct Handover {
#ifdef __SANITIZE_THREAD__
  static inline std::atomic<int> state = 0;
  static void acquire() { state.load(std::memory_order_acquire); }
  static void release() { state.fetch_add(1, std::memory_order_acq_rel); }
#else
  static void acquire() {}
  static void release() {}
#endif
};

/// Marks the thread as inside a region for as long as one piece runs, and hands its work over.
class Piece {
 public:
  Piece() : outer_(inside_region) {
    Handover::acquire();
    inside_region = true;
  }
  ~Piece() {
    inside_region = outer_;
    Handover::release();
  }
  Piece(const Piece&) = delete;
  Piece& operator=(const Piece&) = delete;

 private:
  bool outer_;
};

void run_on_pool(int count, std::int64_t size, std::int64_t grain,
                 FunctionRef<void(std::int64_t, std::int64_t)> body) {
  struct Joined {
    ~Joined() { Handover::acquire(); }
  } const joined;
  const std::int64_t grains = (size - 1) / grain + 1;
  const auto run_grains = [&](std::int64_t begin, std::int64_t end) {
    const Piece piece;
    body(begin * grain, end == grains ? size : end * grain);
  };
  Handover::release();
  pool_of(count)->run(grains, run_grains);
}

}  // namespace

int num_threads() {
  std::atomic<int>& count = threads().count;
  if (const int known = count.load(std::memory_order_relaxed)) return known;
  int unset = 0;
  count.compare_exchange_strong(unset, default_threads());
  return count;
}

void set_num_threads(int count) {
  if (count < 0) {
    throw ValueError(fmt::format("[set_num_threads] the number is negative: {}", count));
  }
  if (count == 0) count = default_threads();
  Threads& state = threads();
  const std::lock_guard lock(state.callback_mutex);
  if (state.count.exchange(count) == count) return;
  for (const auto callback : state.callbacks) callback(count);
}

void on_num_threads_change(void (*callback)(int count)) {
  Threads& state = threads();
  const std::lock_guard lock(state.callback_mutex);
  const int count = num_threads();
  state.callbacks.push_back(callback);
  callback(count);
}

void parallel_for(std::int64_t size, std::int64_t grain,
                  FunctionRef<void(std::int64_t begin, std::int64_t end)> body) {
  if (size <= 0) return;
  grain = std::max<std::int64_t>(grain, 1);
  if (size <= grain || inside_region) return body(0, size);
  const int count = num_threads();
  if (count == 1 || threads().pool_lost) return body(0, size);
  run_on_pool(count, size, grain, body);
}

std::int64_t parallel_find(std::int64_t size, FunctionRef<bool(std::int64_t index)> wanted) {
  std::atomic<std::int64_t> first = size;
  parallel_for(size, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      if (!wanted(i)) continue;
      std::int64_t lowest = first;
      while (i < lowest && !first.compare_exchange_weak(lowest, i)) {
      }
      return;
    }
  });
  return first;
}

bool in_parallel_region() { return inside_region; }

}  // namespace loom
