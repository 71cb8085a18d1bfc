#include "loom/dispatch/execute.h"

#include <fmt/format.h>

#include <chrono>

#include "loom/dispatch/long_work.h"
#include "loom/dispatch/memory_plan.h"
#include "loom/dispatch/registry.h"
#include "loom/dispatch/selection.h"
#include "loom/support/error.h"

namespace loom::dispatch {
namespace {

DType deciding_dtype(const KernelCall& call) {
  return call.inputs.empty() ? call.outputs[0].dtype : call.inputs.back().dtype;
}

bool has_dtype(const KernelEntry& entry, const KernelCall& call) {
  return entry.kernel.dtypes.contains(deciding_dtype(call));
}

/// Whether the call had better go to the kernel behind `entry`.
bool is_unprofitable(const KernelEntry& entry, bool automatic, const KernelCall& call) {
  return automatic && entry.kernel.unprofitable != nullptr && entry.next.load() != nullptr &&
         entry.kernel.unprofitable(call);
}

/// Whether `entry` takes the call. Leaves its context in the call.
bool takes(const KernelEntry& entry, bool automatic, KernelCall& call) {
  const Kernel& kernel = entry.kernel;
  call.context = kernel.context;
  return has_dtype(entry, call) && !is_unprofitable(entry, automatic, call) &&
         (kernel.refuse == nullptr || !kernel.refuse(call));
}

/// Why `entry` does not take the call, or nothing: `takes` in words, which cost more than a small
/// call. Leaves its context in the call.
std::optional<std::string> refusal(const KernelEntry& entry, bool automatic, KernelCall& call) {
  const Kernel& kernel = entry.kernel;
  call.context = kernel.context;
  if (!has_dtype(entry, call)) return fmt::format("no {} kernel", name(deciding_dtype(call)));
  if (is_unprofitable(entry, automatic, call)) return "does not pay at this size and layout";
  return kernel.refuse != nullptr ? kernel.refuse(call) : std::nullopt;
}

/// The first kernel from `entry` on that takes the call.
const KernelEntry& choose_from(const KernelEntry* entry, bool automatic, KernelCall& call) {
  for (; entry != nullptr; entry = entry->next) {
    if (takes(*entry, automatic, call)) return *entry;
  }
  throw BackendError(
      fmt::format("[{}] no backend computes {}", call.row.name, describe_inputs(call)));
}

/// The first kernel of the selection that takes the call.
const KernelEntry& choose(const Selection& selection, schema::OpId op, KernelCall& call) {
  return choose_from(selection.slot->table.find(op), selection.automatic, call);
}

/// The same walk as `choose`, with reasons kept; `declined` holds those of kernels that took the
/// call at first, in order.
std::vector<PassedOver> passed_over(const Selection& selection, schema::OpId op, KernelCall call,
                                    const KernelEntry& chosen,
                                    std::span<const PassedOver> declined = {}) {
  const KernelEntry* entry = selection.slot->table.find(op);
  std::vector<PassedOver> passed;
  if (!selection.automatic && entry->provider != selection.slot->backend.get()) {
    passed.push_back({selection.slot->name, "no kernel for " + std::string(call.row.name)});
  }
  // Another thread may have taken `chosen` out of the chain meanwhile.
  for (; entry != &chosen && entry != nullptr; entry = entry->next) {
    const std::optional<std::string> reason = refusal(*entry, selection.automatic, call);
    if (reason) {
      passed.push_back({entry->provider->name(), *reason});
    } else if (!declined.empty()) {
      passed.push_back(declined.front());
      declined = declined.subspan(1);
    }
  }
  return passed;
}

ElementLoop loop_of(const KernelEntry& entry, const KernelCall& call) {
  return entry.kernel.loop != nullptr ? entry.kernel.loop(call) : nullptr;
}

const Gathering* gathering_of(const KernelEntry& entry, const KernelCall& call) {
  return entry.kernel.gathering != nullptr ? entry.kernel.gathering(call) : nullptr;
}

TraceEvent describe(const KernelCall& call, const KernelEntry& chosen) {
  TraceEvent event;
  event.op = call.row.name;
  event.backend = chosen.provider->name();
  for (const View& input : call.inputs) event.inputs.push_back(to_string(input));
  for (const View& output : call.outputs) event.outputs.push_back(to_string(output));
  for (std::size_t i = 0; i < call.attributes.size(); ++i) {
    event.attributes += (i > 0 ? ", " : "") + to_string(call.row.attributes[i], call.attributes[i]);
  }
  return event;
}

void run(const KernelEntry& chosen, const KernelCall& call) {
  const LongWork guarded(call);
  chosen.kernel.run(call);
}

void run_traced(const KernelEntry& chosen, const KernelCall& call,
                std::vector<PassedOver> passed_over) {
  TraceEvent event = describe(call, chosen);
  event.passed_over = std::move(passed_over);
  const auto start = std::chrono::steady_clock::now();
  run(chosen, call);
  event.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  publish(event);
}

/// Goes on with a call that the kernel of `chosen` gave back.
void run_next(const Selection& selection, schema::OpId op, KernelCall call,
              const KernelEntry* chosen, std::string reason) {
  std::vector<PassedOver> declined;
  for (;;) {
    declined.push_back({chosen->provider->name(), std::move(reason)});
    chosen = &choose_from(chosen->next, selection.automatic, call);
    try {
      if (!trace_wanted()) return run(*chosen, call);
      return run_traced(*chosen, call, passed_over(selection, op, call, *chosen, declined));
    } catch (Declined& again) {
      reason = std::move(again.reason);
    }
  }
}

}  // namespace

void execute(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
             schema::Attributes attributes, std::span<const BufferRef* const> owners) {
  KernelCall call{{schema::row(op), inputs, attributes}, outputs, owners};
  const Selection& selection = current_selection();
  const KernelEntry& chosen = choose(selection, op, call);
  try {
    if (trace_wanted()) {
      run_traced(chosen, call, passed_over(selection, op, call, chosen));
    } else {
      run(chosen, call);
    }
  } catch (Declined& declined) {
    run_next(selection, op, call, &chosen, std::move(declined.reason));
  }
}

Choice choose(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
              schema::Attributes attributes) {
  KernelCall call{{schema::row(op), inputs, attributes}, outputs};
  const Selection& selection = current_selection();
  const KernelEntry& chosen = choose(selection, op, call);
  return {op, &selection, &chosen, loop_of(chosen, call), gathering_of(chosen, call)};
}

void publish_run(const Choice& choice, std::span<const View> inputs, std::span<const View> outputs,
                 schema::Attributes attributes, double seconds, std::string fused) {
  const KernelCall call{{schema::row(choice.op), inputs, attributes}, outputs};
  TraceEvent event = describe(call, *choice.entry);
  event.passed_over = passed_over(*choice.selection, choice.op, call, *choice.entry);
  event.seconds = seconds;
  event.fused = std::move(fused);
  publish(event);
}

Explanation explain(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
                    schema::Attributes attributes) {
  KernelCall call{{schema::row(op), inputs, attributes}, outputs};
  const Selection& selection = current_selection();
  const KernelEntry& chosen = choose(selection, op, call);
  return {chosen.provider->name(), passed_over(selection, op, call, chosen),
          loop_of(chosen, call) != nullptr, gathering_of(chosen, call) != nullptr};
}

std::int64_t workspace(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
                       schema::Attributes attributes) {
  KernelCall call{{schema::row(op), inputs, attributes}, outputs};
  const KernelEntry& chosen = choose(current_selection(), op, call);
  return chosen.kernel.workspace ? chosen.kernel.workspace(call) : 0;
}

void check_memory(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
                  schema::Attributes attributes, std::int64_t bytes) {
  const std::int64_t needed = workspace(op, inputs, outputs, attributes);
  if (bytes + needed < kPlannedBytes) return;
  MemoryPlan(fmt::format("[{}]", schema::row(op).name))
      .add("result", bytes)
      .add("workspace", needed)
      .check();
}

}  // namespace loom::dispatch
