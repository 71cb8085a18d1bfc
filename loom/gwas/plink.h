#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "loom/gwas/phenotype.h"
#include "loom/gwas/text_table.h"
#include "loom/support/file.h"

namespace loom::gwas {

/// One line of a .bim file. `allele1` (field 5) is the allele that genotypes count.
struct Snp {
  std::string chromosome;
  std::string id;
  double centimorgan = 0;
  std::int64_t position = 0;  ///< base pairs
  std::string allele1;
  std::string allele0;
};

/// Who a row of a .fam file is.
struct Sample {
  std::string family_id;
  std::string individual_id;
};

/// A PLINK 1 data set of p SNPs and n samples, read from PREFIX.bed, PREFIX.bim and PREFIX.fam (the
/// two text files may be compressed instead, as PREFIX.fam.gz). The .bed file is mapped, not read.
///
/// Each SNP is a row of ceil(n / 4) bytes with two bits for each sample, the first sample lowest:
/// 0 = two copies of allele1, 1 = missing, 2 = one copy, 3 = none.
class PlinkFiles {
 public:
  /// Throws IoError that names file, line and what was expected: a file that cannot be opened, a
  /// malformed line, wrong magic bytes, a .bed file whose size is not 3 + p * ceil(n / 4) or whose
  /// rows go on behind the last sample.
  explicit PlinkFiles(const std::string& prefix);

  const std::vector<Snp>& snps() const { return snps_; }
  const std::vector<Sample>& samples() const { return samples_; }
  std::int64_t snp_count() const { return std::ssize(snps_); }
  std::int64_t sample_count() const { return std::ssize(samples_); }
  /// Bytes of one SNP: ceil(n / 4).
  std::int64_t row_bytes() const { return (sample_count() + 3) / 4; }

  /// The rows of SNPs [first, first + count), one after the other.
  std::span<const std::uint8_t> packed(std::int64_t first, std::int64_t count) const;
  /// Gives the memory behind SNPs [first, first + count) back; they can still be read again.
  void release(std::int64_t first, std::int64_t count) const;

  /// Phenotypes of the .fam file, 1 being field 6. See `read_phenotypes`.
  std::vector<Phenotype> phenotypes(std::span<const std::int64_t> columns) const;

  /// What every other file with a row for each sample must match.
  ExpectedRows one_row_per_sample() const;

 private:
  void check_bed(const std::filesystem::path& bed_path) const;
  void check_padding(const std::filesystem::path& bed_path) const;

  std::filesystem::path bim_path_;
  std::filesystem::path fam_path_;
  std::vector<Snp> snps_;
  std::vector<Sample> samples_;
  MappedFile bed_;
};

}  // namespace loom::gwas
