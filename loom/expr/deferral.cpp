#include "loom/expr/deferral.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "loom/expr/graph.h"
#include "loom/support/text.h"

namespace loom {
namespace {

constexpr std::int64_t kDefaultThreshold = std::int64_t{1} << 15;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kUnknown = -1;

std::atomic<std::int64_t> threshold_in_force{kUnknown};

std::int64_t usual_threshold() {
  const char* const wanted = std::getenv("LOOM_DEFER");
  if (wanted == nullptr || *wanted == '\0') return kDefaultThreshold;
  if (std::string_view(wanted) == "off") return kNever;
  if (const std::optional<std::int64_t> number = parse_int(wanted); number && *number >= 0) {
    return *number;
  }
  throw ValueError(
      fmt::format("LOOM_DEFER is '{}': a number of elements or \"off\" is expected", wanted));
}

std::int64_t fewest_elements() {
  std::int64_t threshold = threshold_in_force.load(std::memory_order_relaxed);
  if (threshold == kUnknown) {
    threshold = usual_threshold();
    threshold_in_force.store(threshold, std::memory_order_relaxed);
  }
  return threshold;
}

}  // namespace

std::optional<std::int64_t> deferral_threshold() {
  const std::int64_t threshold = fewest_elements();
  return threshold == kNever ? std::nullopt : std::optional(threshold);
}

void set_deferral_threshold(std::optional<std::int64_t> elements) {
  if (elements && *elements < 0) {
    throw ValueError(fmt::format("a number of elements is expected, given {}", *elements));
  }
  threshold_in_force.store(elements.value_or(kNever), std::memory_order_relaxed);
}

void settle_all() {
  if (PendingValues* const values = PendingValues::instance()) values->settle_all();
}

std::vector<std::string> pending_operations(const Array& array) {
  std::vector<std::string> names;
  if (!is_pending(array)) return names;
  for (const schema::OpId op : expr::Graph::instance().pending_operations(*array.buffer())) {
    names.emplace_back(schema::row(op).name);
  }
  return names;
}

namespace expr {

bool is_long_enough(std::int64_t elements) { return elements >= fewest_elements(); }

bool defer(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
           schema::Attributes attributes, std::span<const BufferRef* const> owners,
           Buffer& target) {
  const bool alone = outputs.size() == 1 && inputs.size() <= kMaxInputs;
  if (!alone || (!attributes.empty() && op != schema::op("astype"))) return false;
  const dispatch::Choice choice = dispatch::choose(op, inputs, outputs, attributes);
  return choice.divisible && Graph::instance().record(choice, inputs, owners, outputs[0], target);
}

}  // namespace expr
}  // namespace loom
