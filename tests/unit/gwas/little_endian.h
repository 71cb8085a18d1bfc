#pragma once

#include <cstdint>
#include <string>

namespace loom::gwas {

/// `value` in `bytes` bytes, the lowest first.
inline std::string little(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i & 0xff);
  return text;
}

}  // namespace loom::gwas
