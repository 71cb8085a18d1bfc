#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

// The limits that Linux control groups (version 1, 2 or both at once) put on this process. A group
// is bound by every group above it, so each answer is the tightest one on the way to the root.
namespace loom::support {

/// Processor cores that the CPU quotas allow, possibly a fraction; nothing where there is no quota.
/// `root` holds proc/self/cgroup and sys/fs/cgroup (a test's folder stands in for "/").
std::optional<double> cgroup_cpu_quota(const std::filesystem::path& root = "/");

/// Bytes that the memory limits still leave, file cache that the kernel can drop counted as free;
/// nothing where there is no limit.
std::optional<std::int64_t> cgroup_memory_left(const std::filesystem::path& root = "/");

/// The content of a small file such as those of /proc, nothing where it cannot be read.
std::optional<std::string> read_small_file(const std::filesystem::path& path);

}  // namespace loom::support
