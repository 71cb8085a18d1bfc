#include "loom/expr/pass.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "loom/dispatch/backend.h"
#include "loom/dispatch/loops.h"
#include "loom/dispatch/trace.h"
#include "loom/support/threads.h"

namespace loom::expr {
namespace {

/// Bytes of a block of values: those that a step reads and writes fit the first caches.
constexpr std::int64_t kSlotBytes = 16 << 10;
/// Elements that are worth another thread.
constexpr std::int64_t kGrain = 1 << 14;
constexpr std::size_t kAlignment = 64;

/// What is the same for all blocks of a pass.
struct Plan {
  /// Walks over the last result, then over the leaves that are not in C order.
  dispatch::LoopLayout loop;
  std::vector<int> walked_as;  ///< where a leaf stands among those, or 0
  std::vector<int> slot;       ///< of the scratch memory, for each step's value, or -1
  int slots = 0;
  std::int64_t block = 0;  ///< elements; a power of two

  explicit Plan(const Tape& tape) {
    int widest = 1;
    for (const Step& step : tape.steps) widest = std::max(widest, item_size(step.node->view.dtype));
    for (const View& leaf : tape.leaves) widest = std::max(widest, item_size(leaf.dtype));
    block = kSlotBytes / widest;
    std::vector<View> walked{tape.steps.back().node->view};
    for (const View& leaf : tape.leaves) {
      const bool in_order = leaf.is_contiguous();
      walked_as.push_back(in_order ? 0 : static_cast<int>(walked.size()));
      if (!in_order) walked.push_back(leaf);
    }
    loop = dispatch::LoopLayout(walked);
    assign_slots(tape.steps);
  }

 private:
  /// A value that goes nowhere else has a slot from the step that makes it to the last one that
  /// reads it.
  void assign_slots(const std::vector<Step>& steps) {
    std::vector<std::size_t> last(steps.size(), 0);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      for (const Source& from : steps[i].from) {
        if (from.step >= 0) last[from.step] = i;
      }
    }
    std::vector<int> free;
    slot.assign(steps.size(), -1);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (!steps[i].wanted) {
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
void repeat(std::byte* to, const std::byte* from, std::int64_t size, std::int64_t count) {
  std::memcpy(to, from, static_cast<std::size_t>(size));
  for (std::int64_t done = 1; done < count;) {
    const std::int64_t more = std::min(done, count - done);
    std::memcpy(to + done * size, to, static_cast<std::size_t>(more * size));
    done += more;
  }
}

/// What one thread needs to compute blocks.
class Blocks {
 public:
  Blocks(const Tape& tape, const Plan& plan) : tape_(tape), plan_(plan) {
    const std::size_t slots = plan.slots + tape.leaves.size();
    memory_ = scratch(slots * kSlotBytes);
    filled_.resize(tape.leaves.size());
  }

  /// Computes elements [begin, end), no more than a block.
  void compute(std::int64_t begin, std::int64_t end) {
    begin_ = begin;
    done_ = 0;
    dispatch::for_each_run_between(plan_.loop, begin, end, [&](const dispatch::Run& run) {
      fill_repeated(run);
      for (std::size_t i = 0; i < tape_.steps.size(); ++i) compute_step(i, run);
      done_ += run.count;
    });
  }

 private:
  /// One element that stands for many.
  struct Filled {
    const std::byte* from = nullptr;
    std::int64_t count = 0;
  };

  std::byte* slot(std::size_t number) const { return memory_ + number * kSlotBytes; }
  std::byte* slot_of_leaf(std::size_t leaf) const { return slot(plan_.slots + leaf); }

  /// Puts elements that are repeated side by side, where they are not so already.
  void fill_repeated(const dispatch::Run& run) {
    for (std::size_t i = 0; i < tape_.leaves.size(); ++i) {
      const int walked = plan_.walked_as[i];
      if (walked == 0 || run.step[walked] != 0) continue;
      const std::byte* const from = run.data[walked];
      if (filled_[i].from == from && filled_[i].count >= run.count) continue;
      repeat(slot_of_leaf(i), from, item_size(tape_.leaves[i].dtype), run.count);
      filled_[i] = {from, run.count};
    }
  }

  View leaf_view(std::size_t i, const dispatch::Run& run) const {
    const View& leaf = tape_.leaves[i];
    const int walked = plan_.walked_as[i];
    if (walked == 0) return line(leaf.dtype, leaf.data, begin_ + done_, run);
    if (run.step[walked] == 0) return line(leaf.dtype, slot_of_leaf(i), 0, run);
    return {run.data[walked], leaf.dtype, Dims{run.count}, Dims{run.step[walked]}};
  }

  View value_view(std::size_t i, const dispatch::Run& run) const {
    const View& value = tape_.steps[i].node->view;
    if (plan_.slot[i] >= 0) return line(value.dtype, slot(plan_.slot[i]), done_, run);
    return line(value.dtype, value.data, begin_ + done_, run);
  }

  static View line(DType dtype, std::byte* data, std::int64_t first, const dispatch::Run& run) {
    return {data + first * item_size(dtype), dtype, Dims{run.count}, Dims{1}};
  }

  void compute_step(std::size_t i, const dispatch::Run& run) {
    const Step& step = tape_.steps[i];
    std::array<View, kMaxInputs> inputs;
    const auto arity = static_cast<std::size_t>(step.node->inputs);
    for (std::size_t k = 0; k < arity; ++k) {
      const Source from = step.from[k];
      inputs[k] = from.step >= 0 ? value_view(from.step, run) : leaf_view(from.leaf, run);
    }
    step.node->call(std::span(inputs).first(arity), value_view(i, run));
  }

  const Tape& tape_;
  const Plan& plan_;
  std::byte* memory_;
  std::vector<Filled> filled_;
  std::int64_t begin_ = 0;  ///< of the block
  std::int64_t done_ = 0;   ///< elements of it
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
  const Plan plan(tape);
  parallel_for(tape.steps.back().node->view.size(), kGrain,
               [&](std::int64_t begin, std::int64_t end) {
                 Blocks blocks(tape, plan);
                 for (; begin < end; begin += plan.block) {
                   blocks.compute(begin, std::min(begin + plan.block, end));
                 }
               });
}

void publish(const Tape& tape, double seconds) {
  std::vector<std::string_view> names;
  for (const Step& step : tape.steps) names.push_back(schema::row(step.node->choice.op).name);
  const std::string fused = names.size() == 1 ? "" : fmt::format("{}", fmt::join(names, ", "));
  for (const Step& step : tape.steps) {
    const bool last = &step == &tape.steps.back();
    step.node->publish(whole_inputs(tape, step), last ? seconds : 0, fused);
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
