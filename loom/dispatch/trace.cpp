#include "loom/dispatch/trace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string_view>

#include "loom/array/buffer.h"

namespace loom {

struct Trace::State {
  mutable std::mutex mutex;
  std::vector<TraceEvent> events;
};

namespace {

struct Listener {
  void* owner;
  void (*receive)(void* owner, const TraceEvent& event);
};

struct Listeners {
  std::mutex mutex;
  std::vector<Listener> list;
  std::atomic<int> count{0};

  Listeners() {
    const char* setting = std::getenv("LOOM_VERBOSE");
    const std::string_view verbose = setting != nullptr ? setting : "";
    if (!verbose.empty() && verbose != "0") {
      add({nullptr,
           [](void*, const TraceEvent& event) { fmt::print(stderr, "{}\n", to_string(event)); }});
    }
  }
  void add(Listener listener) {
    std::lock_guard lock(mutex);
    list.push_back(listener);
    ++count;
  }
  void remove(const void* owner) {
    std::lock_guard lock(mutex);
    std::erase_if(list, [&](const Listener& l) { return l.owner == owner; });
    --count;
  }
};

Listeners& listeners() {
  static Listeners instance;
  return instance;
}

/// Computes what is pending, so that operations are heard by those who listen while they are
/// called.
void settle_all() {
  if (PendingValues* const values = PendingValues::instance()) values->settle_all();
}

}  // namespace

Trace::Trace() : state_(std::make_unique<State>()) {
  settle_all();
  listeners().add({state_.get(), [](void* owner, const TraceEvent& event) {
                     auto* state = static_cast<State*>(owner);
                     std::lock_guard lock(state->mutex);
                     state->events.push_back(event);
                   }});
}

Trace::~Trace() { listeners().remove(state_.get()); }

std::vector<TraceEvent> Trace::events() const {
  settle_all();
  std::lock_guard lock(state_->mutex);
  return state_->events;
}

struct TraceSummary::State {
  std::mutex mutex;
  std::vector<OperationSummary> operations;

  void add(const TraceEvent& event) {
    std::lock_guard lock(mutex);
    auto at = std::find_if(operations.begin(), operations.end(), [&](const OperationSummary& o) {
      return o.op == event.op && o.backend == event.backend;
    });
    if (at == operations.end()) {
      at = operations.insert(at, OperationSummary{event.op, event.backend, 0, 0, {}});
    }
    ++at->calls;
    at->seconds += event.seconds;
    for (const PassedOver& passed : event.passed_over) {
      std::vector<PassedOver>& known = at->passed_over;
      if (std::find(known.begin(), known.end(), passed) == known.end()) known.push_back(passed);
    }
  }
};

TraceSummary::TraceSummary() : state_(std::make_unique<State>()) {
  settle_all();
  listeners().add({state_.get(), [](void* owner, const TraceEvent& event) {
                     static_cast<State*>(owner)->add(event);
                   }});
}

TraceSummary::~TraceSummary() { listeners().remove(state_.get()); }

std::vector<OperationSummary> TraceSummary::operations() const {
  settle_all();
  std::lock_guard lock(state_->mutex);
  return state_->operations;
}

std::string to_string(const TraceEvent& event) {
  std::string line =
      fmt::format("loom: {} {}{}{} -> {}  {}  {:.3f} ms", event.op, fmt::join(event.inputs, ", "),
                  event.attributes.empty() ? "" : " ", event.attributes,
                  fmt::join(event.outputs, ", "), event.backend, event.seconds * 1e3);
  if (!event.fused.empty()) line += fmt::format("  (fused: {})", event.fused);
  for (const PassedOver& passed : event.passed_over) {
    line += fmt::format("  ({}: {})", passed.backend, passed.reason);
  }
  return line;
}

namespace dispatch {

bool trace_wanted() { return listeners().count.load(std::memory_order_relaxed) > 0; }

void publish(const TraceEvent& event) {
  Listeners& all = listeners();
  std::lock_guard lock(all.mutex);
  for (const Listener& listener : all.list) listener.receive(listener.owner, event);
}

}  // namespace dispatch
}  // namespace loom
