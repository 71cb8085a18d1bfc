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
/// Rows that are shorter are reduced by themselves.
constexpr std::int64_t kShortestRow = 128;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

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

/// The elements of each reduction where the axes, the first attribute, are the last ones of
/// `shape`; 0 where they are not.
std::int64_t reduced_length(const Dims& shape, schema::Attributes attributes) {
  const Dims& axes = std::get<Dims>(attributes[0]);
  std::int64_t length = 1;
  for (int i = 0; i < axes.size(); ++i) {
    const int axis = shape.size() - axes.size() + i;
    if (axes[i] != axis) return 0;
    length *= shape[axis];
  }
  return length;
}

}  // namespace

namespace expr {

std::atomic<std::int64_t> threshold_in_force{-1};

std::int64_t initial_threshold() {
  const std::int64_t threshold = usual_threshold();
  std::int64_t unknown = -1;
  return threshold_in_force.compare_exchange_strong(unknown, threshold) ? threshold : unknown;
}

}  // namespace expr

std::optional<std::int64_t> deferral_threshold() {
  const std::int64_t threshold = expr::threshold();
  return threshold == kNever ? std::nullopt : std::optional(threshold);
}

void set_deferral_threshold(std::optional<std::int64_t> elements) {
  if (elements && *elements < 0) {
    throw ValueError(fmt::format("a number of elements is expected, given {}", *elements));
  }
  expr::threshold_in_force.store(elements.value_or(kNever), std::memory_order_relaxed);
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

bool defer(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
           schema::Attributes attributes, std::span<const BufferRef* const> owners,
           Buffer& target) {
  const bool alone = outputs.size() == 1 && inputs.size() <= kMaxInputs;
  if (!alone || (!attributes.empty() && op != schema::op("astype"))) return false;
  const dispatch::Choice choice = dispatch::choose(op, inputs, outputs, attributes);
  return choice.loop != nullptr &&
         Graph::instance().record(choice, inputs, owners, outputs[0], target);
}

bool is_reducible(const View& input, schema::Attributes attributes) {
  return reduced_length(input.shape, attributes) >= kShortestRow;
}

bool reduce(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
            schema::Attributes attributes, std::span<const BufferRef* const> owners) {
  const std::int64_t length = reduced_length(inputs[0].shape, attributes);
  if (inputs.size() != 1 || outputs.size() != 1 || length < kShortestRow) return false;
  const dispatch::Choice choice = dispatch::choose(op, inputs, outputs, attributes);
  if (choice.gathering == nullptr) return false;
  return Graph::instance().reduce({choice, length, outputs[0], attributes}, inputs[0], **owners[0]);
}

}  // namespace expr
}  // namespace loom
