#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "loom/array/buffer.h"
#include "loom/schema/op_table.h"

namespace loom::dispatch {

struct Gathering;

/// One call as a kernel sees it. Inputs have the dtypes that the row's rule asks for, and for
/// elementwise rows the shape of the output (broadcast by zero strides). Outputs are allocated and
/// overlap no input; those of elementwise rows and of copy and astype may be strided, all others
/// are C-contiguous. The output of `scatter` alone may be an input, its first one, strided or not.
struct KernelCall : schema::Query {
  std::span<const View> outputs;
  /// The buffers behind the inputs, for a kernel that keeps an input beyond the call
  /// (`Array::share`); empty where the caller has only views.
  std::span<const BufferRef* const> owners = {};
  const void* context = nullptr;  ///< `Kernel::context` of the kernel that runs
};

/// Thrown by `Kernel::run` where only it can tell that the call is beyond the kernel: before it
/// writes to an output that may be an input, and whatever it has written to others, for the call
/// then goes to the next backend with that reason.
struct Declined {
  std::string reason;
};

/// What computes an operation: a function over views, and what it needs to be chosen.
struct Kernel {
  /// Computes the outputs. Throws LinAlgError and the like for the data's own faults, BackendError
  /// where the engine fails.
  void (*run)(const KernelCall&) = nullptr;
  /// Dtypes it has: of the last input, or of the first output where there is no input.
  DTypeSet dtypes = kAllDTypes;
  /// Why this call is beyond the kernel (a size, a layout), or nothing. The call then goes to the
  /// next backend with that reason.
  std::optional<std::string> (*refuse)(const KernelCall&) = nullptr;
  /// Whether the kernel behind this one is expected to be faster for this call. Asked under
  /// `auto` alone, and only where there is a kernel behind.
  bool (*unprofitable)(const KernelCall&) = nullptr;
  /// Dtypes, as in `dtypes`, for which any stretch of the elements may be computed by itself, in
  /// memory of its own and on any thread, with the same bits. The kernel neither throws nor
  /// declines for them.
  DTypeSet divisible = {};
  /// For reductions: how the elements of the input can be gathered piece by piece instead, with the
  /// same bits; null where they cannot. It lives as long as the process.
  const Gathering* (*gathering)(const KernelCall&) = nullptr;
  /// Bytes that `run` allocates for itself at its peak; counted by the memory plan.
  std::int64_t (*workspace)(const KernelCall&) = nullptr;
  /// Handed to the functions above in the call.
  const void* context = nullptr;
};

}  // namespace loom::dispatch
