#pragma once

#include <stop_token>

namespace loom::cli {

/// While it lives, a first SIGINT, SIGTERM or SIGHUP asks the work to stop at its next step. If it
/// has not within ten seconds, or a second signal comes, the process ends at once as it does
/// without this: files that no checkpoint needs are removed, and the exit status is 128 and the
/// signal's number. Signals that are ignored stay so. There is one at a time.
class StopOnSignal {
 public:
  StopOnSignal();
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

  std::stop_token token() const;
  /// The exit status for the signal that came; 0 where none came.
  static int exit_status();
};

/// Ends the process as a signal without a StopOnSignal does.
[[noreturn]] void end_at_once(int signal);

}  // namespace loom::cli
