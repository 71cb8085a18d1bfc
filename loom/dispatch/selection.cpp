#include "loom/dispatch/selection.h"

#include <atomic>
#include <cstdlib>
#include <deque>
#include <mutex>

#include "loom/dispatch/registry.h"
#include "loom/support/error.h"

namespace loom {
namespace dispatch {
namespace {

// Found without a call, of which every operation makes one; the loader keeps room for so little
// also where the library is loaded late.
[[gnu::tls_model("initial-exec")]] thread_local const Selection* scoped = nullptr;
std::atomic<const Selection*> process_wide{nullptr};

// Selections are never freed, so that a thread may read the process-wide one while another sets it;
// there are as many as backends, plus one.
const Selection* selection_of(std::string_view name) {
  static std::mutex mutex;
  static std::deque<Selection> selections;
  const bool automatic = name == "auto";
  Registry& registry = Registry::instance();
  const Slot& slot = automatic ? registry.automatic_slot() : registry.available_slot(name);
  std::lock_guard lock(mutex);
  for (const Selection& known : selections) {
    if (known.slot == &slot && known.automatic == automatic) return &known;
  }
  return &selections.emplace_back(Selection{&slot, automatic});
}

const Selection* initial_selection() {
  const char* wanted = std::getenv("LOOM_BACKEND");
  const Selection* selection = selection_of(wanted != nullptr && *wanted != '\0' ? wanted : "auto");
  const Selection* none = nullptr;
  return process_wide.compare_exchange_strong(none, selection) ? selection : none;
}

std::string name_of(const Selection& selection) {
  return selection.automatic ? "auto" : selection.slot->name;
}

}  // namespace

const Selection& current_selection() {
  if (scoped != nullptr) return *scoped;
  const Selection* selection = process_wide.load(std::memory_order_acquire);
  return selection != nullptr ? *selection : *initial_selection();
}

void follow_replacement(std::string_view name) {
  const Selection* selection = process_wide.load(std::memory_order_acquire);
  if (selection == nullptr || name_of(*selection) != name) return;
  process_wide.store(selection_of(name), std::memory_order_release);
}

}  // namespace dispatch

std::string set_backend(std::string_view name) {
  const dispatch::Selection* selection = dispatch::selection_of(name);
  dispatch::process_wide.store(selection, std::memory_order_release);
  return dispatch::name_of(*selection);
}

std::string get_backend() { return dispatch::name_of(dispatch::current_selection()); }

dispatch::BackendInfo get_backend_info() { return dispatch::current_selection().slot->info; }

std::vector<std::string> available_backends() {
  std::vector<std::string> names;
  for (const dispatch::BackendInfo& info : dispatch::Registry::instance().backends()) {
    if (info.available) names.push_back(info.name);
  }
  return names;
}

BackendScope::BackendScope(std::string_view name) : previous_(dispatch::scoped) {
  dispatch::scoped = dispatch::selection_of(name);
}

BackendScope::~BackendScope() {
  dispatch::scoped = static_cast<const dispatch::Selection*>(previous_);
}

}  // namespace loom
