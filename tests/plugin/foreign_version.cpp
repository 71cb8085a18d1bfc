// A plug-in of another ABI version, whose struct is another too.
#include "minimal.h"

namespace {

constexpr loom_plugin kPlugin = [] {
  loom_plugin plugin = minimal_plugin(nullptr);
  plugin.struct_size = 32;
  plugin.abi_version = 7;
  return plugin;
}();

}  // namespace

const loom_plugin* loom_plugin_entry(const loom_host* host) { return &kPlugin; }
