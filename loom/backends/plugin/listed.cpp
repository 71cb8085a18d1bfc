#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <utility>

#include "loom/backends/plugin/backend.h"
#include "loom/backends/plugin/library.h"
#include "loom/dispatch/registry.h"

namespace loom::plugin {
namespace {

/// Stands in the list of backends for a library that could not be loaded.
class UnloadedPlugin final : public dispatch::Backend {
 public:
  UnloadedPlugin(std::filesystem::path path, std::string reason)
      : path_(std::move(path)), reason_(std::move(reason)) {}

  std::string name() const override { return path_.filename(); }

  dispatch::BackendInfo probe() override {
    dispatch::BackendInfo info;
    info.description = "plug-in that could not be loaded";
    info.library = path_;
    info.reason = reason_;
    info.remedy = "correct its entry in LOOM_PLUGINS, or remove it";
    return info;
  }

  void install(dispatch::KernelInstaller add) override {}

 private:
  std::filesystem::path path_;
  std::string reason_;
};

using Backends = std::vector<std::unique_ptr<dispatch::Backend>>;

std::unique_ptr<dispatch::Backend> load(const std::filesystem::path& path, const Backends& others) {
  try {
    auto backend = std::make_unique<PluginBackend>(path);
    const std::string name = backend->name();
    const auto same_name = [&](const auto& other) { return other->name() == name; };
    if (dispatch::is_alias(name) || std::any_of(others.begin(), others.end(), same_name)) {
      fail(path, fmt::format("cannot be added: the name '{}' is taken", name));
    }
    return backend;
  } catch (const std::exception& error) {
    return std::make_unique<UnloadedPlugin>(path, error.what());
  }
}

}  // namespace

void append_listed_plugins(Backends& backends) {
  const char* list = std::getenv("LOOM_PLUGINS");
  std::string_view rest = list != nullptr ? list : "";
  while (!rest.empty()) {
    const std::string_view path = rest.substr(0, rest.find(':'));
    if (!path.empty()) backends.push_back(load(path, backends));
    rest.remove_prefix(std::min(path.size() + 1, rest.size()));
  }
}

}  // namespace loom::plugin
