#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "loom/gwas/model/permutation_test.h"
#include "loom/gwas/output/association_summary.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

/// What a scan finds out about one phenotype and its permutations, chunk by chunk.
class PermutationTally {
 public:
  explicit PermutationTally(std::int64_t permutations = 0)
      : largest_(static_cast<std::size_t>(permutations)) {}

  /// Tests the rotated SNPs `x`; `rows` are theirs, `row.snp` one of `snps`.
  void add(const PermutationTest& test, const Array& x, std::span<const Snp> snps,
           std::span<const AssociationRow> rows);

  /// The smallest p of each permutation.
  std::vector<double> smallest_p() const;

  /// Writes, PREFIX.permutations and `part` in front of the names: .txt, the largest F and the
  /// smallest p of each permutation; .thresholds.txt, the p values that 1, 5 and 10 % of
  /// permutations reach; .hits.txt, the SNPs with the smallest p, each with the share of
  /// permutations (with the phenotype as one of them) that reach it. Tells the user the thresholds.
  /// Returns the files. Throws IoError.
  std::vector<std::string> write(const std::string& part, RunReport& report) const;

  nlohmann::json state() const;
  void resume(const nlohmann::json& state);

 private:
  struct Hit {
    Snp snp;
    double af;
    double r2;
  };
  void keep(Hit hit);
  std::string hits_text(std::span<const double> sorted) const;

  std::vector<double> largest_;  ///< r2 of each permutation
  std::vector<Hit> hits_;        ///< the largest r2 first, equal ones in the order of the data
  double dof_ = 0;
};

}  // namespace loom::gwas
