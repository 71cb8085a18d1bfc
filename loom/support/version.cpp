#include "loom/support/version.h"

namespace loom {

std::string version() { return LOOM_VERSION; }

}  // namespace loom
