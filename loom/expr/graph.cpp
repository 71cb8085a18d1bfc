#include "loom/expr/graph.h"

#include <pthread.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "loom/dispatch/long_work.h"
#include "loom/support/memory.h"

namespace loom::expr {
namespace {

// How large an expression may become before what it is made of is computed.
constexpr int kMostSteps = 32;
constexpr int kMostLeaves = 12;

/// Operations that wait at a time; beyond that the oldest ones are computed.
constexpr std::int64_t kMostWaiting = 1024;

/// The part of the memory that is there which they may keep together.
constexpr std::int64_t kMostOfMemory = 8;

/// Shorter stretches take longer to set up than to compute.
constexpr std::int64_t kShortestRun = 512;

/// Whether the elements lie side by side, or are all the same one, for too short a way.
bool is_scattered(const View& view) {
  const std::int64_t size = view.size();
  std::int64_t run = 1, step = 0;
  for (int axis = view.rank() - 1; axis >= 0; --axis) {
    if (view.shape[axis] == 1) continue;
    if (run == 1) step = view.strides[axis];
    if ((step != 0 && step != 1) || view.strides[axis] != step * run) break;
    run *= view.shape[axis];
  }
  return run < std::min(kShortestRun, size);
}

Node* pending_node(const Buffer& buffer) { return static_cast<Node*>(buffer.pending()); }

/// Whether `view` is the whole of what `node` gives.
bool is_whole(const View& view, const Node& node) {
  return view.data == node.data && view.dtype == node.dtype && view.shape == node.shape &&
         view.is_contiguous();
}

/// A pending input that has to be computed before a result with the shape of `inputs` is recorded:
/// because only a part of it is read, or because the expression would become too large.
Buffer* to_settle(std::span<const View> inputs, std::span<const BufferRef* const> owners) {
  const auto waits = [](const BufferRef* owner) { return (*owner)->pending() != nullptr; };
  if (std::ranges::none_of(owners, waits)) return nullptr;
  int steps = 1, leaves = 0, most = 0;
  Buffer* largest = nullptr;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Buffer& buffer = **owners[i];
    const Node* const node = pending_node(buffer);
    if (node != nullptr && !is_whole(inputs[i], *node)) return &buffer;
    steps += node != nullptr ? node->steps : 0;
    leaves += node != nullptr ? node->leaves : 1;
    if (node != nullptr && node->steps > most) {
      most = node->steps;
      largest = &buffer;
    }
  }
  return steps > kMostSteps || leaves > kMostLeaves ? largest : nullptr;
}

/// Whether what `node` waits for is made of what `buffer` holds.
bool reads(const Node& node, const Buffer& buffer) {
  for (int i = 0; i < node.inputs; ++i) {
    const Operand& operand = node.operands[i];
    if (operand.node == nullptr) {
      if (operand.buffer.get() == &buffer) return true;
    } else if (operand.node->state == Node::State::done) {
      if (operand.node->kept.get() == &buffer) return true;
    } else if (reads(*operand.node, buffer)) {
      return true;
    }
  }
  return false;
}

/// Puts `node` behind what it waits for; false where a thread is at some of that.
bool visit(Node& node, std::vector<Node*>& order) {
  if (node.position >= 0) return true;
  if (node.state == Node::State::running) return false;
  for (int i = 0; i < node.inputs; ++i) {
    Node* const input = node.operands[i].node;
    const bool waits = input != nullptr && input->state != Node::State::done;
    if (waits && !visit(*input, order)) return false;
  }
  node.position = static_cast<int>(order.size());
  order.push_back(&node);
  return true;
}

Source source_of(const Node& node, const Operand& operand, std::vector<View>& leaves) {
  if (operand.node != nullptr && operand.node->position >= 0) {
    return {.step = operand.node->position};
  }
  leaves.push_back(node.view(operand));
  return {.leaf = static_cast<int>(leaves.size()) - 1};
}

/// What computes `node`, or no steps where a thread is at a part of it.
Tape tape_of(Node& node) {
  std::vector<Node*> order;
  const bool all = visit(node, order);
  Tape tape;
  for (Node* const step : order) {
    if (!all) break;
    Step& added = tape.steps.emplace_back(Step{step, {}, false});
    for (int i = 0; i < step->inputs; ++i) {
      added.from[i] = source_of(*step, step->operands[i], tape.leaves);
    }
  }
  for (Node* const step : order) step->position = -1;
  return tape;
}

/// Whether to compute values again takes no longer than to write and to read them.
bool is_cheap(const Tape& tape) {
  constexpr double kFlopsOfElement = 10;
  const View result = tape.steps.back().node->view();
  std::int64_t bytes = 0;
  for (const View& leaf : tape.leaves) bytes += leaf.bytes();
  return flops_of(tape) < kFlopsOfElement * static_cast<double>(result.size()) &&
         bytes <= 3 * result.bytes();
}

}  // namespace

Graph& Graph::instance() {
  static auto* const graph = new Graph;  // arrays of static lifetime end after it would
  return *graph;
}

Graph::Graph() : most_bytes_(available_memory() / kMostOfMemory) {
  // What other threads are computing when a process forks, nobody computes in the child.
  pthread_atfork([] { instance().mutex_.lock(); }, [] { instance().mutex_.unlock(); },
                 [] {
                   Graph& graph = instance();
                   for (Node* node = graph.oldest_; node != nullptr; node = node->newer) {
                     node->state = Node::State::waiting;
                   }
                   graph.mutex_.unlock();
                 });
  set_instance(this);
}

bool Graph::record(const dispatch::Choice& choice, std::span<const View> inputs,
                   std::span<const BufferRef* const> owners, const View& result, Buffer& target) {
  Released released;
  Lock lock(mutex_);
  while (Buffer* const buffer = to_settle(inputs, owners)) {
    lock.unlock();
    settle(*buffer);
    lock.lock();
  }
  Node& node = *new (memory_of_node()) Node(choice, result, target);
  if (!connect(node, inputs, owners)) {
    release_operands(node, released);
    end(node);
    return false;
  }
  link(node);
  target.set_pending(&node);
  bound(lock);
  return true;
}

/// Makes the inputs the operands of a new node; false where they cannot be that.
bool Graph::connect(Node& node, std::span<const View> inputs,
                    std::span<const BufferRef* const> owners) {
  const std::int64_t size = element_count(node.shape);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Buffer& buffer = **owners[i];
    Operand& operand = node.operands[node.inputs++];
    operand.node = pending_node(buffer);
    if (operand.node != nullptr) {
      ++operand.node->users;
      node.steps += operand.node->steps;
      node.leaves += operand.node->leaves;
      continue;
    }
    buffer.add_reader();  // before looking whether it is shared: `expose` does the reverse
    operand.buffer = *owners[i];
    operand.data = inputs[i].data;
    operand.dtype = inputs[i].dtype;
    node.leaves += 1;
    node.bytes += size * item_size(operand.dtype);
    const bool in_order = inputs[i].is_contiguous();
    if (buffer.is_shared() || (!in_order && is_scattered(inputs[i]))) return false;
    if (!in_order) operand.strides = std::make_unique<Dims>(inputs[i].strides);
  }
  return true;
}

/// Computes the oldest values while too much waits.
void Graph::bound(Lock& lock) {
  while (waiting_ > kMostWaiting || bytes_ > most_bytes_) {
    if (!settle_first([](const Node&) { return true; }, lock)) return;
  }
}

bool Graph::reduce(const Ending& ending, const View& input, Buffer& buffer) {
  const dispatch::LongWork guard;
  Lock lock(mutex_);
  while (Node* const node = pending_node(buffer)) {
    if (!is_whole(input, *node)) return false;
    Tape tape = tape_of(*node);
    if (!tape.steps.empty()) {
      compute(std::move(tape), &ending, lock);
      return true;
    }
    finished_.wait(lock);
  }
  return false;
}

std::vector<schema::OpId> Graph::pending_operations(const Buffer& buffer) {
  const Lock lock(mutex_);
  std::vector<schema::OpId> ops;
  if (Node* const node = pending_node(buffer)) {
    for (const Step& step : tape_of(*node).steps) ops.push_back(step.node->choice.op);
  }
  return ops;
}

void Graph::settle(Buffer& buffer) {
  const dispatch::LongWork guard;
  Lock lock(mutex_);
  settle_locked(buffer, lock);
}

void Graph::settle_readers(Buffer& buffer) {
  settle_each([&](const Node& node) { return reads(node, buffer); });
}

void Graph::settle_all() {
  settle_each([](const Node&) { return true; });
}

void Graph::settle_each(Wanted wanted) {
  const dispatch::LongWork guard;
  Lock lock(mutex_);
  while (settle_first(wanted, lock)) {
  }
}

/// Computes the oldest of the wanted values that somebody has a handle on; false where there is
/// none.
bool Graph::settle_first(Wanted wanted, Lock& lock) {
  for (Node* node = oldest_; node != nullptr; node = node->newer) {
    if (node->target == nullptr || !wanted(*node)) continue;
    BufferRef buffer = node->target->share_pending();
    if (!buffer) continue;
    settle_locked(*buffer, lock);
    lock.unlock();
    buffer = {};
    lock.lock();
    return true;
  }
  return false;
}

void Graph::settle_locked(Buffer& buffer, Lock& lock) {
  while (Node* const node = pending_node(buffer)) {
    Tape tape = tape_of(*node);
    if (tape.steps.empty()) {
      finished_.wait(lock);
    } else {
      compute(std::move(tape), nullptr, lock);
      lock.lock();
    }
  }
}

/// Runs a tape without the lock, and lets it go. Where that throws, everything waits as before.
void Graph::compute(Tape tape, const Ending* ending, Lock& lock) {
  std::vector<BufferRef> targets;
  for (Step& step : tape.steps) {
    Node& node = *step.node;
    targets.push_back(node.target != nullptr ? node.target->share_pending() : BufferRef());
    step.wanted = static_cast<bool>(targets.back());
    if (step.wanted) node.state = Node::State::running;
  }
  Step& last = tape.steps.back();
  if (ending != nullptr && !std::exchange(last.node->reduced, true)) last.wanted = !is_cheap(tape);
  const auto end_with = [&](Node::State state) {
    lock.lock();
    for (std::size_t i = 0; i < tape.steps.size(); ++i) {
      if (!targets[i]) continue;
      tape.steps[i].node->state = tape.steps[i].wanted ? state : Node::State::waiting;
    }
    finished_.notify_all();
  };
  lock.unlock();
  try {
    run(tape, ending);
  } catch (...) {
    end_with(Node::State::waiting);
    lock.unlock();
    throw;
  }
  end_with(Node::State::done);
  Released released;
  // The last step first: what others read of it is let go before that is looked at.
  for (std::size_t i = tape.steps.size(); i-- > 0;) {
    if (tape.steps[i].wanted) finish(*tape.steps[i].node, std::move(targets[i]), released);
  }
  lock.unlock();
}

/// Ends a node whose result is in `target`, except for what other nodes will read.
void Graph::finish(Node& node, BufferRef target, Released& released) {
  unlink(node);
  release_operands(node, released);
  node.target = nullptr;
  target->set_pending(nullptr);
  if (node.users > 1) {
    target->add_reader();
    node.kept = target;
  }
  released.push_back(std::move(target));
  let_go(node, released);
}

void Graph::release_operands(Node& node, Released& released) {
  for (; node.inputs > 0; --node.inputs) {
    Operand& operand = node.operands[node.inputs - 1];
    if (operand.node != nullptr) {
      let_go(*operand.node, released);
    } else {
      operand.buffer->remove_reader();
      released.push_back(std::move(operand.buffer));
    }
  }
}

/// One user of `node` less.
void Graph::let_go(Node& node, Released& released) {
  if (--node.users > 0) return;
  if (node.state != Node::State::done) unlink(node);
  release_operands(node, released);
  if (node.kept) {
    node.kept->remove_reader();
    released.push_back(std::move(node.kept));
  }
  end(node);
}

void* Graph::memory_of_node() {
  if (spare_ == nullptr) return ::operator new(sizeof(Node));
  return std::exchange(spare_, spare_->next);
}

/// Ends a node that has no handle any more. Its memory is kept: there are never many at a time.
void Graph::end(Node& node) {
  node.~Node();
  spare_ = new (&node) Spare{spare_};
}

void Graph::abandon(Buffer& buffer) noexcept {
  Released released;
  const Lock lock(mutex_);
  if (Node* const node = pending_node(buffer)) {
    node->target = nullptr;
    let_go(*node, released);
  }
}

void Graph::link(Node& node) {
  node.older = newest_;
  (newest_ != nullptr ? newest_->newer : oldest_) = &node;
  newest_ = &node;
  ++waiting_;
  bytes_ += node.bytes;
}

void Graph::unlink(Node& node) {
  (node.older != nullptr ? node.older->newer : oldest_) = node.newer;
  (node.newer != nullptr ? node.newer->older : newest_) = node.older;
  --waiting_;
  bytes_ -= node.bytes;
}

}  // namespace loom::expr
