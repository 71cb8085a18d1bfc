// A plug-in that cannot work with this host.
#include <loom/plugin.h>

const loom_plugin* loom_plugin_entry(const loom_host* host) { return nullptr; }
