#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

#include "loom/gwas/genotypes/snp.h"
#include "loom/gwas/tables/line_file.h"

namespace loom::gwas {

/// The SNPs of a PLINK 2 .pvar file (compressed too), a line at a time: lines that begin with "##",
/// a header that begins with #CHROM and names the columns, then a line for each variant. Without a
/// header it is a .bim file, whose column of centimorgans may lack.
class PvarFile {
 public:
  /// Throws IoError where it cannot be read, has no lines or a malformed one, or a header without a
  /// column it needs.
  explicit PvarFile(std::filesystem::path path);

  struct Variant {
    Snp snp;  ///< allele1 is ALT, allele0 REF
    bool has_two_alleles = true;
  };

  const std::filesystem::path& path() const { return lines_.path(); }
  std::int64_t count() const { return lines_.count(); }
  /// The next variant; there must be one.
  Variant next();
  /// Makes variant `index` the next one.
  void seek(std::int64_t index) { lines_.seek(index); }

 private:
  enum Column { kChromosome, kPosition, kId, kRef, kAlt, kCentimorgan, kColumns };

  void read_header();
  void find_columns(std::string_view header);
  void assume_bim();
  std::size_t field_of(Column column) const { return static_cast<std::size_t>(fields_[column]); }

  LineFile lines_;
  std::array<std::int64_t, kColumns> fields_{};  ///< where each column stands; -1: nowhere
  std::int64_t needed_ = 0;                      ///< fields that a line must have
};

}  // namespace loom::gwas
