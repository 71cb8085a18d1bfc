#include "loom/expr/pass.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include "loom/dispatch/backend.h"
#include "loom/dispatch/gathering.h"
#include "loom/dispatch/trace.h"
#include "loom/expr/plan.h"
#include "loom/support/threads.h"

namespace loom::expr {
namespace {

/// Elements that are worth another thread.
constexpr std::int64_t kGrain = 1 << 14;
constexpr std::size_t kAlignment = 64;

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
  explicit Blocks(const Plan& plan)
      : plan_(plan),
        memory_(scratch(static_cast<std::size_t>(plan.slots * plan.slot_bytes))),
        repeated_(plan.leaves.size()),
        leaves_(plan.leaves.size()) {}

  /// Computes elements [begin, end), no more than a block; returns the last values.
  const std::byte* compute(std::int64_t begin, std::int64_t end) {
    begin_ = begin;
    done_ = 0;
    dispatch::for_each_run_between(plan_.loop, begin, end, [&](const dispatch::Run& run) {
      for (std::size_t i = 0; i < leaves_.size(); ++i) leaves_[i] = leaf(i, run);
      for (const BlockStep& step : plan_.steps) compute_step(step, run.count);
      done_ += run.count;
    });
    done_ = 0;
    return value(plan_.steps.back());
  }

 private:
  /// One element that stands for many, and how many of them are side by side.
  struct Repeated {
    const std::byte* from = nullptr;
    std::int64_t count = 0;
  };

  std::byte* slot(int number) const { return memory_ + number * plan_.slot_bytes; }

  /// The elements of a leaf in a run, side by side.
  const std::byte* leaf(std::size_t i, const dispatch::Run& run) {
    const BlockLeaf& leaf = plan_.leaves[i];
    if (leaf.walked == 0) return leaf.memory + (begin_ + done_) * leaf.item;
    const std::byte* const from = run.data[leaf.walked];
    if (run.step[leaf.walked] == 1) return from;
    Repeated& repeated = repeated_[i];
    if (repeated.from != from || repeated.count < run.count) {
      repeat(slot(leaf.slot), from, leaf.item, run.count);
      repeated = {from, run.count};
    }
    return slot(leaf.slot);
  }

  /// Where the values of a step in a run are.
  std::byte* value(const BlockStep& step) const {
    if (step.slot >= 0) return slot(step.slot) + done_ * step.item;
    return step.memory + (begin_ + done_) * step.item;
  }

  void compute_step(const BlockStep& step, std::int64_t count) const {
    std::array<const std::byte*, kMaxInputs> in;
    for (int k = 0; k < step.inputs; ++k) {
      const Source from = step.from[k];
      in[k] = from.step >= 0 ? value(plan_.steps[from.step]) : leaves_[from.leaf];
    }
    step.loop(value(step), in.data(), count);
  }

  const Plan& plan_;
  std::byte* memory_;
  std::vector<Repeated> repeated_;
  std::vector<const std::byte*> leaves_;
  std::int64_t begin_ = 0;  ///< of the block
  std::int64_t done_ = 0;   ///< elements of it
};

/// The inputs of a step as they were recorded.
std::vector<View> whole_inputs(const Tape& tape, const Step& step) {
  std::vector<View> inputs;
  for (int k = 0; k < step.node->inputs; ++k) {
    const Source from = step.from[k];
    inputs.push_back(from.step >= 0 ? tape.steps[from.step].node->view() : tape.leaves[from.leaf]);
  }
  return inputs;
}

/// The accumulators of a reduction, one for each row of each block.
class Gathered {
 public:
  Gathered(const Ending& ending, const Cut& cut)
      : gathering_(*ending.choice.gathering),
        cut_(cut),
        result_(ending.result.data),
        accumulators_(std::make_unique_for_overwrite<std::byte[]>(
            static_cast<std::size_t>(cut.rows() * cut.per_row() * gathering_.accumulator))) {}

  /// Takes the elements of a block.
  void take(std::int64_t block, const std::byte* elements) {
    const std::int64_t begin = cut_.begin(block), end = cut_.end(block), row = cut_.row();
    if (cut_.per_row() > 1) {
      gathering_.line(accumulator(block), elements, end - begin, {.first = begin % row});
      return;
    }
    for (std::int64_t first = begin; first < end; first += row) {
      gathering_.line(accumulator(first / row), elements, row, {});
      elements += row * gathering_.element;
    }
  }

  void finish() {
    const dispatch::Gathering::Whole whole{.count = cut_.row()};
    if (cut_.per_row() == 1) {
      return gathering_.finish(result_, accumulators_.get(), cut_.rows(), whole);
    }
    dispatch::JoiningTree tree(gathering_, 1, cut_.per_row());
    for (std::int64_t row = 0; row < cut_.rows(); ++row) {
      for (std::int64_t part = 0; part < cut_.per_row(); ++part) {
        std::memcpy(tree.leaf(), accumulator(row * cut_.per_row() + part),
                    static_cast<std::size_t>(gathering_.accumulator));
        tree.add(1);
      }
      gathering_.finish(result_ + row * gathering_.result, tree.take(1), 1, whole);
    }
  }

 private:
  std::byte* accumulator(std::int64_t number) const {
    return accumulators_.get() + number * gathering_.accumulator;
  }

  const dispatch::Gathering& gathering_;
  const Cut& cut_;
  std::byte* result_;
  std::unique_ptr<std::byte[]> accumulators_;
};

void compute(const Tape& tape, const Ending* ending) {
  if (tape.steps.size() == 1 && ending == nullptr) {
    const Step& only = tape.steps[0];
    return only.node->call(whole_inputs(tape, only), only.node->view());
  }
  const std::int64_t size = element_count(tape.steps.back().node->shape);
  const Plan plan(tape, ending != nullptr ? ending->length : size);
  std::optional<Gathered> gathered;
  if (ending != nullptr) gathered.emplace(*ending, plan.cut);
  const std::int64_t grain = kGrain / std::max<std::int64_t>(plan.cut.end(0), 1);
  parallel_for(plan.cut.blocks(), grain, [&](std::int64_t begin, std::int64_t end) {
    Blocks blocks(plan);
    for (std::int64_t block = begin; block < end; ++block) {
      const std::byte* const last = blocks.compute(plan.cut.begin(block), plan.cut.end(block));
      if (gathered) gathered->take(block, last);
    }
  });
  if (gathered) gathered->finish();
}

void publish(const Tape& tape, const Ending* ending, double seconds) {
  std::vector<std::string_view> names;
  for (const Step& step : tape.steps) names.push_back(schema::row(step.node->choice.op).name);
  if (ending != nullptr) names.push_back(schema::row(ending->choice.op).name);
  const std::string fused = names.size() == 1 ? "" : fmt::format("{}", fmt::join(names, ", "));
  for (const Step& step : tape.steps) {
    const bool last = ending == nullptr && &step == &tape.steps.back();
    step.node->publish(whole_inputs(tape, step), last ? seconds : 0, fused);
  }
  if (ending == nullptr) return;
  const View input = tape.steps.back().node->view();
  dispatch::publish_run(ending->choice, {&input, 1}, {&ending->result, 1}, ending->attributes,
                        seconds, fused);
}

}  // namespace

void run(const Tape& tape, const Ending* ending) {
  if (!dispatch::trace_wanted()) return compute(tape, ending);
  const auto start = std::chrono::steady_clock::now();
  compute(tape, ending);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  publish(tape, ending, taken.count());
}

double flops_of(const Tape& tape) {
  double flops = 0;
  for (const Step& step : tape.steps) {
    const std::vector<View> inputs = whole_inputs(tape, step);
    const View result = step.node->view();
    const schema::OpRow& row = schema::row(step.node->choice.op);
    flops += row.cost({row, inputs, {}}, {&result, 1}).flops;
  }
  return flops;
}

}  // namespace loom::expr
