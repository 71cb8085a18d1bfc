#pragma once

#include "loom/dispatch/memory_plan.h"
#include "loom/gwas/model/decomposition.h"
#include "loom/gwas/model/kinship.h"

// Kinship matrices of fewer SNPs than samples, K = X'X / p. The eigenvalues of K that are not 0 are
// those of X X' / p, a matrix of p x p, and eigenvectors U of K follow from its eigenvectors V as
// X'V, scaled.
namespace loom::gwas {

/// How many SNPs a kinship matrix has at most, going by what the data set and lists of SNPs
/// promise.
std::int64_t most_kinship_snps(const Study& study);

/// Whether these are so few that it pays to decompose X X' instead of K.
bool are_few_snps(std::int64_t snps, std::int64_t samples);
inline bool has_few_snps(const Study& study, std::int64_t samples) {
  return are_few_snps(most_kinship_snps(study), samples);
}

/// What KinshipFactor and decompose_factor take.
MemoryPlan factor_memory(std::int64_t snps, std::int64_t samples);
MemoryPlan factor_decomposition_memory(std::int64_t snps, std::int64_t samples);

/// X: the SNPs of a kinship matrix in the analysed samples of a cohort.
class KinshipFactor {
 public:
  /// Reads the data set; has_few_snps must be true. Throws as `kinship` does.
  KinshipFactor(const Study& study, const Cohort& cohort, const SnpThresholds& thresholds,
                KinshipKind kind, const Monitor& monitor);

  /// The chromosomes of the data set. Throws as ChromosomeFinder does.
  const std::vector<Chromosome>& chromosomes() const { return chromosomes_.contiguous(); }
  /// float64 (p, n), the SNPs on one chromosome excepted; empty = none. Throws Error where no SNP
  /// is left.
  Array genotypes(const std::string& left_out = {}) const;

 private:
  Array genotypes_;
  std::vector<std::string> chromosome_of_;  ///< each row
  ChromosomeFinder chromosomes_;
};

/// The eigenvalues of X'X / p, centred, that are not 0, ascending, and their vectors, float64 (r)
/// and (n, r) with r <= p; one vector of the eigenvalue 0 where there is no other.
Decomposition decompose_factor(const Array& genotypes);

}  // namespace loom::gwas
