#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

// How long work speaks with whoever started it: progress and lines of text out, a wish to stop in.
namespace loom {

/// What long work calls while it runs, on its own thread; anything may be left empty.
struct Monitor {
  /// Told that `done` of `total` steps of `phase` are done: 0 as it begins, `total` at its end.
  /// What it throws ends the work.
  std::function<void(std::string_view phase, std::int64_t done, std::int64_t total)> progress;
  /// Takes a line of text for the user, without its newline.
  std::function<void(const std::string& line)> say;
  /// Ends the work at its next step once a stop is asked for.
  std::stop_token stop;

  /// Throws CancelledError where a stop is asked for: "[kinship] stopped on request".
  void check(std::string_view phase) const;
  /// Checks and tells `progress`.
  void update(std::string_view phase, std::int64_t done, std::int64_t total) const;
};

}  // namespace loom
