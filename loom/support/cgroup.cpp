#include "loom/support/cgroup.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#include "loom/support/text.h"

namespace loom::support {
namespace {

namespace fs = std::filesystem;

/// The first number of a small file; nothing where the file is missing or says "max".
std::optional<std::int64_t> read_number(const fs::path& path) {
  const auto text = read_small_file(path);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  return parse_int(next_field(rest, " \n"));
}

/// The number that follows `key` on its line of a file like memory.stat; 0 where there is none.
std::int64_t read_entry(const fs::path& path, std::string_view key) {
  const auto text = read_small_file(path);
  if (!text) return 0;
  LineReader lines(*text);
  while (auto line = lines.next()) {
    if (next_field(*line) == key) return parse_int(next_field(*line)).value_or(0);
  }
  return 0;
}

/// `group` below `mount` and every folder above it, down to `mount` itself. In a container the
/// group is often named as the host sees it and absent from the mount, whose own folder then is the
/// container's group: files that are missing are no limit.
void append_folders(const fs::path& mount, std::string_view group, std::vector<fs::path>& folders) {
  for (fs::path part = fs::path(group).lexically_normal().relative_path(); !part.empty();
       part = part.parent_path()) {
    folders.push_back(mount / part);
  }
  folders.push_back(mount);
}

bool lists_controller(std::string_view controllers, std::string_view wanted) {
  while (!controllers.empty()) {
    if (next_field(controllers, ",") == wanted) return true;
  }
  return false;
}

/// The folders whose files may limit `controller`, of both versions. A line of proc/self/cgroup
/// reads "ID:CONTROLLERS:GROUP", with no controllers for version 2.
std::vector<fs::path> controller_folders(const fs::path& root, std::string_view controller) {
  std::vector<fs::path> folders;
  const auto text = read_small_file(root / "proc/self/cgroup");
  if (!text) return folders;
  const fs::path mounts = root / "sys/fs/cgroup";
  LineReader lines(*text);
  while (auto line = lines.next()) {
    const auto first = line->find(':');
    const auto second = first == line->npos ? first : line->find(':', first + 1);
    if (second == line->npos) continue;
    const std::string_view controllers = line->substr(first + 1, second - first - 1);
    const std::string_view group = line->substr(second + 1);
    if (controllers.empty()) {
      append_folders(mounts, group, folders);
      append_folders(mounts / "unified", group, folders);
    } else if (lists_controller(controllers, controller)) {
      append_folders(mounts / controllers, group, folders);
      if (controllers != controller) append_folders(mounts / controller, group, folders);
    }
  }
  return folders;
}

std::optional<double> cpu_quota_of(const fs::path& folder) {
  std::optional<std::int64_t> quota, period;
  if (const auto text = read_small_file(folder / "cpu.max")) {
    std::string_view rest = *text;
    quota = parse_int(next_field(rest, " \n"));
    period = parse_int(next_field(rest, " \n"));
  } else {
    quota = read_number(folder / "cpu.cfs_quota_us");
    period = read_number(folder / "cpu.cfs_period_us");
  }
  if (quota.value_or(-1) <= 0 || period.value_or(0) <= 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

std::optional<std::int64_t> memory_left_of(const fs::path& folder) {
  std::optional<std::int64_t> limit = read_number(folder / "memory.max");
  std::optional<std::int64_t> used = read_number(folder / "memory.current");
  const char* cache = "inactive_file";
  if (!used) {
    limit = read_number(folder / "memory.limit_in_bytes");
    used = read_number(folder / "memory.usage_in_bytes");
    cache = "total_inactive_file";
  }
  if (!limit || !used) return std::nullopt;
  const std::int64_t held =
      std::max<std::int64_t>(0, *used - read_entry(folder / "memory.stat", cache));
  return std::max<std::int64_t>(0, *limit - held);
}

template <class Limit>
auto tightest(const std::vector<fs::path>& folders, Limit limit_of) {
  decltype(limit_of(folders.front())) least;
  for (const fs::path& folder : folders) {
    const auto limit = limit_of(folder);
    if (limit && (!least || *limit < *least)) least = limit;
  }
  return least;
}

}  // namespace

std::optional<std::string> read_small_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) return std::nullopt;
  return text;
}

std::optional<double> cgroup_cpu_quota(const fs::path& root) {
  return tightest(controller_folders(root, "cpu"), cpu_quota_of);
}

std::optional<std::int64_t> cgroup_memory_left(const fs::path& root) {
  return tightest(controller_folders(root, "memory"), memory_left_of);
}

}  // namespace loom::support
