#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "loom/expr/node.h"
#include "loom/expr/pass.h"
#include "loom/support/function_ref.h"

namespace loom::expr {

/// The operations of the process that are recorded and not computed: an acyclic graph whose nodes
/// are operations. The buffer of a result has the node as its pending value. A node whose buffer is
/// gone lives as long as nodes that read it, and its value goes nowhere.
///
/// One lock guards the graph; it is held neither while something is computed nor while buffers end.
class Graph final : public PendingValues {
 public:
  static Graph& instance();

  /// Records an operation whose result is going to be in `target` at `result`. `inputs` have the
  /// shape of the result and lie in `owners`. False where an input may change under us, or is too
  /// scattered for a pass; nothing is recorded then. Throws what computing an input throws, where
  /// the expression would become too large.
  bool record(const dispatch::Choice& choice, std::span<const View> inputs,
              std::span<const BufferRef* const> owners, const View& result, Buffer& target);

  /// Reduces the value of `buffer`, all of which `input` is, in the pass that computes it: a cheap
  /// one is computed again, should somebody read it. False where it is not pending. Throws what
  /// computing it throws.
  bool reduce(const Ending& ending, const View& input, Buffer& buffer);

  /// The operations that the value of `buffer` waits for, its own last; none where it is there.
  std::vector<schema::OpId> pending_operations(const Buffer& buffer);

  void settle(Buffer& buffer) override;
  void settle_readers(Buffer& buffer) override;
  void settle_all() override;
  void abandon(Buffer& buffer) noexcept override;

 private:
  using Lock = std::unique_lock<std::mutex>;
  using Wanted = FunctionRef<bool(const Node&)>;
  /// What was let go under the lock, and ends outside of it.
  struct Released {
    std::vector<BufferRef> buffers;
    Node* nodes = nullptr;  ///< each the `older` of the next

    Released() = default;
    Released(const Released&) = delete;
    Released& operator=(const Released&) = delete;
    ~Released();
  };

  Graph();
  bool connect(Node& node, std::span<const View> inputs, std::span<const BufferRef* const> owners,
               Released& released);
  void bound(Lock& lock);
  void settle_locked(Buffer& buffer, Lock& lock);
  bool settle_first(Wanted wanted, Lock& lock);
  void settle_each(Wanted wanted);
  void compute(Tape tape, const Ending* ending, Lock& lock);
  void finish(Node& node, BufferRef target, Released& released);
  void leave_operands(Node& node, Released& released);
  void let_go(Node& node, Released& released);
  void link(Node& node);
  void unlink(Node& node);

  std::mutex mutex_;
  std::condition_variable finished_;  ///< a pass has ended
  Node* oldest_ = nullptr;            ///< the nodes that are not done
  Node* newest_ = nullptr;
  std::int64_t waiting_ = 0;  ///< how many those are
  std::int64_t bytes_ = 0;    ///< what they keep in memory
};

}  // namespace loom::expr
