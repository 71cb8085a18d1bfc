#include "loom/backends/plugin/library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "loom/support/error.h"
#include "loom/support/threads.h"
#include "loom/support/version.h"

namespace loom::plugin {
namespace {

constexpr char kEntry[] = "loom_plugin_entry";

const loom_host& host() {
  static const std::string loom_version = version();
  static const loom_host host = {
      .struct_size = sizeof(loom_host),
      .abi_version = LOOM_ABI_VERSION,
      .version = loom_version.c_str(),
      .num_threads = []() noexcept -> std::int32_t { return num_threads(); },
  };
  return host;
}

// Never closed: the threads and exit handlers that a library may have started need its code.
void* open(const std::filesystem::path& path) {
  if (path.empty()) throw BackendError("[plugin] the path is empty");
  // A name without a slash would be searched for in the folders of the system.
  void* library = dlopen(std::filesystem::absolute(path).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) fail(path, fmt::format("cannot be opened: {}", dlerror()));
  return library;
}

bool is_valid_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && name != "auto" && std::all_of(name.begin(), name.end(), allowed);
}

// The version comes first: a foreign one says nothing about the rest of the struct.
void check(const std::filesystem::path& path, const loom_plugin& plugin) {
  if (plugin.struct_size >= offsetof(loom_plugin, kernel_size) &&
      plugin.abi_version != LOOM_ABI_VERSION) {
    fail(path, fmt::format("has ABI version {}, this Loom speaks {}", plugin.abi_version,
                           +LOOM_ABI_VERSION));
  }
  if (plugin.struct_size < sizeof(loom_plugin)) {
    fail(path, fmt::format("describes itself in {} bytes, ABI version {} has {}",
                           plugin.struct_size, +LOOM_ABI_VERSION, sizeof(loom_plugin)));
  }
  if (plugin.kernel_size < sizeof(loom_kernel)) {
    fail(path, fmt::format("describes a kernel in {} bytes, ABI version {} has {}",
                           plugin.kernel_size, +LOOM_ABI_VERSION, sizeof(loom_kernel)));
  }
  if (plugin.name == nullptr || !is_valid_name(plugin.name)) {
    fail(path, fmt::format("names itself '{}', which cannot name a backend",
                           plugin.name != nullptr ? plugin.name : ""));
  }
}

}  // namespace

const loom_plugin& open_library(const std::filesystem::path& path) {
  // Throws here rather than in a plug-in's call where LOOM_NUM_THREADS is no number.
  num_threads();
  void* symbol = dlsym(open(path), kEntry);
  if (symbol == nullptr) fail(path, fmt::format("is no plug-in: it exports no {}", kEntry));
  const auto entry = reinterpret_cast<decltype(&loom_plugin_entry)>(symbol);
  const loom_plugin* plugin = entry(&host());
  if (plugin == nullptr) fail(path, fmt::format("declines to work with Loom {}", host().version));
  check(path, *plugin);
  return *plugin;
}

void fail(const std::filesystem::path& path, std::string_view fault) {
  throw BackendError(fmt::format("[plugin] {} {}", path.filename().string(), fault));
}

}  // namespace loom::plugin
