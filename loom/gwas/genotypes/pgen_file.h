#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "loom/gwas/genotypes/byte_cursor.h"
#include "loom/support/file.h"

namespace loom::gwas {

/// One variant's record in a .pgen file. Its type is a set of the bits that the draft specification
/// of PLINK 2's formats (section 2.3) gives.
struct PgenRecord {
  std::int64_t index = 0;  ///< of the variant, from 0
  std::uint8_t type = 0;
  std::int64_t offset = 0;  ///< in the file
  std::span<const std::uint8_t> bytes;

  int coding() const { return type & 7; }
  /// Whether the calls are told by their differences from an earlier variant's.
  bool is_difference() const { return coding() == 2 || coding() == 3; }
  bool has_more_alleles() const { return (type & 0x08) != 0; }
  bool has_phases() const { return (type & 0x10) != 0; }
  bool has_dosages() const { return (type & 0x60) != 0; }
  bool has_dosage_list() const { return (type & 0x60) == 0x20; }
  bool has_dosage_of_everyone() const { return (type & 0x60) == 0x40; }
  bool has_phased_dosages() const { return (type & 0x80) != 0; }
};

/// A .pgen file cut into its records: of storage modes 0x01 (a .bed file), 0x02 to 0x04 (records of
/// one size) and 0x10 (of any size). Mapped; the tables of its header are read where they stand.
class PgenFile {
 public:
  /// The counts are those of the files beside it. Throws IoError for a file that does not begin as
  /// the format says, has another mode or other counts, or is too short for them.
  PgenFile(std::filesystem::path path, std::int64_t variant_count, std::int64_t sample_count);

  const std::filesystem::path& path() const { return path_; }
  /// Whether records are rows of a .bed file, which have another code than those of PLINK 2.
  bool is_bed() const { return mode_ == 1; }

  /// The next record; there must be one. Throws IoError where it is not in the file.
  PgenRecord next();
  /// Makes the record of variant `index` the next one.
  void seek(std::int64_t index);
  /// The record from which `record`, the last that `next` gave, is a difference.
  PgenRecord base_of(const PgenRecord& record) const;

  /// See MappedFile. The records of variants from `first` to the next one are not needed soon.
  void release(const PgenRecord& first) const;

 private:
  void read_header(std::int64_t variant_count, std::int64_t sample_count);
  void set_fixed_records(ByteCursor& cursor);
  void set_variable_records(ByteCursor& cursor, unsigned control);
  std::uint8_t type_of(std::int64_t index) const;
  std::int64_t length_of(std::int64_t index) const;
  std::span<const std::uint8_t> header_at(std::int64_t offset, std::int64_t size) const;
  PgenRecord record_at(std::int64_t index, std::int64_t offset) const;

  std::filesystem::path path_;
  MappedFile file_;
  int mode_ = 0;
  std::int64_t variant_count_ = 0;
  std::int64_t sample_count_ = 0;
  std::int64_t record_bytes_ = 0;   ///< of records of one size
  std::int64_t first_record_ = 0;   ///< offset of the first of them
  std::int64_t block_offsets_ = 0;  ///< offset of the table of blocks' offsets
  std::int64_t tables_ = 0;         ///< offset of the tables of the first block
  std::int64_t table_bytes_ = 0;    ///< of one block, unless it is the last
  int type_bits_ = 0;
  int length_bytes_ = 0;
  std::int64_t next_ = 0;
  std::int64_t next_offset_ = 0;
};

}  // namespace loom::gwas
