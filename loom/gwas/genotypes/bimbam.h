#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "loom/gwas/genotypes/annotation.h"
#include "loom/gwas/genotypes/outside_dosages.h"
#include "loom/gwas/genotypes/reader.h"
#include "loom/support/line_source.h"

namespace loom::gwas {

/// BIMBAM's mean genotypes: a line for each SNP with its name, two alleles and, for each sample,
/// how many copies of the first allele it has, any number of blanks or commas between the fields.
/// `NA` is a missing genotype. The file may be compressed. Samples have no names but their numbers.
///
/// Dosages outside [0, 2] are taken as they are, with a warning, as GEMMA does. Unlike GEMMA, which
/// loses the last SNP of a file that does not end in a newline, this reads all of them.
class BimbamReader : public GenotypeReader {
 public:
  /// `annotation` is the path of an Annotation; empty = none. Throws IoError where a file cannot be
  /// read, and what Annotation throws.
  explicit BimbamReader(std::filesystem::path path, std::filesystem::path annotation = {});

  std::optional<std::int64_t> snp_count() const override { return std::nullopt; }
  /// Throws IoError: "geno.txt: line 3: expected 5 dosages as on line 1, found 4", "geno.txt: line
  /// 3, field 7: expected a dosage or NA, found 'x'".
  GenotypeBlock read(std::int64_t count) override;
  void seek(std::int64_t index) override;
  double fraction_read() const override { return source_->fraction_read(); }
  std::vector<std::filesystem::path> files() const override;
  std::vector<std::string> warnings() const override { return outside_.warnings(path_); }

 private:
  struct Row;

  void restart();
  void advance();
  std::vector<Row> take_rows(std::int64_t count);
  void check(const Row& row);

  std::filesystem::path path_;
  std::filesystem::path annotation_path_;  ///< empty where there is none
  Annotation annotation_;
  std::optional<LineSource> source_;
  std::optional<std::string_view> line_;  ///< the next one, where there is one
  std::int64_t position_ = 0;             ///< the SNP on it
  std::string text_;                      ///< of the lines that are being parsed
  OutsideDosages outside_;
};

}  // namespace loom::gwas
