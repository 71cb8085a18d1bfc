#pragma once

#include <string>

namespace loom {

/// The version of this library, "0.1.0".
std::string version();

}  // namespace loom
