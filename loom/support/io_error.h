#pragma once

#include <filesystem>
#include <string_view>

namespace loom {

/// Throws IoError: "PATH: cannot DOING: REASON".
[[noreturn]] void throw_io(const std::filesystem::path& path, const char* doing,
                           std::string_view reason);
/// The same with the text of an errno.
[[noreturn]] void throw_io(const std::filesystem::path& path, const char* doing, int error);

}  // namespace loom
