#pragma once

#include <cstdint>
#include <string>

// How much memory this process may still take.
namespace loom {

/// Bytes that can be allocated now without swapping: MemAvailable, cut by what the cgroup leaves
/// and by `set_memory_limit`.
std::int64_t available_memory();

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
