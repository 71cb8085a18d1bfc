#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "loom/array/buffer.h"
#include "loom/array/view.h"
#include "loom/dispatch/execute.h"

namespace loom::expr {

/// The most inputs of an operation that is deferred.
inline constexpr int kMaxInputs = 3;

struct Node;

/// An input of a deferred operation, broadcast to the shape of the result: the value of another
/// one, or elements in memory.
struct Operand {
  Node* node = nullptr;
  BufferRef buffer;  ///< keeps the elements alive, where there is no node
  std::byte* data = nullptr;
  DType dtype{};
  std::unique_ptr<const Dims> strides;  ///< none in C order, as most are: a node has to be small
};

/// A deferred operation. All that one is made of have the same shape; their results are in C order.
struct Node {
  dispatch::Choice choice;  ///< what computes it: chosen when it was recorded
  Dims shape;
  DType dtype;      ///< of the result
  std::byte* data;  ///< where the result goes, if somebody will want it
  int inputs = 0;
  std::array<Operand, kMaxInputs> operands;
  int steps = 1;           ///< operations in the expression that ends here, at most
  int leaves = 0;          ///< arrays in memory that it reads, at most
  std::int64_t bytes = 0;  ///< what its own operands keep in memory

  Node(const dispatch::Choice& chosen, const View& result, Buffer& wanted_in)
      : choice(chosen),
        shape(result.shape),
        dtype(result.dtype),
        data(result.data),
        target(&wanted_in) {}
  /// All of the result.
  View view() const { return {data, dtype, shape, c_strides(shape)}; }
  /// All of an input.
  View view(const Operand& operand) const;

  /// Computes the operation on a part of its inputs.
  void call(std::span<const View> parts, const View& result) const;
  /// Publishes the trace event of the operation fused with those named in `fused`.
  void publish(std::span<const View> whole, double seconds, std::string fused) const;

  // The rest changes, under the lock of the graph.
  enum class State : std::uint8_t { waiting, running, done };
  State state = State::waiting;
  int users = 1;          ///< nodes that read it, and its buffer
  Buffer* target;         ///< where the result is wanted; null once nobody has a handle
  BufferRef kept;         ///< the result, once done, for nodes that are not
  bool reduced = false;   ///< while it waited: the next time it had better be computed
  int position = -1;      ///< in the tape that is being collected
  Node* older = nullptr;  ///< neighbours in the list of nodes that are not done
  Node* newer = nullptr;
};

}  // namespace loom::expr
