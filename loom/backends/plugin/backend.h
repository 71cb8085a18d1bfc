#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "loom/backends/plugin/kernel.h"
#include "loom/dispatch/backend.h"

// Backends from shared libraries over the C interface of <loom/plugin.h>.
namespace loom::plugin {

/// A backend whose kernels are those of a plug-in.
class PluginBackend final : public dispatch::Backend {
 public:
  /// Opens the library and checks all that it says. Throws BackendError "[plugin] libx.so ...".
  explicit PluginBackend(const std::filesystem::path& path);

  std::string name() const override { return plugin_.name; }
  dispatch::BackendInfo probe() override;
  void install(dispatch::KernelInstaller add) override;

 private:
  void read_kernels();
  void check_kernel(const loom_kernel& kernel) const;

  std::filesystem::path path_;
  const loom_plugin& plugin_;
  std::vector<PluginKernel> kernels_;
};

/// Appends the plug-ins of the libraries that LOOM_PLUGINS lists, separated by colons. One that
/// cannot be loaded, or whose name a backend has, becomes an unavailable backend of the file's name
/// that says why.
void append_listed_plugins(std::vector<std::unique_ptr<dispatch::Backend>>& backends);

}  // namespace loom::plugin
