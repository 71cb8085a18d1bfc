#include "loom/expr/pass.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>

#include "loom/dispatch/backend.h"
#include "loom/dispatch/loops.h"
#include "loom/dispatch/trace.h"

namespace loom::expr {
namespace {

/// Bytes of one value in a block: those that a step reads and writes fit the first caches.
constexpr std::int64_t kBlockBytes = 16 << 10;
/// Elements that are worth another thread.
constexpr std::int64_t kGrain = 1 << 14;
constexpr std::size_t kAlignment = 64;

/// What is the same for all blocks of a pass.
struct Layout {
  std::vector<View> walked;    ///< the last result, then the leaves that are not in C order
  std::vector<int> walked_as;  ///< where a leaf stands among those, or 0
  std::vector<int> slot;       ///< of each step's value in the scratch memory, or -1
  int slots = 0;
  std::int64_t block = 0;  ///< elements
  std::int64_t slot_bytes = 0;

  explicit Layout(const Tape& tape) {
    int widest = 1;
    for (const Step& step : tape.steps) widest = std::max(widest, item_size(step.node->view.dtype));
    for (const View& leaf : tape.leaves) widest = std::max(widest, item_size(leaf.dtype));
    block = kBlockBytes / widest;
    slot_bytes = kBlockBytes;
    walked.push_back(tape.steps.back().node->view);
    for (const View& leaf : tape.leaves) {
      const bool in_order = leaf.is_contiguous();
      walked_as.push_back(in_order ? 0 : static_cast<int>(walked.size()));
      if (!in_order) walked.push_back(leaf);
    }
    assign_slots(tape);
  }

  /// Leaves that are one element repeated get a slot of their own; values get one from the step
  /// that makes them to the last one that reads them.
  void assign_slots(const Tape& tape) {
    std::vector<std::size_t> last(tape.steps.size(), 0);
    for (std::size_t i = 0; i < tape.steps.size(); ++i) {
      for (const Source& from : tape.steps[i].from) {
        if (from.step >= 0) last[from.step] = i;
      }
    }
    std::vector<int> free;
    slot.assign(tape.steps.size(), -1);
    for (std::size_t i = 0; i < tape.steps.size(); ++i) {
      if (!tape.steps[i].wanted) {
        if (free.empty()) free.push_back(slots++);
        slot[i] = free.back();
        free.pop_back();
      }
      for (std::size_t k = 0; k < i; ++k) {
        if (last[k] == i && slot[k] >= 0) free.push_back(slot[k]);
      }
    }
  }
};

/// The memory that a thread keeps for its blocks.
std::byte* scratch(std::size_t bytes) {
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  thread_local std::unique_ptr<std::byte, Free> memory;
  thread_local std::size_t capacity = 0;
  if (bytes > capacity) {
    memory.reset(static_cast<std::byte*>(std::aligned_alloc(kAlignment, bytes)));
    capacity = memory == nullptr ? 0 : bytes;
    if (memory == nullptr) throw std::bad_alloc();
  }
  return memory.get();
}

/// `count` times the element of `size` bytes at `from`.
void repeat(std::byte* to, const std::byte* from, int size, std::int64_t count) {
  std::memcpy(to, from, static_cast<std::size_t>(size));
  for (std::int64_t done = 1; done < count;) {
    const std::int64_t more = std::min(done, count - done);
    std::memcpy(to + done * size, to, static_cast<std::size_t>(more * size));
    done += more;
  }
}

View line(const View& like, std::byte* data, std::int64_t step, std::int64_t count) {
  return {data, like.dtype, Dims{count}, Dims{step}};
}

/// The blocks of one run of elements.
class Blocks {
 public:
  Blocks(const Tape& tape, const Layout& layout, const dispatch::Run& run)
      : tape_(tape), layout_(layout), run_(run) {
    const View& out = layout.walked[0];
    offset_ = (run.data[0] - out.data) / item_size(out.dtype);
    // One slot for each step and each leaf would be enough.
    memory_ = scratch((layout.slots + tape.leaves.size()) * layout.slot_bytes);
    for (std::size_t i = 0; i < tape.leaves.size(); ++i) {
      const View& leaf = tape.leaves[i];
      if (!is_repeated(i)) continue;
      repeat(repeated(i), run.data[layout.walked_as[i]], item_size(leaf.dtype),
             std::min(layout.block, run.count));
    }
  }

  void compute() {
    for (begin_ = 0; begin_ < run_.count; begin_ += layout_.block) {
      count_ = std::min(layout_.block, run_.count - begin_);
      for (std::size_t i = 0; i < tape_.steps.size(); ++i) compute_step(i);
    }
  }

 private:
  bool is_repeated(std::size_t leaf) const {
    const int walked = layout_.walked_as[leaf];
    return walked > 0 && run_.step[walked] == 0;
  }

  std::byte* repeated(std::size_t leaf) const {
    return memory_ + (layout_.slots + leaf) * layout_.slot_bytes;
  }

  View leaf_view(std::size_t i) const {
    const View& leaf = tape_.leaves[i];
    const std::int64_t size = item_size(leaf.dtype);
    const int walked = layout_.walked_as[i];
    if (walked == 0) return line(leaf, leaf.data + (offset_ + begin_) * size, 1, count_);
    if (is_repeated(i)) return line(leaf, repeated(i), 1, count_);
    const std::int64_t step = run_.step[walked];
    return line(leaf, run_.data[walked] + begin_ * step * size, step, count_);
  }

  View value_view(std::size_t i) const {
    const View& value = tape_.steps[i].node->view;
    if (layout_.slot[i] >= 0) {
      return line(value, memory_ + layout_.slot[i] * layout_.slot_bytes, 1, count_);
    }
    return line(value, value.data + (offset_ + begin_) * item_size(value.dtype), 1, count_);
  }

  void compute_step(std::size_t i) {
    const Step& step = tape_.steps[i];
    std::array<View, kMaxInputs> inputs;
    const auto arity = static_cast<std::size_t>(step.node->inputs);
    for (std::size_t k = 0; k < arity; ++k) {
      const Source from = step.from[k];
      inputs[k] = from.step >= 0 ? value_view(from.step) : leaf_view(from.leaf);
    }
    const View output = value_view(i);
    step.node->call(std::span(inputs).first(arity), output);
  }

  const Tape& tape_;
  const Layout& layout_;
  const dispatch::Run& run_;
  std::byte* memory_;
  std::int64_t offset_;  ///< of the run's first element
  std::int64_t begin_ = 0, count_ = 0;
};

/// The inputs of a step as they were recorded.
std::vector<View> whole_inputs(const Tape& tape, const Step& step) {
  std::vector<View> inputs;
  for (int k = 0; k < step.node->inputs; ++k) {
    const Source from = step.from[k];
    inputs.push_back(from.step >= 0 ? tape.steps[from.step].node->view : tape.leaves[from.leaf]);
  }
  return inputs;
}

void compute(const Tape& tape) {
  if (tape.steps.size() == 1) {
    const Step& only = tape.steps[0];
    return only.node->call(whole_inputs(tape, only), only.node->view);
  }
  const Layout layout(tape);
  dispatch::for_each_run(layout.walked, kGrain,
                         [&](const dispatch::Run& run) { Blocks(tape, layout, run).compute(); });
}

void publish(const Tape& tape, double seconds) {
  std::vector<std::string_view> names;
  for (const Step& step : tape.steps) names.push_back(schema::row(step.node->choice.op).name);
  const std::string pass = names.size() == 1 ? "" : fmt::format("{}", fmt::join(names, ", "));
  for (const Step& step : tape.steps) {
    const bool last = &step == &tape.steps.back();
    step.node->publish(whole_inputs(tape, step), last ? seconds : 0, pass);
  }
}

}  // namespace

void run(const Tape& tape) {
  if (!dispatch::trace_wanted()) return compute(tape);
  const auto start = std::chrono::steady_clock::now();
  compute(tape);
  publish(tape, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

}  // namespace loom::expr
