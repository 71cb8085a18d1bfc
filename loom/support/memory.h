#pragma once

#include <cstdint>
#include <string>

// How much memory this process may still take.
namespace loom {

/// Bytes that can be allocated now without swapping: MemAvailable, cut by what the cgroup leaves
/// and by `set_memory_limit`.
std::int64_t available_memory();

/// Bytes of memory that this process holds now, mapped files included; 0 where the system does not
/// tell.
std::int64_t resident_memory();

/// How much memory this process may hold in all, and who says so.
struct MemoryAllowance {
  std::int64_t bytes;
  const char* source;  ///< "limit" (of set_memory_limit), "cgroup" or "machine"
  std::int64_t held;   ///< resident_memory() when it was asked

  /// What libraries and threads take for themselves once they begin to work, as measured.
  static constexpr std::int64_t kLibraries = std::int64_t{24} << 20;

  /// What long work may plan with on top of what is held: without that, and without the 32nd that
  /// `free_block` may keep for the next taker. May be negative.
  std::int64_t left() const { return bytes - bytes / 32 - held - kLibraries; }
};

/// The least of the cap and of what the process holds and the cgroup and the machine leave it on
/// top.
MemoryAllowance memory_allowance();

/// Caps `available_memory()` at `bytes`; 0 removes the cap. The environment variable
/// LOOM_MEMORY_LIMIT ("500M", "16G") sets the initial cap.
void set_memory_limit(std::int64_t bytes);

/// The cap in force, 0 where there is none.
std::int64_t memory_limit();

/// "512 B", "3.1 MiB", "24.0 GiB".
std::string format_bytes(std::int64_t bytes);

/// Reads "1024", "500K", "1.5G" (binary units, an optional "iB" or "B" may follow). Throws
/// ValueError.
std::int64_t parse_bytes(const std::string& text);

}  // namespace loom
