#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "little_endian.h"

// Small .pgen files for tests, byte by byte.
namespace loom::gwas {

inline std::string varint(std::uint64_t value) {
  std::string text;
  for (; value >= 0x80; value >>= 7) text += static_cast<char>(value | 0x80);
  return text + static_cast<char>(value);
}

/// 2-bit codes from copies of ALT: '0', '1', '2' and '?' for missing.
inline std::string codes(const std::string& copies) {
  std::string text((copies.size() + 3) / 4, '\0');
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const int code = copies[i] == '?' ? 3 : copies[i] - '0';
    text[i / 4] = static_cast<char>(text[i / 4] | code << i % 4 * 2);
  }
  return text;
}

/// A bit for each character: '1' or '0'.
inline std::string bits(const std::string& digits) {
  std::string text((digits.size() + 7) / 8, '\0');
  for (std::size_t i = 0; i < digits.size(); ++i) {
    text[i / 8] = static_cast<char>(text[i / 8] | (digits[i] - '0') << i % 8);
  }
  return text;
}

/// A list of ascending samples, with their codes if there are any, in a file of fewer than 257
/// samples.
inline std::string difference_list(const std::vector<int>& samples,
                                   const std::string& copies = "") {
  std::string text = varint(samples.size());
  std::string sizes, differences;
  for (std::size_t i = 0; i < samples.size(); i += 64) {
    text += static_cast<char>(samples[i]);
    std::string group;
    for (std::size_t j = i + 1; j < std::min(i + 64, samples.size()); ++j) {
      group += varint(static_cast<std::uint64_t>(samples[j] - samples[j - 1]));
    }
    if (i + 64 < samples.size()) sizes += static_cast<char>(group.size() - 63);
    differences += group;
  }
  return text + sizes + codes(copies) + differences;
}

struct PgenTestRecord {
  int type;
  std::string bytes;
};

/// A file of storage mode 0x10 with types of 8 bits, or 4, and lengths of `length_bytes`.
struct PgenTestFile {
  std::int64_t samples = 4;
  std::vector<PgenTestRecord> records;
  int type_bits = 8;
  int length_bytes = 4;
  int allele_bytes = 0;
  bool reference_flags = false;

  std::string bytes() const {
    constexpr std::size_t kBlock = 65536;
    const int control = length_bytes - 1 + (type_bits == 8 ? 4 : 0) + (allele_bytes << 4) +
                        (reference_flags ? 0xc0 : 0x40);
    std::string tables, body;
    std::vector<std::size_t> begins;
    for (std::size_t first = 0; first < records.size(); first += kBlock) {
      const std::size_t last = std::min(first + kBlock, records.size());
      begins.push_back(body.size());
      std::string types, lengths;
      for (std::size_t i = first; i < last; ++i) {
        if (type_bits == 8) {
          types += static_cast<char>(records[i].type);
        } else if ((i - first) % 2 == 0) {
          types += static_cast<char>(records[i].type);
        } else {
          types.back() = static_cast<char>(types.back() | records[i].type << 4);
        }
        lengths += little(records[i].bytes.size(), length_bytes);
        body += records[i].bytes;
      }
      tables += types + lengths +
                std::string((last - first) * static_cast<std::size_t>(allele_bytes), '\2');
      if (reference_flags) tables += std::string((last - first + 7) / 8, '\0');
    }
    std::string text = "\x6c\x1b\x10" + little(records.size(), 4) +
                       little(static_cast<std::uint64_t>(samples), 4) +
                       little(static_cast<std::uint64_t>(control), 1);
    const std::size_t header = text.size() + 8 * begins.size() + tables.size();
    for (const std::size_t begin : begins) text += little(header + begin, 8);
    return text + tables + body;
  }
};

/// A line for each of `count` variants, and for each of `count` samples.
inline std::string pvar_text(std::size_t count) {
  std::string text = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\n";
  for (std::size_t i = 0; i < count; ++i) {
    text += "1\t" + std::to_string(1000 + i) + "\trs" + std::to_string(i) + "\tG\tA\n";
  }
  return text;
}
inline std::string psam_text(std::int64_t count) {
  std::string text = "#FID\tIID\tSEX\theight\n";
  for (std::int64_t i = 0; i < count; ++i) {
    text +=
        "F" + std::to_string(i) + "\tI" + std::to_string(i) + "\t1\t" + std::to_string(i) + "\n";
  }
  return text;
}

}  // namespace loom::gwas
