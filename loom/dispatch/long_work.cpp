#include "loom/dispatch/long_work.h"

#include <deque>
#include <mutex>

namespace loom::dispatch {
namespace {

// What one core does per second where a kernel is at its worst: memory that is copied once, and
// arithmetic without vectors. To take a short call for a long one costs less than the reverse.
constexpr double kBytesPerSecond = 5e9;
constexpr double kFlopsPerSecond = 1e9;
constexpr double kLongSeconds = 20e-6;

// No operation on so few elements is long: 22 n^3 operations for the svd of 5 x 5, which no other
// row exceeds, take 3 microseconds.
constexpr std::int64_t kFewElements = 50;

bool has_few_elements(const KernelCall& call) {
  std::int64_t elements = 0;
  for (const View& input : call.inputs) elements += input.size();
  for (const View& output : call.outputs) elements += output.size();
  return elements <= kFewElements;
}

}  // namespace

std::atomic<const LongWorkGuard*> LongWork::guard_in_force{nullptr};

bool LongWork::is_long(const KernelCall& call) {
  if (has_few_elements(call)) return false;
  const schema::Cost cost = call.row.cost(call, call.outputs);
  return cost.bytes / kBytesPerSecond + cost.flops / kFlopsPerSecond > kLongSeconds;
}

void set_long_work_guard(LongWorkGuard guard) {
  // Guards are never freed: a call that runs may still use an older one.
  static std::mutex mutex;
  static std::deque<LongWorkGuard>& guards = *new std::deque<LongWorkGuard>;
  const std::lock_guard lock(mutex);
  const bool none = guard.begin == nullptr;
  LongWork::guard_in_force.store(none ? nullptr : &guards.emplace_back(guard),
                                 std::memory_order_release);
}

}  // namespace loom::dispatch
