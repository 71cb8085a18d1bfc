#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// A progress bar on standard error, for people only.
namespace loom {

/// Draws "label  [#####-----]  42%  1,234/12,226  ETA 3 s" when standard error is a terminal, at
/// most ten times a second, and clears the line at the end of a phase and when destroyed. Draws
/// nothing in a pipe or where TERM is "dumb".
class Progress {
 public:
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` of `total` of the phase `label`; another label than before starts another clock. One
  /// thread owns a bar.
  void update(std::string_view label, std::int64_t done, std::int64_t total);

 private:
  void clear();

  bool enabled_;
  std::string label_;
  double start_ = 0;
  double last_drawn_ = 0;
  bool drawn_ = false;
};

/// The text of a bar after `elapsed` seconds, without an ETA before the start and at the end.
std::string progress_line(const std::string& label, std::int64_t done, std::int64_t total,
                          double elapsed);

/// Seconds of a steady clock.
double now_seconds();

}  // namespace loom
