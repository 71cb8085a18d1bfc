#pragma once

#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "little_endian.h"
#include "loom/gwas/genotypes/bgen_variant.h"

// Small .bgen files for tests, byte by byte, so that any byte of them can be made wrong.
namespace loom::gwas {

/// With its length in front.
inline std::string counted(std::string_view text, int length_bytes) {
  return little(text.size(), length_bytes) + std::string(text);
}

/// Numbers of `bits` bits each, the lowest bit first.
inline std::string bit_string(const std::vector<std::uint64_t>& numbers, int bits) {
  std::string text((numbers.size() * static_cast<std::size_t>(bits) + 7) / 8, '\0');
  std::size_t at = 0;
  for (const std::uint64_t number : numbers) {
    for (int i = 0; i < bits; ++i, ++at) {
      text[at / 8] = static_cast<char>(text[at / 8] | (number >> i & 1) << at % 8);
    }
  }
  return text;
}

struct BgenTestVariant {
  std::string id = "1:1000_A_G_assay_1.";
  std::string rsid = "rs1";
  std::string chromosome = "1";
  std::uint32_t position = 1000;
  std::vector<std::string> alleles = {"A", "G"};
  std::vector<int> ploidy = {2, 2};  ///< of each sample; 0x80 is added where it is missing
  bool phased = false;
  int bits = 8;
  std::vector<std::uint64_t> probabilities = {255, 0, 0, 255};

  std::string genotypes() const {
    int least = 63, most = 0;
    std::string ploidies;
    for (const int p : ploidy) {
      least = std::min(least, p & 63);
      most = std::max(most, p & 63);
      ploidies += static_cast<char>(p);
    }
    return little(ploidy.size(), 4) + little(alleles.size(), 2) + little(least, 1) +
           little(most, 1) + ploidies + little(phased ? 1 : 0, 1) + little(bits, 1) +
           bit_string(probabilities, bits);
  }

  std::string header() const {
    std::string text = counted(id, 2) + counted(rsid, 2) + counted(chromosome, 2) +
                       little(position, 4) + little(alleles.size(), 2);
    for (const std::string& allele : alleles) text += counted(allele, 4);
    return text;
  }
};

inline std::string compressed(const std::string& text, BgenCompression compression) {
  if (compression == BgenCompression::zlib) {
    uLongf size = compressBound(text.size());
    std::string out(size, '\0');
    compress(reinterpret_cast<Bytef*>(out.data()), &size,
             reinterpret_cast<const Bytef*>(text.data()), text.size());
    return out.substr(0, size);
  }
  std::string out(ZSTD_compressBound(text.size()), '\0');
  return out.substr(0, ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
}

/// A variant as it stands in a file.
inline std::string bgen_record(const BgenTestVariant& variant, BgenCompression compression) {
  const std::string genotypes = variant.genotypes();
  if (compression == BgenCompression::none) return variant.header() + counted(genotypes, 4);
  return variant.header() +
         counted(little(genotypes.size(), 4) + compressed(genotypes, compression), 4);
}

struct BgenTestFile {
  std::vector<BgenTestVariant> variants = {{}};
  BgenCompression compression = BgenCompression::zlib;
  std::vector<std::string> names;  ///< of samples; none = the file has no names
  int layout = 2;

  std::string bytes() const {
    std::string samples;
    for (const std::string& name : names) samples += counted(name, 2);
    if (!names.empty()) samples = little(samples.size() + 8, 4) + little(names.size(), 4) + samples;
    const std::uint64_t flags = static_cast<std::uint64_t>(compression) |
                                static_cast<std::uint64_t>(layout) << 2 |
                                std::uint64_t{!names.empty()} << 31;
    std::string text = little(20 + samples.size(), 4) + little(20, 4) + little(variants.size(), 4) +
                       little(variants.at(0).ploidy.size(), 4) + "bgen" + little(flags, 4) +
                       samples;
    for (const BgenTestVariant& variant : variants) text += bgen_record(variant, compression);
    return text;
  }
};

}  // namespace loom::gwas
