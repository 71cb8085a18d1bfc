#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "loom/gwas/genotypes/byte_cursor.h"
#include "loom/gwas/genotypes/snp.h"

struct ZSTD_DCtx_s;

namespace loom::gwas {

/// How the genotypes of a BGEN file are compressed, as its header counts.
enum class BgenCompression : std::uint8_t { none, zlib, zstd };

/// One variant of a BGEN file, layout 2. Text and bytes are those of the file.
struct BgenVariant {
  std::int64_t index = 0;  ///< from 0
  std::string_view id;
  std::string_view rsid;
  std::string_view chromosome;
  std::int64_t position = 0;
  std::int64_t allele_count = 0;
  std::string_view alleles[2];           ///< the first two
  std::int64_t size = 0;                 ///< bytes of the genotypes, decompressed
  std::span<const std::uint8_t> stored;  ///< the genotypes as they are in the file
  std::int64_t stored_offset = 0;        ///< of them in the file

  bool has_two_alleles() const { return allele_count == 2; }
  /// With `counted`, 0 or 1, the allele whose copies are counted.
  Snp snp(int counted) const;
};

/// Reads variant number `index` where `cursor` stands, and leaves it behind the variant. Throws
/// IoError.
BgenVariant read_bgen_variant(ByteCursor& cursor, std::int64_t index, BgenCompression compression);

/// Makes numbers of the genotypes of variants, one after the other.
class BgenDecoder {
 public:
  BgenDecoder(const std::filesystem::path& file, BgenCompression compression,
              std::int64_t sample_count);
  ~BgenDecoder();
  BgenDecoder(const BgenDecoder&) = delete;
  BgenDecoder& operator=(const BgenDecoder&) = delete;

  /// Expected copies of the allele `counted`, 0 or 1, of each sample, from the stored whole
  /// numbers: exact but for the last division, so that certain genotypes are exactly 0, 1 or 2. NaN
  /// is missing; so is a sample without a chromosome. One that has a single chromosome has twice
  /// its copies. The variant has two alleles. Throws IoError for data that is not as the format
  /// says, or of samples with more than two chromosomes.
  void decode(const BgenVariant& variant, int counted, std::span<double> copies);

  /// Throws IoError unless the variant, of any number of alleles, has genotypes of all samples.
  void check_sample_count(const BgenVariant& variant);

 private:
  std::span<const std::uint8_t> decompressed(const BgenVariant& variant, std::int64_t largest);
  std::size_t inflated(const BgenVariant& variant);
  BytePlace place_of(const BgenVariant& variant) const;
  void check_beginning(ByteCursor& cursor, std::int64_t allele_count) const;

  const std::filesystem::path& file_;
  BgenCompression compression_;
  std::int64_t sample_count_;
  std::vector<std::uint8_t> buffer_;
  std::unique_ptr<ZSTD_DCtx_s, std::size_t (*)(ZSTD_DCtx_s*)> zstd_;
};

}  // namespace loom::gwas
