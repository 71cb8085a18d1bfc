#include "loom/support/io_error.h"

#include <fmt/format.h>

#include <system_error>

#include "loom/support/error.h"

namespace loom {

void throw_io(const std::filesystem::path& path, const char* doing, std::string_view reason) {
  throw IoError(fmt::format("{}: cannot {}: {}", path.string(), doing, reason));
}

void throw_io(const std::filesystem::path& path, const char* doing, int error) {
  throw_io(path, doing, std::generic_category().message(error));
}

}  // namespace loom
