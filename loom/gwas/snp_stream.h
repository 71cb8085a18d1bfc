#pragma once

#include <optional>
#include <vector>

#include "loom/gwas/snp_filter.h"
#include "loom/gwas/study.h"

namespace loom::gwas {

/// A SNP that passed the filters, with its genotypes among the analysed samples.
struct KeptSnp {
  std::int64_t index;  ///< into the SNPs of the data set
  GenotypeCounts counts;
};

/// Some SNPs that follow each other in the file, those that were filtered out left away.
struct SnpChunk {
  std::vector<KeptSnp> kept;
  Array packed;             ///< uint8 (kept, bytes per SNP)
  std::int64_t next_index;  ///< the SNP of the data set behind the chunk
};

/// Streams a data set from the first SNP to the last in chunks, filtering on the way.
class SnpStream {
 public:
  /// `study` must live as long as the stream. At most `chunk_size` SNPs of the file make a chunk.
  SnpStream(const Study& study, const SnpThresholds& thresholds, std::int64_t chunk_size);

  /// The next chunk (it may have no SNP that was kept), or nothing at the end.
  std::optional<SnpChunk> next();
  const FilterReport& report() const { return report_; }

 private:
  bool listed(std::int64_t snp) const;
  std::vector<KeptSnp> judge_block(std::int64_t first, std::int64_t count);
  Array gather_packed(const std::vector<KeptSnp>& kept) const;
  void drop_collinear(std::vector<KeptSnp>& kept);

  const Study& study_;
  SnpThresholds thresholds_;
  std::int64_t chunk_size_;
  std::int64_t position_ = 0;
  CovariateFit covariate_fit_;
  Array analysed_;
  FilterReport report_;
};

/// Throws Error with what dropped them where no SNP passed the filters.
void check_any_kept(const FilterReport& report);

/// Rows of genotype values as decode_genotypes takes them: float64 (SNPs, 4).
Array value_table(const std::vector<GenotypeValues>& values);

}  // namespace loom::gwas
