#include "loom/expr/plan.h"

#include <algorithm>
#include <bit>

namespace loom::expr {
namespace {

/// Bytes of the first cache that are ours.
constexpr std::int64_t kFirstCache = 32 << 10;
/// A block of the widest elements is a block of a reduction, at least.
constexpr std::int64_t kSmallestSlot = 2 << 10;
constexpr std::int64_t kLargestSlot = 8 << 10;

/// The last step that reads the value of each step.
std::vector<std::size_t> last_readers(const std::vector<Step>& steps) {
  std::vector<std::size_t> last(steps.size(), 0);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const Source& from : steps[i].from) {
      if (from.step >= 0) last[from.step] = i;
    }
  }
  return last;
}

int widest_item(const Tape& tape) {
  int widest = 1;
  for (const Step& step : tape.steps) widest = std::max(widest, item_size(step.node->dtype));
  for (const View& leaf : tape.leaves) widest = std::max(widest, item_size(leaf.dtype));
  return widest;
}

}  // namespace

Plan::Plan(const Tape& tape, std::int64_t row) {
  const std::int64_t size = element_count(tape.steps.back().node->shape);
  add_leaves(tape);
  add_steps(tape);
  // All that a block touches should fit the first cache together.
  const auto in_memory = [](const auto& value) { return value.slot < 0; };
  const auto touched =
      slots + std::ranges::count_if(leaves, in_memory) + std::ranges::count_if(steps, in_memory);
  slot_bytes = std::clamp(kFirstCache / touched, kSmallestSlot, kLargestSlot);
  slot_bytes = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(slot_bytes)));
  cut = Cut(size, row, slot_bytes / widest_item(tape));
}

void Plan::add_leaves(const Tape& tape) {
  std::vector<View> walked{tape.steps.back().node->view()};
  for (const View& leaf : tape.leaves) {
    BlockLeaf& added = leaves.emplace_back(BlockLeaf{leaf.data, item_size(leaf.dtype), 0, -1});
    if (leaf.is_contiguous()) continue;
    added.walked = static_cast<int>(walked.size());
    added.slot = slots++;
    walked.push_back(leaf);
  }
  loop = dispatch::LoopLayout(walked);
}

/// A value that is not wanted has a slot from the step that makes it to the last one that reads it,
/// which may write its own value there.
void Plan::add_steps(const Tape& tape) {
  const std::vector<std::size_t> last = last_readers(tape.steps);
  std::vector<int> free;
  for (std::size_t i = 0; i < tape.steps.size(); ++i) {
    const Step& step = tape.steps[i];
    const Node& node = *step.node;
    BlockStep& added = steps.emplace_back(
        BlockStep{node.choice.loop, node.inputs, step.from, item_size(node.dtype), -1, node.data});
    const auto free_slots = [&](bool of_this_size) {
      for (std::size_t k = 0; k < i; ++k) {
        const bool same = steps[k].item == added.item;
        if (last[k] == i && steps[k].slot >= 0 && same == of_this_size) {
          free.push_back(steps[k].slot);
        }
      }
    };
    free_slots(true);
    if (!step.wanted) {
      if (free.empty()) free.push_back(slots++);
      added.slot = free.back();
      free.pop_back();
    }
    free_slots(false);
  }
}

}  // namespace loom::expr
