// A plug-in whose kernels lack their last field.
#include <cstddef>

#include "minimal.h"

namespace {

constexpr loom_plugin kPlugin = [] {
  loom_plugin plugin = minimal_plugin("truncated_kernel");
  plugin.kernel_size = offsetof(loom_kernel, context);
  return plugin;
}();

}  // namespace

const loom_plugin* loom_plugin_entry(const loom_host* host) { return &kPlugin; }
