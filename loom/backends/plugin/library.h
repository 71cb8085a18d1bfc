#pragma once

#include <filesystem>
#include <string_view>

#include "loom/plugin.h"

// Opening a plug-in's shared library.
namespace loom::plugin {

/// Opens the library at `path` and asks for its plug-in, whose version, size and name are checked.
/// Throws BackendError "[plugin] libx.so ...".
const loom_plugin& open_library(const std::filesystem::path& path);

/// Throws BackendError "[plugin] libx.so FAULT".
[[noreturn]] void fail(const std::filesystem::path& path, std::string_view fault);

}  // namespace loom::plugin
