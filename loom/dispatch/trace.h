#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

// Who computed what: every operation of the process, as it finished.
namespace loom {

/// A backend that was asked before the one that computed, and why it did not.
struct PassedOver {
  std::string backend;
  std::string reason;
  bool operator==(const PassedOver&) const = default;
};

/// One finished operation.
struct TraceEvent {
  std::string op;
  std::string backend;              ///< the provider of the kernel that ran
  std::vector<std::string> inputs;  ///< "float64(3, 4)"
  std::vector<std::string> outputs;
  std::string attributes;  ///< "axes=(0,), keepdims=false"
  double seconds = 0;
  std::vector<PassedOver> passed_over;
  /// The operations that were computed in one pass with this one, itself among them: "multiply,
  /// sqrt, add". The last one has the seconds of all. Empty where it was computed alone.
  std::string fused;
};

/// Collects the events of all threads while it lives. What is pending at its beginning and when
/// events are asked for is computed then.
class Trace {
 public:
  Trace();
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  /// The events so far, in the order in which operations finished.
  std::vector<TraceEvent> events() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The events of one operation on one backend, taken together.
struct OperationSummary {
  std::string op;
  std::string backend;
  std::int64_t calls = 0;
  double seconds = 0;
  std::vector<PassedOver> passed_over;  ///< each distinct one once
};

/// Sums events up while it lives: what a long run uses instead of `Trace`.
class TraceSummary {
 public:
  TraceSummary();
  ~TraceSummary();
  TraceSummary(const TraceSummary&) = delete;
  TraceSummary& operator=(const TraceSummary&) = delete;

  /// By operation and backend, in the order of first appearance.
  std::vector<OperationSummary> operations() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// "loom: matmul float64(3, 4), float64(4, 5) -> float64(3, 5)  blas  0.012 ms", followed by
/// "  (native: no kernel)" for each backend passed over. What LOOM_VERBOSE=1 prints.
std::string to_string(const TraceEvent& event);

namespace dispatch {

/// Whether anybody wants events; one relaxed load.
bool trace_wanted();
/// Gives an event to all who listen.
void publish(const TraceEvent& event);

}  // namespace dispatch
}  // namespace loom
