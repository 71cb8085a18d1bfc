// A plug-in whose struct ends before its kernels.
#include <cstddef>

#include "minimal.h"

namespace {

constexpr loom_plugin kPlugin = [] {
  loom_plugin plugin = minimal_plugin("truncated");
  plugin.struct_size = offsetof(loom_plugin, kernels);
  return plugin;
}();

}  // namespace

const loom_plugin* loom_plugin_entry(const loom_host* host) { return &kPlugin; }
