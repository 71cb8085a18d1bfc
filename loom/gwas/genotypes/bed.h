#pragma once

#include <filesystem>
#include <string>

#include "loom/gwas/genotypes/reader.h"
#include "loom/gwas/genotypes/sample_table.h"
#include "loom/gwas/tables/line_file.h"
#include "loom/support/file.h"

namespace loom::gwas {

/// The SNPs of a .bim file (.gz too), a line at a time.
class BimFile {
 public:
  /// Throws IoError where it cannot be read, has no lines or a malformed one.
  explicit BimFile(std::filesystem::path path);

  const std::filesystem::path& path() const { return lines_.path(); }
  std::int64_t count() const { return lines_.count(); }
  /// The next SNP; there must be one.
  Snp next();
  /// Makes SNP `index` the next one.
  void seek(std::int64_t index) { lines_.seek(index); }

 private:
  LineFile lines_;
};

/// A PLINK 1 data set of p SNPs and n samples, read from PREFIX.bed, PREFIX.bim and PREFIX.fam (the
/// two text files may be compressed instead, as PREFIX.fam.gz). Files are mapped, not read.
///
/// Each SNP is a row of ceil(n / 4) bytes with two bits for each sample, the first sample lowest:
/// 0 = two copies of allele1, 1 = missing, 2 = one copy, 3 = none.
class BedReader : public GenotypeReader {
 public:
  /// Throws IoError that names file, line and what was expected: a file that cannot be opened, a
  /// malformed line, wrong magic bytes, a .bed file whose size is not 3 + p * ceil(n / 4) or whose
  /// rows go on behind the last sample.
  explicit BedReader(const std::string& prefix);

  std::optional<std::int64_t> snp_count() const override { return bim_.count(); }
  GenotypeBlock read(std::int64_t count) override;
  void seek(std::int64_t index) override;
  std::int64_t bytes_per_snp() const override { return row_bytes(); }
  double fraction_read() const override;
  std::vector<std::filesystem::path> files() const override {
    return {bed_path_, bim_.path(), sample_table_.path};
  }
  /// As many as the first line of the .fam file has, none with a name.
  std::vector<std::string> phenotype_names() const override;
  /// Of the .fam file, 1 being field 6.
  std::vector<Phenotype> phenotypes(std::span<const std::int64_t> columns) const override;

  /// The rows of SNPs [first, first + count), one after the other.
  std::span<const std::uint8_t> packed(std::int64_t first, std::int64_t count) const;

 private:
  std::int64_t row_bytes() const { return (sample_count() + 3) / 4; }
  void check_bed() const;
  void check_padding() const;

  BimFile bim_;
  SampleTable sample_table_;
  std::filesystem::path bed_path_;
  MappedFile bed_;
  std::int64_t released_ = 0;  ///< the memory of SNPs before this one was given back
  std::int64_t block_ = 0;     ///< first SNP of the block that was read last
  std::int64_t position_ = 0;  ///< the SNP behind it
};

}  // namespace loom::gwas
