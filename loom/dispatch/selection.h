#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "loom/dispatch/backend.h"

// Which backend computes. Precedence: innermost BackendScope of the thread > set_backend >
// LOOM_BACKEND > "auto".
namespace loom {

/// Makes `name` (a backend, an alias or "auto") the backend of the process and returns the name now
/// active. Throws ValueError for an unknown name, BackendUnavailableError for one that cannot run.
std::string set_backend(std::string_view name);

/// The name in force on this thread: that of a backend, or "auto".
std::string get_backend();

/// Facts about the backend in force (about the one that `auto` prefers under "auto").
dispatch::BackendInfo get_backend_info();

/// Names of the backends that can run here, the preferred one first.
std::vector<std::string> available_backends();

/// The backend of this thread while the scope lives. Errors as `set_backend`.
class BackendScope {
 public:
  explicit BackendScope(std::string_view name);
  ~BackendScope();
  BackendScope(const BackendScope&) = delete;
  BackendScope& operator=(const BackendScope&) = delete;

 private:
  const void* previous_;
};

/// Loads a backend from a shared library that exports the C ABI of <loom/plugin.h>, and returns its
/// name. Throws BackendError that says what is wrong with the library.
std::string load_plugin(const std::string& path);

namespace dispatch {

struct Slot;

/// What is in force on this thread.
struct Selection {
  const Slot* slot;  ///< the table to use
  bool automatic;    ///< chosen by `auto`, so an inherited kernel is no fallback
};
const Selection& current_selection();

/// Where the process is set to the backend `name`, sets it to what is registered by that name now.
/// Throws as `set_backend`.
void follow_replacement(std::string_view name);

}  // namespace dispatch
}  // namespace loom
