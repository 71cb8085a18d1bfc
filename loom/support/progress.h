#pragma once

#include <cstdint>
#include <string>

// A progress bar on standard error, for people only.
namespace loom {

/// Draws "label  [#####-----]  42%  1,234/12,226  ETA 3 s" when standard error is a terminal, at
/// most ten times a second, and clears the line when destroyed. Draws nothing in a pipe, under
/// `enabled == false`, or where TERM is "dumb".
class Progress {
 public:
  Progress(std::string label, std::int64_t total, bool enabled);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Sets the amount done. Thread-safe is not needed: one thread owns a bar.
  void update(std::int64_t done);

 private:
  void draw(std::int64_t done);

  std::string label_;
  std::int64_t total_;
  bool enabled_;
  double start_;
  double last_drawn_ = -1.0;
};

/// The text of a bar after `elapsed` seconds, without an ETA before the start and at the end.
std::string progress_line(const std::string& label, std::int64_t done, std::int64_t total,
                          double elapsed);

/// Seconds of a steady clock.
double now_seconds();

}  // namespace loom
