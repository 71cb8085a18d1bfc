#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "loom/gwas/genotypes/outside_dosages.h"
#include "loom/gwas/genotypes/reader.h"

namespace loom::gwas {

class VcfFile;

/// A VCF file, compressed by bgzip or gzip or not at all, or a BCF file. The copies are those of
/// the alternative allele (allele1 = ALT, allele0 = REF), and a variant with several of these is of
/// kind none. A variant without a name is called CHROM:POS:REF:ALT.
///
/// Copies are counted in GT, phased or not. A haploid genotype counts as homozygous, as in PLINK 2,
/// and a genotype of which an allele is missing is missing. With a dosage field, that field says
/// the copies: GP by the expectation of its probabilities, HDS by the sum of its haplotypes, every
/// other, such as DS, by one number, which is doubled where GT is haploid, since imputation
/// programs count from 0 to 1 there. Where a sample or a variant lacks the field, GT counts.
class VcfReader : public GenotypeReader {
 public:
  /// `dosage_field` is empty for GT. Throws IoError where the file cannot be read, is neither VCF
  /// nor BCF, has no samples or does not define the field, and where htslib is not installed.
  explicit VcfReader(std::filesystem::path path, std::string dosage_field = {});
  ~VcfReader() override;

  std::optional<std::int64_t> snp_count() const override { return std::nullopt; }
  /// Throws IoError: "a.vcf: variant 3 (rs3 at 1:1000): sample NA1 has more than two alleles".
  GenotypeBlock read(std::int64_t count) override;
  void seek(std::int64_t index) override;
  double fraction_read() const override;
  std::vector<std::filesystem::path> files() const override { return {path_}; }
  std::vector<std::string> warnings() const override;

 private:
  void restart();
  void check_fields() const;

  std::filesystem::path path_;
  std::string dosage_field_;
  std::unique_ptr<VcfFile> file_;
  std::int64_t without_genotypes_ = 0;  ///< variants
  OutsideDosages outside_;
};

}  // namespace loom::gwas
