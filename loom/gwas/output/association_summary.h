#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "loom/gwas/output/association_columns.h"
#include "loom/gwas/output/p_value_tally.h"

namespace loom::gwas {

/// p below 5e-8, the usual level of significance for a whole genome.
inline constexpr double kGenomeWideLog10p = 7.301029995663981;

/// A tested SNP.
struct AssociationHit {
  Snp snp;
  AssociationRow row;
};

/// What a scan found as a whole, in bounded memory: inflation of the p values and the most
/// significant SNPs.
class AssociationSummary {
 public:
  /// Goes by the main p values of `analysis`. `exact` as in PValueTally.
  explicit AssociationSummary(const Analysis& analysis, std::int64_t top = 10,
                              std::int64_t exact = PValueTally::kExact);

  /// `row.snp` is one of `snps`.
  void add(std::span<const Snp> snps, std::span<const AssociationRow> rows);

  std::int64_t tested() const { return rows_; }
  const PValueTally& p_values() const { return p_values_; }
  double inflation() const { return p_values_.inflation(); }
  /// The most significant SNPs first, equal ones in the order of the file.
  std::vector<AssociationHit> top() const;
  /// The column that p values are taken from.
  const AssociationColumn& column() const { return log10p_; }

  /// The facts and a table of the top hits, tab separated, to be read by people.
  std::string text() const;
  /// Writes the text. Throws IoError.
  void write(const std::filesystem::path& file) const;

  nlohmann::json state() const;
  void resume(const nlohmann::json& state);

 private:
  struct Candidate {
    AssociationHit hit;
    double log10p;
    std::int64_t order;
  };
  static bool better(const Candidate& a, const Candidate& b);

  AssociationColumn log10p_;
  std::vector<AssociationColumn> shown_;  ///< of the top hits
  std::int64_t top_size_;
  std::int64_t rows_ = 0;
  std::int64_t genome_wide_ = 0;
  PValueTally p_values_;
  std::vector<Candidate> heap_;  ///< the worst of the best in front
};

}  // namespace loom::gwas
