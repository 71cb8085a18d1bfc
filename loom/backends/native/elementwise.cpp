#include "loom/backends/native/elementwise.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "loom/backends/native/staging.h"
#include "loom/dispatch/loops.h"

namespace loom::native {
namespace {

using dispatch::KernelCall;
using dispatch::Run;
using schema::op;

constexpr int kMaxInputs = 3;

/// Bytes of an input that keep a thread busy for some ten microseconds.
std::int64_t grain_of(Cost cost) { return std::int64_t{1} << (cost == Cost::function ? 16 : 18); }

/// The rows with fewer elements that the loops of the reference finish before one of ours has
/// begun, which takes some twenty nanoseconds.
std::int64_t shortest_row(Cost cost) { return cost == Cost::function ? 8 : 64; }

/// Elements that are staged at a time: operands of complex128 fit the first cache together.
constexpr std::int64_t kChunk = 256;
constexpr std::int64_t kLargestItem = 16;

/// What runs are made of: the loop, and the sizes of the elements of the result and of the inputs.
struct Task {
  Loop loop;
  int inputs;
  std::array<int, kMaxInputs + 1> size;
};

/// Goes chunk by chunk: elements with gaps are brought side by side, broadcast ones repeated.
void staged_run(const Task& task, const Run& run) {
  alignas(64) std::byte stage[kMaxInputs + 1][kChunk * kLargestItem];
  const std::int64_t chunk = std::min(kChunk, run.count);
  for (int k = 1; k <= task.inputs; ++k) {
    if (run.step[k] == 0) copy_strided(task.size[k], stage[k], 1, run.data[k], 0, chunk);
  }
  for (std::int64_t begin = 0; begin < run.count; begin += chunk) {
    const std::int64_t count = std::min(chunk, run.count - begin);
    const auto place = [&](int k) { return run.data[k] + begin * run.step[k] * task.size[k]; };
    std::array<const std::byte*, kMaxInputs> in;
    for (int k = 1; k <= task.inputs; ++k) {
      in[k - 1] = run.step[k] == 1 ? place(k) : stage[k];
      if (run.step[k] == 0 || run.step[k] == 1) continue;
      copy_strided(task.size[k], stage[k], 1, place(k), run.step[k], count);
    }
    if (run.step[0] == 1) {
      task.loop(place(0), in.data(), count);
    } else {
      task.loop(stage[0], in.data(), count);
      copy_strided(task.size[0], place(0), run.step[0], stage[0], 1, count);
    }
  }
}

void one_run(const Task& task, const Run& run) {
  bool gapless = true;
  for (int k = 0; k <= task.inputs; ++k) gapless = gapless && run.step[k] == 1;
  if (!gapless && run.count > 1) return staged_run(task, run);
  std::array<const std::byte*, kMaxInputs> in;
  for (int k = 0; k < task.inputs; ++k) in[k] = run.data[k + 1];
  task.loop(run.data[0], in.data(), run.count);
}

bool single_run(const KernelCall& call, std::int64_t most, Run& run) {
  const View* const out = &call.outputs[0];
  const View* const in = call.inputs.data();
  switch (call.inputs.size()) {
    case 1:
      return dispatch::single_run({out, in}, most, run);
    case 2:
      return dispatch::single_run({out, in, in + 1}, most, run);
    default:
      return dispatch::single_run({out, in, in + 1, in + 2}, most, run);
  }
}

/// Whether all views are in C order without gaps, which most calls are.
bool is_gapless(const KernelCall& call) {
  const View& out = call.outputs[0];
  std::int64_t step = 1;
  for (int axis = out.rank() - 1; axis >= 0; --axis) {
    if (out.shape[axis] == 1) continue;
    bool even = out.strides[axis] == step;
    for (const View& in : call.inputs) even = even && in.strides[axis] == step;
    if (!even) return false;
    step *= out.shape[axis];
  }
  return true;
}

void run_loop(Loop loop, Cost cost, const KernelCall& call) {
  const std::int64_t grain = grain_of(cost) / item_size(call.inputs.back().dtype);
  if (const std::int64_t size = call.outputs[0].size(); size <= grain && is_gapless(call)) {
    std::array<const std::byte*, kMaxInputs> in;
    for (std::size_t k = 0; k < call.inputs.size(); ++k) in[k] = call.inputs[k].data;
    return loop(call.outputs[0].data, in.data(), size);
  }
  Task task{loop, static_cast<int>(call.inputs.size()), {item_size(call.outputs[0].dtype)}};
  for (int k = 0; k < task.inputs; ++k) task.size[k + 1] = item_size(call.inputs[k].dtype);
  Run whole;
  if (single_run(call, grain, whole)) return one_run(task, whole);
  std::array<View, kMaxInputs + 1> views{call.outputs[0]};
  std::ranges::copy(call.inputs, views.begin() + 1);
  dispatch::for_each_run(std::span(views).first(call.inputs.size() + 1), grain,
                         [&](const Run& run) { one_run(task, run); });
}

/// Elements that follow each other at even steps in all views, from the first one on in C order.
struct Row {
  std::int64_t count = 1;
  bool whole = true;  ///< all elements
  bool gaps = false;  ///< some view's elements do not lie side by side, nor are they one element
};

Row first_row(const KernelCall& call) {
  std::array<const View*, kMaxInputs + 1> views{&call.outputs[0]};
  for (std::size_t k = 0; k < call.inputs.size(); ++k) views[k + 1] = &call.inputs[k];
  const Dims& shape = views[0]->shape;
  Row row;
  int axis = shape.size() - 1;
  while (axis >= 0 && shape[axis] == 1) --axis;
  const int last = axis;
  for (; axis >= 0; --axis) {
    if (shape[axis] == 1) continue;
    for (std::size_t k = 0; k <= call.inputs.size(); ++k) {
      const std::int64_t step = views[k]->strides[last];
      row.gaps = row.gaps || (step != 0 && step != 1);
      row.whole = row.whole && views[k]->strides[axis] == step * row.count;
    }
    if (!row.whole) break;
    row.count *= shape[axis];
  }
  return row;
}

/// Whether the reference, which goes from element to element, is expected to be faster than
/// bringing elements side by side.
bool is_scattered(Cost cost, const KernelCall& call) {
  if (is_gapless(call)) return false;
  const Row row = first_row(call);
  return (row.gaps && cost == Cost::instruction) || (!row.whole && row.count < shortest_row(cost));
}

/// One operation on one instruction set: a loop for each dtype, and what its elements cost.
struct Entries {
  struct Entry {
    Loop loop = nullptr;
    Cost cost = Cost::instruction;
  };
  std::array<Entry, kDTypeCount> of{};

  const Entry& operator[](DType dtype) const { return of[static_cast<std::size_t>(dtype)]; }

  /// Takes the loops of dtypes that have none yet.
  void add(const Operation& operation) {
    for (std::size_t i = 0; i < of.size(); ++i) {
      if (of[i].loop == nullptr) of[i] = {operation.loops.of[i], operation.cost};
    }
  }
};

using Operations = std::map<schema::OpId, Entries>;

Operations gather_operations(const Isa& isa) {
  Operations gathered;
  for (const auto& operations :
       {arithmetic_operations(isa), comparison_operations(isa), bitwise_operations(isa),
        quotient_operations(isa), transcendental_operations(isa), complex_operations(isa),
        scalar_operations()}) {
    for (const Operation& operation : operations) gathered[operation.op].add(operation);
  }
  return gathered;
}

/// What kernels there are on an instruction set; kernels point there as long as the process lives.
const Operations& operations_on(const Isa& isa) {
  static std::mutex mutex;
  static std::map<std::int64_t, Operations> by_target;
  const std::scoped_lock lock(mutex);
  const auto [found, is_new] = by_target.try_emplace(isa.target);
  if (is_new) found->second = gather_operations(isa);
  return found->second;
}

const Entries::Entry& entry_of(const KernelCall& call) {
  return (*static_cast<const Entries*>(call.context))[call.inputs.back().dtype];
}

bool is_unprofitable(const KernelCall& call) { return is_scattered(entry_of(call).cost, call); }

void run_operation(const KernelCall& call) {
  const auto [loop, cost] = entry_of(call);
  run_loop(loop, cost, call);
}

void run_astype(const KernelCall& call) {
  const auto& by_result = *static_cast<const Conversions*>(call.context);
  const Loops& loops = by_result[static_cast<std::size_t>(call.outputs[0].dtype)];
  run_loop(loops[call.dtype(0)], Cost::cheap, call);
}

}  // namespace

void install_elementwise(const Isa& isa, dispatch::KernelInstaller add) {
  constexpr DTypeSet kSigned = {DType::int8, DType::int16, DType::int32, DType::int64};
  for (const auto& [id, entries] : operations_on(isa)) {
    dispatch::Kernel kernel{
        .run = run_operation, .dtypes = {}, .unprofitable = is_unprofitable, .context = &entries};
    for (int i = 0; i < kDTypeCount; ++i) {
      const DTypeSet dtype = {static_cast<DType>(i)};
      if (entries.of[i].loop == nullptr) continue;
      kernel.dtypes = kernel.dtypes | dtype;
      const bool throws = id == op("power") && kSigned.contains(static_cast<DType>(i));
      if (!throws) kernel.divisible = kernel.divisible | dtype;
    }
    add(id, kernel);
  }
  add(op("astype"), {.run = run_astype, .divisible = kAllDTypes, .context = &conversions(isa)});
}

}  // namespace loom::native
