#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "loom/gwas/genotypes/pgen_file.h"

namespace loom::gwas {

/// Makes genotypes of the records of a .pgen file, one after the other. A record that is a
/// difference is one from the last that was not.
class PgenDecoder {
 public:
  PgenDecoder(const PgenFile& file, std::int64_t sample_count);

  /// Decodes the hard calls. Throws IoError, as the others do, for data that are not as the format
  /// says.
  void decode(const PgenRecord& record);
  /// The hard calls as a row of a .bed file: ceil(n / 4) bytes.
  void write_packed(std::uint8_t* out) const;
  /// The copies of ALT of each sample: where the record, which is the one that was decoded last and
  /// has no more than two alleles, has a dosage, that, else the hard call; NaN is missing.
  void write_copies(const PgenRecord& record, std::span<double> copies);

 private:
  void read_calls(ByteCursor& cursor, const PgenRecord& record);
  void read_two_common(ByteCursor& cursor);
  void read_differences(ByteCursor& cursor);
  /// Of samples: those of a list, and 2-bit values if it has any.
  void read_list(ByteCursor& cursor, bool with_values);
  void read_list_groups(ByteCursor& cursor, std::int64_t length,
                        std::span<const std::uint8_t> firsts);
  void skip_phases(ByteCursor& cursor) const;
  void read_dosage_samples(ByteCursor& cursor, const PgenRecord& record);
  void skip_phased_dosages(ByteCursor& cursor, const PgenRecord& record) const;
  void clear_padding();
  std::int64_t heterozygotes() const;

  const std::filesystem::path& path_;
  bool is_bed_;
  std::int64_t sample_count_;
  int sample_bytes_;                 ///< of a sample's number in a list
  std::vector<std::uint8_t> calls_;  ///< 2 bits each: copies of ALT, 3 is missing
  std::vector<std::uint8_t> base_;   ///< calls of the last record that is not a difference
  std::int64_t track_end_ = 0;       ///< bytes of the record that tell the calls
  std::vector<std::int64_t> list_;
  std::vector<std::uint8_t> values_;
};

}  // namespace loom::gwas
