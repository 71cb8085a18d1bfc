#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loom/gwas/genotypes/pgen_decoder.h"
#include "loom/gwas/genotypes/pgen_file.h"
#include "loom/gwas/genotypes/pvar.h"
#include "loom/gwas/genotypes/reader.h"
#include "loom/gwas/genotypes/sample_table.h"

namespace loom::gwas {

/// A PLINK 2 data set: PREFIX.pgen, PREFIX.pvar (or .pvar.zst, .pvar.gz, .bim) and PREFIX.psam (or
/// .fam). Copies of ALT are counted: dosages where there are any, else hard calls. Phases are not
/// used. A variant with more than two alleles is of kind none.
///
/// The format is that of the "PLINK 2 File Format Specification Draft".
class PgenReader : public GenotypeReader {
 public:
  /// Throws IoError that names file and line or byte.
  explicit PgenReader(const std::string& prefix);

  std::optional<std::int64_t> snp_count() const override { return variants_.count(); }
  GenotypeBlock read(std::int64_t count) override;
  void seek(std::int64_t index) override;
  double fraction_read() const override;
  std::vector<std::filesystem::path> files() const override {
    return {file_.path(), variants_.path(), sample_table_.path};
  }
  std::vector<std::string> phenotype_names() const override;
  std::vector<Phenotype> phenotypes(std::span<const std::int64_t> columns) const override;

 private:
  struct Batch;
  Batch next_batch(std::int64_t count);
  Array decoded(const Batch& batch, bool packed) const;

  SampleTable sample_table_;
  PvarFile variants_;
  PgenFile file_;
  std::int64_t next_ = 0;
};

}  // namespace loom::gwas
