#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "loom/dispatch/selection.h"

namespace loom {

/// The library that was built from tests/plugin/NAME.cpp, or the example.
inline std::filesystem::path plugin_path(const std::string& name) {
  return std::filesystem::path(LOOM_TEST_PLUGINS) / ("lib" + name + ".so");
}

/// Loads a plug-in on first use: tests run in one process each or all in one.
inline void ensure_loaded(const std::string& name) {
  for (const std::string& known : available_backends()) {
    if (known == name) return;
  }
  load_plugin(plugin_path(name));
}

/// A scope in which a plug-in is the backend.
class PluginScope {
 public:
  explicit PluginScope(const std::string& name) : scope_((ensure_loaded(name), name)) {}

 private:
  BackendScope scope_;
};

}  // namespace loom
