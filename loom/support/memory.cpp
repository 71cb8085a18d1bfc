#include "loom/support/memory.h"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "loom/support/cgroup.h"
#include "loom/support/error.h"
#include "loom/support/text.h"

namespace loom {
namespace {

std::int64_t machine_memory() {
  if (const auto text = support::read_small_file("/proc/meminfo")) {
    LineReader lines(*text);
    while (auto line = lines.next()) {
      if (next_field(*line) != "MemAvailable:") continue;
      if (const auto kib = parse_int(next_field(*line))) return *kib * 1024;
    }
  }
  return std::int64_t{sysconf(_SC_AVPHYS_PAGES)} * sysconf(_SC_PAGESIZE);
}

std::int64_t initial_limit() {
  const char* text = std::getenv("LOOM_MEMORY_LIMIT");
  if (text == nullptr || *text == '\0') return 0;
  try {
    return parse_bytes(text);
  } catch (const ValueError& error) {
    throw ValueError(fmt::format("[LOOM_MEMORY_LIMIT] {}", error.what()));
  }
}

/// Left alone, the allocator learns from large blocks that come and go to keep them where they
/// cannot return to the system: a limit would not bound what is held.
void return_freed_memory(std::int64_t limit) {
#ifdef __GLIBC__
  constexpr int kLargeBlock = 1 << 20;
  if (limit > 0) mallopt(M_MMAP_THRESHOLD, kLargeBlock);
#else
  static_cast<void>(limit);
#endif
}

std::atomic<std::int64_t>& limit_in_force() {
  static std::atomic<std::int64_t> limit = [] {
    const std::int64_t initial = initial_limit();
    return_freed_memory(initial);
    return initial;
  }();
  return limit;
}

/// The power of 1024 that `unit` stands for, -1 where it is no unit.
int unit_power(std::string_view unit) {
  static constexpr std::string_view kPrefixes = "KMGTP";
  if (unit.empty()) return 0;
  const char letter = static_cast<char>(unit.front() & ~0x20);  // upper case
  const auto prefix = kPrefixes.find(letter);
  if (prefix == kPrefixes.npos) return unit == "B" ? 0 : -1;
  const std::string_view rest = unit.substr(1);
  if (!rest.empty() && rest != "B" && rest != "iB") return -1;
  return static_cast<int>(prefix) + 1;
}

}  // namespace

std::int64_t available_memory() {
  std::int64_t bytes = machine_memory();
  if (const auto left = support::cgroup_memory_left()) bytes = std::min(bytes, *left);
  if (const std::int64_t limit = memory_limit()) bytes = std::min(bytes, limit);
  return bytes;
}

std::int64_t resident_memory() {
  const auto text = support::read_small_file("/proc/self/statm");
  if (!text) return 0;
  std::string_view rest = *text;
  next_field(rest);  // all that is mapped, whether in memory or not
  return parse_int(next_field(rest)).value_or(0) * sysconf(_SC_PAGESIZE);
}

MemoryAllowance memory_allowance() {
  const std::int64_t held = resident_memory();
  MemoryAllowance least{held + machine_memory(), "machine", held};
  if (const auto left = support::cgroup_memory_left(); left && held + *left < least.bytes) {
    least = {held + *left, "cgroup", held};
  }
  if (const std::int64_t limit = memory_limit(); limit > 0 && limit < least.bytes) {
    least = {limit, "limit", held};
  }
  return least;
}

void set_memory_limit(std::int64_t bytes) {
  if (bytes < 0) {
    throw ValueError(fmt::format("[set_memory_limit] the limit is negative: {}", bytes));
  }
  limit_in_force() = bytes;
  return_freed_memory(bytes);
}

std::int64_t memory_limit() { return limit_in_force(); }

std::string format_bytes(std::int64_t bytes) {
  static constexpr std::array kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes);
  if (std::abs(value) < 1024) return fmt::format("{} B", bytes);
  std::size_t unit = 0;
  // 1023.95 would print as 1024.0.
  for (value /= 1024; std::abs(value) >= 1023.95 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::int64_t parse_bytes(const std::string& text) {
  const std::string_view whole = trim(text);
  const auto end = std::min(whole.find_first_not_of("0123456789."), whole.size());
  const auto number = parse_double(whole.substr(0, end));
  const int power = unit_power(trim(whole.substr(end)));
  const double bytes = number && power >= 0 ? std::ldexp(*number, 10 * power) : -1;
  if (!(bytes >= 0)) {
    throw ValueError(fmt::format(
        "\"{}\" is not an amount of memory: expected something like 500M or 1.5G", text));
  }
  if (bytes >= 0x1p63) {
    throw ValueError(fmt::format("\"{}\" is more memory than 64 bits can count", text));
  }
  return static_cast<std::int64_t>(bytes);
}

}  // namespace loom
