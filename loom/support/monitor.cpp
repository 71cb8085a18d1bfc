#include "loom/support/monitor.h"

#include <fmt/format.h>

#include "loom/support/error.h"

namespace loom {

void Monitor::check(std::string_view phase) const {
  if (stop.stop_requested()) throw CancelledError(fmt::format("[{}] stopped on request", phase));
}

void Monitor::update(std::string_view phase, std::int64_t done, std::int64_t total) const {
  check(phase);
  if (progress) progress(phase, done, total);
}

}  // namespace loom
