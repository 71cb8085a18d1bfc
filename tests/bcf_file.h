#pragma once

#include <cstdint>
#include <string>

namespace loom {

/// A BCF file, uncompressed, of one variant that has one field of two samples: `header` is that of
/// a VCF file, `field` the field's key and values as bytes (SAM/BCF specification, section 6.3).
inline std::string bcf_file(const std::string& header, const std::string& field) {
  const auto little = [](std::uint32_t value) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> 8 * i & 0xff);
    return bytes;
  };
  const std::string name = "\x37rs1", alleles =
                                          "\x17"
                                          "A"
                                          "\x17"
                                          "C";
  const std::string fixed = little(0) + little(9) + little(1) + little(0x7f800001) +
                            little(2 << 16) + little(1 << 24 | 2);
  const std::string shared = fixed + name + alleles + std::string(1, '\0');
  const std::string individual = "\x11" + field;
  return "BCF\2\2" + little(static_cast<std::uint32_t>(header.size() + 1)) + header +
         std::string(1, '\0') + little(static_cast<std::uint32_t>(shared.size())) +
         little(static_cast<std::uint32_t>(individual.size())) + shared + individual;
}

}  // namespace loom
