#include "loom/dispatch/execute.h"

#include <fmt/format.h>

#include <chrono>

#include "loom/dispatch/memory_plan.h"
#include "loom/dispatch/registry.h"
#include "loom/dispatch/selection.h"
#include "loom/support/error.h"

namespace loom::dispatch {
namespace {

// Below this a call is not worth a look at the machine's memory.
constexpr std::int64_t kPlannedBytes = std::int64_t{64} << 20;

DType deciding_dtype(const KernelCall& call) {
  return call.inputs.empty() ? call.outputs[0].dtype : call.inputs.back().dtype;
}

/// Why `entry` does not take the call, or nothing. Leaves its context in the call.
std::optional<std::string> refusal(const KernelEntry& entry, KernelCall& call) {
  call.context = entry.kernel.context;
  const DType dtype = deciding_dtype(call);
  if (!entry.kernel.dtypes.contains(dtype)) return fmt::format("no {} kernel", name(dtype));
  return entry.kernel.refuse != nullptr ? entry.kernel.refuse(call) : std::nullopt;
}

const KernelEntry& choose(schema::OpId op, KernelCall& call) {
  const KernelEntry* entry = current_selection().slot->table.find(op);
  for (; entry != nullptr; entry = entry->next) {
    if (!refusal(*entry, call)) return *entry;
  }
  throw BackendError(
      fmt::format("[{}] no backend computes {}", call.row.name, describe_inputs(call)));
}

/// The same walk as `choose`, with reasons kept.
std::vector<PassedOver> passed_over(schema::OpId op, KernelCall call, const KernelEntry& chosen) {
  const Selection& selection = current_selection();
  const KernelEntry* entry = selection.slot->table.find(op);
  std::vector<PassedOver> passed;
  if (!selection.automatic && entry->provider != selection.slot->backend.get()) {
    passed.push_back({selection.slot->name, "no kernel for " + std::string(call.row.name)});
  }
  for (; entry != &chosen; entry = entry->next) {
    passed.push_back({entry->provider->name(), refusal(*entry, call).value_or("")});
  }
  return passed;
}

TraceEvent describe(schema::OpId op, const KernelCall& call, const KernelEntry& chosen) {
  TraceEvent event;
  event.op = call.row.name;
  event.backend = chosen.provider->name();
  for (const View& input : call.inputs) event.inputs.push_back(to_string(input));
  for (const View& output : call.outputs) event.outputs.push_back(to_string(output));
  for (std::size_t i = 0; i < call.attributes.size(); ++i) {
    event.attributes += (i > 0 ? ", " : "") + to_string(call.row.attributes[i], call.attributes[i]);
  }
  event.passed_over = passed_over(op, call, chosen);
  return event;
}

void run_traced(schema::OpId op, const KernelCall& call, const KernelEntry& chosen) {
  TraceEvent event = describe(op, call, chosen);
  const auto start = std::chrono::steady_clock::now();
  chosen.kernel.run(call);
  event.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  publish(event);
}

}  // namespace

void execute(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
             schema::Attributes attributes) {
  KernelCall call{{schema::row(op), inputs, attributes}, outputs};
  const KernelEntry& chosen = choose(op, call);
  if (trace_wanted()) {
    run_traced(op, call, chosen);
  } else {
    chosen.kernel.run(call);
  }
}

Explanation explain(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
                    schema::Attributes attributes) {
  KernelCall call{{schema::row(op), inputs, attributes}, outputs};
  const KernelEntry& chosen = choose(op, call);
  return {chosen.provider->name(), passed_over(op, call, chosen)};
}

void check_memory(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
                  schema::Attributes attributes) {
  KernelCall call{{schema::row(op), inputs, attributes}, outputs};
  std::int64_t result = 0;
  for (const View& output : outputs) result += output.bytes();
  if (call.row.family != schema::Family::linalg && result < kPlannedBytes) return;
  const KernelEntry& chosen = choose(op, call);
  const std::int64_t workspace = chosen.kernel.workspace ? chosen.kernel.workspace(call) : 0;
  if (result + workspace < kPlannedBytes) return;
  MemoryPlan(fmt::format("[{}]", call.row.name))
      .add("result", result)
      .add("workspace", workspace)
      .check();
}

}  // namespace loom::dispatch
