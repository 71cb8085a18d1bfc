#include "loom/support/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "loom/support/text.h"

namespace loom {
namespace {

constexpr double kSecondsBetweenDraws = 0.1;
constexpr const char* kClearLine = "\r\x1b[2K";

bool stderr_is_a_terminal() {
  const char* term = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

std::string duration(double seconds) {
  const auto s = static_cast<std::int64_t>(std::ceil(seconds));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
}

}  // namespace

std::string progress_line(const std::string& label, std::int64_t done, std::int64_t total,
                          double elapsed) {
  constexpr int kCells = 10;
  const std::int64_t shown = std::clamp<std::int64_t>(done, 0, std::max<std::int64_t>(total, 0));
  const double part = total > 0 ? static_cast<double>(shown) / static_cast<double>(total) : 1.0;
  const int filled = static_cast<int>(part * kCells);
  std::string line =
      fmt::format("{}  [{:#>{}}{:->{}}]  {}%  {}/{}", label, "", filled, "", kCells - filled,
                  static_cast<int>(part * 100), with_commas(shown), with_commas(total));
  if (shown > 0 && shown < total) line += "  ETA " + duration(elapsed * (1 - part) / part);
  return line;
}

double now_seconds() {
  using std::chrono::duration;
  return duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Progress::Progress() : enabled_(stderr_is_a_terminal()) {}

void Progress::clear() {
  if (std::exchange(drawn_, false)) std::fputs(kClearLine, stderr);
}

void Progress::update(std::string_view label, std::int64_t done, std::int64_t total) {
  if (!enabled_) return;
  const double now = now_seconds();
  if (label != label_) {
    clear();
    label_ = label;
    start_ = now;
  }
  if (done >= total) return clear();
  if (drawn_ && now - last_drawn_ < kSecondsBetweenDraws) return;
  std::fputs((kClearLine + progress_line(label_, done, total, now - start_)).c_str(), stderr);
  last_drawn_ = now;
  drawn_ = true;
}

}  // namespace loom
