#pragma once

#include "loom/dispatch/kernel.h"
#include "loom/dispatch/trace.h"

namespace loom::dispatch {

/// Runs one operation on the backend in force: the first kernel of its chain that takes the call's
/// dtype and size. Inputs, outputs and owners are as `KernelCall` says. Publishes a trace event if
/// anybody listens. Throws BackendError where no kernel takes the call, and what the kernel throws.
void execute(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
             schema::Attributes attributes, std::span<const BufferRef* const> owners = {});

/// Who would run a call, and why others would not.
struct Explanation {
  std::string backend;
  std::vector<PassedOver> passed_over;
};

/// Explains a call without running it; the views need no memory behind them. Throws BackendError
/// where no kernel takes the call.
Explanation explain(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
                    schema::Attributes attributes);

/// Throws MemoryPlanError where the outputs of a call and the workspace of the kernel that would
/// run it do not fit. `outputs` need no memory yet. Small calls are not looked at.
void check_memory(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
                  schema::Attributes attributes);

}  // namespace loom::dispatch
