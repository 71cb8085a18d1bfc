#pragma once

#include <span>
#include <string>

#include "loom/array/array.h"
#include "loom/dispatch/execute.h"

// Who would compute an operation: the questions of `ops::call` without its work.
namespace loom::ops {

struct Explanation : dispatch::Explanation {
  /// Whether the call would be recorded and computed when it is read. (Unless others have the
  /// memory of an input, or its elements lie too far apart: that is looked at when it is called.)
  bool deferred = false;
  std::vector<std::string> fused;  ///< the operations that it would be computed in one pass with
};

/// Who would run `call(op, inputs, attributes)` under the backend in force, and why others would
/// not. Nothing is computed or allocated. Throws as `call` does before a kernel runs.
Explanation explain(schema::OpId op, std::span<const Array* const> inputs,
                    schema::Attributes attributes);

/// The backend that `auto` asks first for an operation, before it looks at any argument. Throws
/// ValueError for an operation that no kernel computes, such as `transpose`.
std::string preferred_backend(schema::OpId op);

}  // namespace loom::ops
