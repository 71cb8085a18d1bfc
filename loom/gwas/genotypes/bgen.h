#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "loom/gwas/genotypes/bgen_variant.h"
#include "loom/gwas/genotypes/bgi.h"
#include "loom/gwas/genotypes/reader.h"
#include "loom/gwas/genotypes/sample_table.h"
#include "loom/support/file.h"

namespace loom::gwas {

/// Genotype probabilities from a BGEN file, version 1.2 or 1.3, layout 2 (www.bgenformat.org), as
/// expected copies of an allele. A variant with more or less than two alleles is of kind none.
///
/// Samples are those of a .sample file, if one is given or lies beside the file (data.sample beside
/// data.bgen), with their phenotypes; else those that the file names; else they have numbers. An
/// index, data.bgen.bgi, makes `seek` quick.
class BgenReader : public GenotypeReader {
 public:
  /// `sample_path` may be empty. Copies of each variant's first allele are counted, which is ALT
  /// where `plink2 --export bgen-1.2` wrote the file; with `ref_first` those of the second, as the
  /// UK Biobank's files want it. Throws IoError that names file and byte.
  BgenReader(const std::string& path, const std::string& sample_path, bool ref_first);

  std::optional<std::int64_t> snp_count() const override { return variant_count_; }
  GenotypeBlock read(std::int64_t count) override;
  void seek(std::int64_t index) override;
  double fraction_read() const override;
  std::vector<std::filesystem::path> files() const override;
  std::vector<std::string> phenotype_names() const override;
  std::vector<Phenotype> phenotypes(std::span<const std::int64_t> columns) const override;

 private:
  /// What the header says besides the number of variants.
  struct Header {
    std::int64_t first_variant = 0;  ///< its offset
    std::int64_t sample_count = 0;
    std::vector<Sample> samples;  ///< empty where the file has no names
  };

  Header read_header();
  void choose_samples(Header header, const std::string& sample_path);
  void check_sample_count(std::int64_t first_variant);
  std::span<const std::uint8_t> bytes_from(std::int64_t offset) const;
  ByteCursor cursor_at(std::int64_t index, std::int64_t offset) const;
  std::vector<BgenVariant> next_variants(std::int64_t count);
  std::vector<std::int64_t> offsets_from_index() const;

  std::filesystem::path path_;
  MappedFile file_;
  int counted_;
  BgenCompression compression_ = BgenCompression::none;
  std::int64_t variant_count_ = 0;
  std::int64_t first_variant_ = 0;
  std::optional<SampleTable> sample_table_;
  std::optional<BgiFile> index_;
  std::vector<std::int64_t> offsets_;  ///< of all variants, once they are known
  std::int64_t next_ = 0;              ///< the next variant
  std::int64_t next_offset_ = 0;
};

}  // namespace loom::gwas
