// A plug-in whose name is no backend's.
#include "minimal.h"

namespace {

constexpr loom_plugin kPlugin = minimal_plugin("Bad Name");

}  // namespace

const loom_plugin* loom_plugin_entry(const loom_host* host) { return &kPlugin; }
