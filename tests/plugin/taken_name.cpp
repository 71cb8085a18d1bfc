// A plug-in with the name of a built-in backend.
#include "minimal.h"

namespace {

constexpr loom_plugin kPlugin = minimal_plugin("reference");

}  // namespace

const loom_plugin* loom_plugin_entry(const loom_host* host) { return &kPlugin; }
