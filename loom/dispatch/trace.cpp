#include "loom/dispatch/trace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace loom {

struct Trace::State {
  mutable std::mutex mutex;
  std::vector<TraceEvent> events;
};

namespace {

struct Listener {
  const void* owner;
  void (*receive)(const void* owner, const TraceEvent& event);
};

struct Listeners {
  std::mutex mutex;
  std::vector<Listener> list;
  std::atomic<int> count{0};

  Listeners() {
    const char* verbose = std::getenv("LOOM_VERBOSE");
    if (verbose != nullptr && std::string_view(verbose) != "" && std::string_view(verbose) != "0") {
      add({nullptr, [](const void*, const TraceEvent& event) {
             fmt::print(stderr, "{}\n", to_string(event));
           }});
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

}  // namespace

Trace::Trace() : state_(std::make_shared<State>()) {
  listeners().add({state_.get(), [](const void* owner, const TraceEvent& event) {
                     auto* state = static_cast<State*>(const_cast<void*>(owner));
                     std::lock_guard lock(state->mutex);
                     state->events.push_back(event);
                   }});
}

Trace::~Trace() { listeners().remove(state_.get()); }

std::vector<TraceEvent> Trace::events() const {
  std::lock_guard lock(state_->mutex);
  return state_->events;
}

std::string to_string(const TraceEvent& event) {
  std::string line =
      fmt::format("loom: {} {}{}{} -> {}  {}  {:.3f} ms", event.op, fmt::join(event.inputs, ", "),
                  event.attributes.empty() ? "" : " ", event.attributes,
                  fmt::join(event.outputs, ", "), event.backend, event.seconds * 1e3);
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
