// A plug-in that cannot run on this machine, and one whose struct is longer than the host knows.
#include <cstring>

#include "minimal.h"

namespace {

void probe(loom_probe* probe) {
  probe->available = 0;
  probe->integer_bits = 32;
  probe->threads = 3;
  probe->features = LOOM_FEATURE_GPU | LOOM_FEATURE_PARALLEL;
  std::strcpy(probe->isa, "abacus");
  std::strcpy(probe->note, "slow");
  std::strcpy(probe->reason, "no abacus found");
  // As long as the buffer, without a zero: the host stops at its end.
  std::memset(probe->remedy, 'x', sizeof(probe->remedy));
}

constexpr struct {
  loom_plugin plugin;
  std::uint64_t later_field;
} kPlugin = {[] {
               loom_plugin plugin = minimal_plugin("unavailable");
               plugin.struct_size += sizeof(std::uint64_t);
               plugin.probe = probe;
               return plugin;
             }(),
             1};

}  // namespace

const loom_plugin* loom_plugin_entry(const loom_host* host) { return &kPlugin.plugin; }
