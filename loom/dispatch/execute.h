#pragma once

#include "loom/dispatch/kernel.h"
#include "loom/dispatch/trace.h"

namespace loom::dispatch {

struct KernelEntry;
struct Selection;

/// Runs one operation on the backend in force: the first kernel of its chain that takes the call's
/// dtype and size. Inputs, outputs and owners are as `KernelCall` says. Publishes a trace event if
/// anybody listens. Throws BackendError where no kernel takes the call, and what the kernel throws.
void execute(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
             schema::Attributes attributes, std::span<const BufferRef* const> owners = {});

/// The kernel that runs a call, and under which selection it was chosen.
struct Choice {
  schema::OpId op{};
  const Selection* selection = nullptr;
  const KernelEntry* entry = nullptr;
  ElementLoop loop = nullptr;            ///< of the kernel, for the dtypes of the call
  const Gathering* gathering = nullptr;  ///< how the kernel can take the input piece by piece
};

/// What `execute` would run the call with now. The views need no memory behind them. Throws
/// BackendError where no kernel takes the call.
Choice choose(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
              schema::Attributes attributes);

/// Publishes the trace event of a call that ran by `choice` in one pass with the operations that
/// `fused` names.
void publish_run(const Choice& choice, std::span<const View> inputs, std::span<const View> outputs,
                 schema::Attributes attributes, double seconds, std::string fused);

/// Who would run a call, and why others would not.
struct Explanation {
  std::string backend;
  std::vector<PassedOver> passed_over;
  bool loops = false;    ///< whether it could compute any stretch of the elements by itself
  bool gathers = false;  ///< whether it could take its input piece by piece
};

/// Explains a call without running it; the views need no memory behind them. Throws BackendError
/// where no kernel takes the call.
Explanation explain(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
                    schema::Attributes attributes);

/// Bytes that the kernel which would run a call allocates for itself; the views need no memory
/// behind them. Throws BackendError where no kernel takes the call.
std::int64_t workspace(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
                       schema::Attributes attributes);

/// Throws MemoryPlanError where the outputs of a call, which have `bytes`, and the workspace of the
/// kernel that would run it do not fit. `outputs` need no memory yet.
void check_memory(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
                  schema::Attributes attributes, std::int64_t bytes);

}  // namespace loom::dispatch
