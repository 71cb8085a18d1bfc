#include "loom/backends/native/reduction.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include "loom/backends/native/reduction_plan.h"
#include "loom/backends/native/staging.h"
#include "loom/support/threads.h"

namespace loom::native {
namespace {

using dispatch::JoiningTree;
using dispatch::KernelCall;
using dispatch::kLargestAccumulator;
using dispatch::kReductionBlock;

/// Elements that keep a thread busy for some ten microseconds.
constexpr std::int64_t kGrain = 1 << 15;

using Bytes = std::unique_ptr<std::byte[]>;

Bytes bytes(std::int64_t count) {
  return std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(count));
}

/// What one thread needs to gather pieces of work.
class Gatherer {
 public:
  Gatherer(const ReductionPlan& plan, const Reducer& reducer, const std::byte* input)
      : plan_(plan),
        reducer_(reducer),
        input_(input),
        tree_(reducer, plan.panel, (plan.chunk + kReductionBlock - 1) / kReductionBlock),
        stage_(plan.gaps ? bytes((plan.by_columns ? kStagedRows : kStaged) * reducer.element)
                         : nullptr) {}

  /// The accumulators of a chunk of a panel, whose centres are given where there are any.
  const std::byte* gather(std::int64_t panel, std::int64_t chunk, const std::byte* centres) {
    const std::byte* const from = input_ + plan_.panel_start(panel).input * reducer_.element;
    const std::int64_t begin = chunk * plan_.chunk;
    const std::int64_t end = std::min(begin + plan_.chunk, plan_.length);
    if (plan_.by_columns)
      return gather_columns(from, plan_.panel_width(panel), begin, end, centres);
    if (plan_.gaps) return gather_staged(from, begin, end, centres);
    reducer_.line(tree_.leaf(), from + begin * reducer_.element, end - begin, {begin, centres});
    return tree_.leaf();
  }

 private:
  const std::byte* gather_columns(const std::byte* from, std::int64_t width, std::int64_t begin,
                                  std::int64_t end, const std::byte* centres) {
    const std::byte* rows[kReductionBlock];
    for (std::int64_t first = begin; first < end; first += kReductionBlock) {
      const std::int64_t count = std::min(kReductionBlock, end - first);
      plan_.reduced.fill_offsets(first, count, offsets_);
      if (plan_.gaps) {
        stage_rows(from, count, width);
        for (std::int64_t i = 0; i < count; ++i) {
          rows[i] = stage_.get() + i * width * reducer_.element;
        }
      } else {
        for (std::int64_t i = 0; i < count; ++i) rows[i] = from + offsets_[i] * reducer_.element;
      }
      reducer_.columns(tree_.leaf(), rows, count, width, {first, centres});
      tree_.add(width);
    }
    return tree_.take(width);
  }

  /// The elements of `width` columns at `offsets_`, row by row; memory is read in its own order.
  void stage_rows(const std::byte* from, std::int64_t count, std::int64_t width) {
    const int size = reducer_.element;
    const std::int64_t side = plan_.kept.input.back(), step = plan_.reduced.inner_stride();
    if (plan_.reduced.shape.size() == 1 && std::abs(step) < std::abs(side)) {
      for (std::int64_t column = 0; column < width; ++column) {
        copy_strided(size, stage_.get() + column * size, width,
                     from + (offsets_[0] + column * side) * size, step, count);
      }
    } else {
      for (std::int64_t i = 0; i < count; ++i) {
        copy_strided(size, stage_.get() + i * width * size, 1, from + offsets_[i] * size, side,
                     width);
      }
    }
  }

  const std::byte* gather_staged(const std::byte* from, std::int64_t begin, std::int64_t end,
                                 const std::byte* centres) {
    for (std::int64_t first = begin; first < end; first += kStaged) {
      const std::int64_t count = std::min(kStaged, end - first);
      reducer_.line(tree_.leaf(), side_by_side(from, first, count), count, {first, centres});
      tree_.add(1);
    }
    return tree_.take(1);
  }

  /// `count` elements from number `first` on, where they are or staged.
  const std::byte* side_by_side(const std::byte* from, std::int64_t first, std::int64_t count) {
    const dispatch::Axes& axes = plan_.reduced;
    const int size = reducer_.element;
    const int outer = axes.shape.size() - 2;  // where runs lie behind each other, if there are any
    std::int64_t at = first % axes.inner_extent(), start = axes.offset(first);
    std::int64_t number = outer < 0 ? 0 : first / axes.inner_extent() % axes.shape[outer];
    for (std::int64_t done = 0; done < count;) {
      const std::int64_t run = std::min(axes.inner_extent() - at, count - done);
      const std::byte* const elements = from + start * size;
      if (run == count && axes.inner_stride() == 1) return elements;
      copy_strided(size, stage_.get() + done * size, 1, elements, axes.inner_stride(), run);
      done += run;
      if (done == count) break;
      if (++number < axes.shape[outer]) {
        start += axes.strides[outer] - at * axes.inner_stride();
      } else {
        start = axes.offset(first + done);
        number = 0;
      }
      at = 0;
    }
    return stage_.get();
  }

  const ReductionPlan& plan_;
  const Reducer& reducer_;
  const std::byte* input_;
  JoiningTree tree_;
  Bytes stage_;
  std::int64_t offsets_[kReductionBlock];
};

/// Centres of panels, in the order of the plan.
struct Centres {
  Bytes bytes;
  std::int64_t panel = 0;  ///< bytes of those of a panel

  const std::byte* of(std::int64_t number) const {
    return bytes == nullptr ? nullptr : bytes.get() + number * panel;
  }
};

/// Calls deliver(panel, accumulators) for each panel, when all its chunks are gathered.
template <class Deliver>
void gather_all(const ReductionPlan& plan, const Reducer& reducer, const std::byte* input,
                const Centres& centres, Deliver deliver) {
  const std::int64_t node = plan.panel * reducer.accumulator;
  const std::int64_t work = plan.panel * std::clamp<std::int64_t>(plan.length, 1, plan.chunk);
  const Bytes partial = plan.chunks > 1 ? bytes(plan.panels * plan.chunks * node) : nullptr;
  std::atomic<bool> settled = false;  // one result is known: nothing more needs to be read
  parallel_for(plan.panels * plan.chunks, kGrain / work, [&](std::int64_t begin, std::int64_t end) {
    Gatherer gatherer(plan, reducer, input);
    for (std::int64_t item = begin; item < end; ++item) {
      const std::int64_t panel = item / plan.chunks;
      std::byte* const to = partial.get() + item * node;
      if (settled.load(std::memory_order_relaxed)) {
        reducer.line(to, nullptr, 0, {});
        continue;
      }
      const std::byte* const whole = gatherer.gather(panel, item % plan.chunks, centres.of(panel));
      if (plan.chunks == 1) {
        deliver(panel, whole);
        continue;
      }
      const std::int64_t width = plan.panel_width(panel);
      std::copy_n(whole, width * reducer.accumulator, to);
      if (plan.outputs == 1 && reducer.settled != nullptr && reducer.settled(to)) settled = true;
    }
  });
  if (plan.chunks == 1) return;
  JoiningTree tree(reducer, plan.panel, plan.chunks);
  for (std::int64_t panel = 0; panel < plan.panels; ++panel) {
    const std::int64_t width = plan.panel_width(panel);
    for (std::int64_t chunk = 0; chunk < plan.chunks; ++chunk) {
      std::copy_n(partial.get() + (panel * plan.chunks + chunk) * node, width * reducer.accumulator,
                  tree.leaf());
      tree.add(width);
    }
    deliver(panel, tree.take(width));
  }
}

/// Writes the results of a panel where they belong.
void write_results(const ReductionPlan& plan, const Reducer& reducer, const Whole& whole,
                   std::int64_t panel, const std::byte* accumulators, std::byte* output) {
  const std::int64_t width = plan.panel_width(panel);
  std::byte* const to = output + plan.panel_start(panel).output * reducer.result;
  const std::int64_t step = plan.kept.output.empty() ? 1 : plan.kept.output.back();
  if (step == 1 || width == 1) return reducer.finish(to, accumulators, width, whole);
  const Bytes results = bytes(width * reducer.result);
  reducer.finish(results.get(), accumulators, width, whole);
  copy_strided(reducer.result, to, step, results.get(), 1, width);
}

/// The same result everywhere: that of no elements.
void reduce_nothing(const Reducer& reducer, const Whole& whole, const View& output) {
  alignas(kLargestAccumulator) std::byte accumulator[kLargestAccumulator];
  alignas(kLargestAccumulator) std::byte result[kLargestAccumulator];
  reducer.line(accumulator, nullptr, 0, {});
  reducer.finish(result, accumulator, 1, whole);
  copy_strided(reducer.result, output.data, 1, result, 0, output.size());
}

/// One line on one thread needs no plan, which costs more than the work.
void reduce_line(const Reducer& reducer, const std::byte* elements, Whole whole,
                 std::byte* output) {
  alignas(kLargestAccumulator) std::byte accumulator[kLargestAccumulator];
  alignas(kLargestAccumulator) std::byte centre[kLargestAccumulator];
  if (reducer.centre != nullptr) {
    reducer.centre->line(accumulator, elements, whole.count, {});
    reducer.centre->finish(centre, accumulator, 1, whole);
  }
  reducer.line(accumulator, elements, whole.count, {0, centre});
  reducer.finish(output, accumulator, 1, whole);
}

/// Calls that are over before a plan is made; the reference makes less of one.
bool is_small(const KernelCall& call) { return call.inputs[0].size() <= 256; }

const Reducer& reducer_of(const KernelCall& call) {
  const auto& reduction = *static_cast<const Reduction*>(call.context);
  return reduction.by_dtype[static_cast<std::size_t>(call.dtype(0))];
}

/// Variances go through their elements twice.
const dispatch::Gathering* gathering_of(const KernelCall& call) {
  const Reducer& reducer = reducer_of(call);
  return reducer.centre == nullptr ? &reducer : nullptr;
}

void run_reduction(const KernelCall& call) {
  const Reducer& reducer = reducer_of(call);
  const View& input = call.inputs[0];
  const View& output = call.outputs[0];
  const Dims& axes = call.attribute<Dims>(0);
  Whole whole{input.size()};
  if (reducer.centre != nullptr) whole.correction = call.attribute<double>(2);
  if (axes.size() == input.rank() && 0 < whole.count && whole.count <= kGrain &&
      input.is_contiguous()) {
    return reduce_line(reducer, input.data, whole, output.data);
  }
  if (output.size() == 0) return;
  const ReductionPlan plan(input, axes, reducer);
  whole.count = plan.length;
  if (plan.length == 0) return reduce_nothing(reducer, whole, output);
  Centres centres;
  if (reducer.centre != nullptr) {
    centres.panel = plan.panel * reducer.centre->result;
    centres.bytes = bytes(plan.panels * centres.panel);
    gather_all(plan, *reducer.centre, input.data, {},
               [&](std::int64_t panel, const std::byte* accumulators) {
                 reducer.centre->finish(centres.bytes.get() + panel * centres.panel, accumulators,
                                        plan.panel_width(panel), whole);
               });
  }
  gather_all(plan, reducer, input.data, centres,
             [&](std::int64_t panel, const std::byte* accumulators) {
               write_results(plan, reducer, whole, panel, accumulators, output.data);
             });
}

}  // namespace

void install_reductions(const Isa& isa, dispatch::KernelInstaller add) {
  for (const auto& reductions :
       {sum_reductions(isa), extreme_reductions(isa), truth_reductions(isa)}) {
    for (const Reduction& reduction : reductions) {
      dispatch::Kernel kernel{.run = run_reduction,
                              .dtypes = {},
                              .unprofitable = is_small,
                              .gathering = gathering_of,
                              .context = &reduction};
      for (int i = 0; i < kDTypeCount; ++i) {
        if (reduction.by_dtype[i].line == nullptr) continue;
        kernel.dtypes = kernel.dtypes | DTypeSet{static_cast<DType>(i)};
      }
      add(reduction.op, kernel);
    }
  }
}

}  // namespace loom::native
