#pragma once

#include <cstdint>

#include "loom/support/function_ref.h"

// The one pool of threads (oneTBB) that all of Loom shares.
namespace loom {

/// Threads that parallel work may use: `set_num_threads`, else LOOM_NUM_THREADS, else
/// `usable_cores()`. At least 1. Throws ValueError where LOOM_NUM_THREADS is not such a number.
int num_threads();

/// Sets the number of threads for the process, vendor libraries included; 0 returns to the default.
/// Throws ValueError for a negative number.
void set_num_threads(int count);

/// Makes `callback` follow the number of threads: it is called at once with the present value, and
/// again with each new one before `set_num_threads` returns. A vendor library takes its own number
/// of threads this way. The callback must not call `set_num_threads` or this function.
void on_num_threads_change(void (*callback)(int count));

/// Calls `body(begin, end)` over disjoint pieces that cover [0, size), possibly at the same time on
/// several threads. Pieces are multiples of `grain` long (the last may be shorter) and at least
/// `grain` (a grain below 1 counts as 1); how many pieces one call spans is not fixed, so `body`
/// must not let results depend on it. Runs on the calling thread alone where size <= grain, where
/// one thread is allowed, in a parallel region, and in a process forked from one that had begun
/// threads. The first exception of `body` is rethrown; pieces not yet begun are dropped.
void parallel_for(std::int64_t size, std::int64_t grain,
                  FunctionRef<void(std::int64_t begin, std::int64_t end)> body);

/// The lowest index of [0, size) for which `wanted` holds, or `size`: the same on any number of
/// threads. Not every index behind it is looked at.
std::int64_t parallel_find(std::int64_t size, FunctionRef<bool(std::int64_t index)> wanted);

/// True on a thread that is inside the body of a `parallel_for` that runs on several threads, where
/// a nested one stays on its thread.
bool in_parallel_region();

}  // namespace loom
