#include "loom/dispatch/memory_plan.h"

#include <fmt/format.h>

#include "loom/support/error.h"
#include "loom/support/memory.h"

namespace loom {

MemoryPlan& MemoryPlan::add(std::string what, std::int64_t bytes) {
  if (bytes > 0) items_.push_back({std::move(what), bytes});
  return *this;
}

std::int64_t MemoryPlan::total() const {
  std::int64_t sum = 0;
  for (const Item& item : items_) {
    if (__builtin_add_overflow(sum, item.bytes, &sum)) return INT64_MAX;
  }
  return sum;
}

std::string MemoryPlan::describe() const {
  std::string list;
  for (const Item& item : items_) {
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", item.what, format_bytes(item.bytes));
  }
  return fmt::format("{}: {} ({})", phase_, format_bytes(total()), list);
}

void MemoryPlan::check(const std::string& advice) const {
  const std::int64_t available = available_memory();
  if (total() <= available) return;
  throw MemoryPlanError(fmt::format("not enough memory for {}; {} available{}{}", describe(),
                                    format_bytes(available), advice.empty() ? "" : ". ", advice));
}

}  // namespace loom
