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

/// How the elements are cut into blocks. They are in rows, which are reduced where there is a
/// reduction: a block is some whole rows or a part of one, a power of two of elements but for the
/// last part.
class Cut {
 public:
  Cut() = default;
  Cut(std::int64_t size, std::int64_t row, std::int64_t most)
      : size_(size),
        row_(row),
        most_(most),
        rows_at_once_(std::max<std::int64_t>(most / row, 1)),
        per_row_((row + most - 1) / most) {}

  std::int64_t row() const { return row_; }
  std::int64_t rows() const { return size_ / row_; }
  /// Blocks of a row; 1 where a block has several.
  std::int64_t per_row() const { return per_row_; }
  std::int64_t blocks() const { return (rows() + rows_at_once_ - 1) / rows_at_once_ * per_row_; }
  std::int64_t begin(std::int64_t block) const {
    return block / per_row_ * rows_at_once_ * row_ + block % per_row_ * most_;
  }
  std::int64_t end(std::int64_t block) const {
    const bool part = block % per_row_ < per_row_ - 1;
    return part ? begin(block) + most_
                : std::min((block / per_row_ + 1) * rows_at_once_ * row_, size_);
  }

 private:
  std::int64_t size_ = 0, row_ = 0, most_ = 0, rows_at_once_ = 0, per_row_ = 0;
};

/// What is the same for all blocks of a pass.
struct Plan {
  /// Walks over the last result, then over the leaves that are not in C order.
  dispatch::LoopLayout loop;
  std::vector<int> walked_as;  ///< where a leaf stands among those, or 0
  std::vector<int> slot;       ///< of the scratch memory, for each step's value, or -1
  int slots = 0;
  Cut cut;

  Plan(const Tape& tape, const Ending* ending) {
    int widest = 1;
    for (const Step& step : tape.steps) widest = std::max(widest, item_size(step.node->dtype));
    for (const View& leaf : tape.leaves) widest = std::max(widest, item_size(leaf.dtype));
    const Node& last = *tape.steps.back().node;
    const std::int64_t size = element_count(last.shape);
    cut = Cut(size, ending != nullptr ? ending->length : size, kSlotBytes / widest);
    std::vector<View> walked{last.view()};
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

  /// Computes elements [begin, end), no more than a block; returns the last values.
  const std::byte* compute(std::int64_t begin, std::int64_t end) {
    begin_ = begin;
    done_ = 0;
    dispatch::for_each_run_between(plan_.loop, begin, end, [&](const dispatch::Run& run) {
      fill_repeated(run);
      for (std::size_t i = 0; i < tape_.steps.size(); ++i) compute_step(i, run);
      done_ += run.count;
    });
    done_ = 0;
    return value_place(tape_.steps.size() - 1);
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
    return {value_place(i), tape_.steps[i].node->dtype, Dims{run.count}, Dims{1}};
  }

  /// Where a value goes next.
  std::byte* value_place(std::size_t i) const {
    const Node& node = *tape_.steps[i].node;
    const bool kept = plan_.slot[i] < 0;
    return (kept ? node.data + begin_ * item_size(node.dtype) : slot(plan_.slot[i])) +
           done_ * item_size(node.dtype);
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
  const Plan plan(tape, ending);
  std::optional<Gathered> gathered;
  if (ending != nullptr) gathered.emplace(*ending, plan.cut);
  const std::int64_t grain = kGrain / std::max<std::int64_t>(plan.cut.end(0), 1);
  parallel_for(plan.cut.blocks(), grain, [&](std::int64_t begin, std::int64_t end) {
    Blocks blocks(tape, plan);
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

schema::Cost cost_of(const Tape& tape) {
  schema::Cost cost;
  for (const Step& step : tape.steps) {
    const std::vector<View> inputs = whole_inputs(tape, step);
    const View result = step.node->view();
    const schema::OpRow& row = schema::row(step.node->choice.op);
    const schema::Cost of_step = row.cost({row, inputs, {}}, {&result, 1});
    cost.flops += of_step.flops;
    cost.bytes += of_step.bytes;
  }
  return cost;
}

}  // namespace loom::expr
