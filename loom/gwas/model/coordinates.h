#pragma once

#include "loom/array/array.h"
#include "loom/gwas/model/decomposition.h"

namespace loom::gwas {

/// The coordinates in which the samples of a cohort are analysed: those along the eigenvectors of
/// K, in which K is diagonal, and a few that stand for the eigenvectors of the eigenvalue 0 that a
/// decomposition leaves out.
///
/// The weights of the sums (see weighted_sums.h) are h = 1 and d h^2 = d^2 h^3 = 0 along all of
/// those. So nothing of them counts but the inner products that columns have there, and these are
/// kept by any other orthonormal basis: here one of what covariates and phenotypes have outside the
/// span of the eigenvectors, and then, of each SNP, what is left of its columns, orthogonalised
/// among themselves (the spectral decomposition of low rank of Lippert et al., Nature Methods 8,
/// 2011). A SNP of k columns takes r + f + k coordinates instead of n.
class Coordinates {
 public:
  /// `eigen` has r <= n vectors; `fixed`, float64 (n, f), are the columns that all SNPs share;
  /// `snp_columns` = k. All f + k extra coordinates are there only where r < n.
  Coordinates(Decomposition eigen, const Array& fixed, std::int64_t snp_columns);

  /// Whether these are the coordinates along n eigenvectors.
  bool complete() const { return eigen_.vectors.shape(0) == eigen_.vectors.shape(1); }
  /// Columns of the basis, float64 (n, size()); zeros for what is left of a SNP, which is none of a
  /// phenotype or covariate.
  const Array& basis() const { return basis_; }
  /// The eigenvalue of each coordinate, float64.
  const Array& values() const { return values_; }
  std::int64_t size() const { return values_.size(); }

  /// The coordinates of columns that all SNPs share, of `columns` float64 (n, f): float64
  /// (f, size()).
  Array of_fixed(const Array& columns) const;
  /// The coordinates of SNPs, `rows` float64 (p k, n), k rows for each: float64 (p k, size()).
  Array of_snps(const Array& rows) const;

 private:
  void complete_snp(const double* rows, double* coordinates) const;

  Decomposition eigen_;
  std::int64_t snp_columns_;
  Array values_;
  Array basis_;              ///< (n, size()): the eigenvectors, the basis beside them, zeros
  std::int64_t linear_ = 0;  ///< coordinates before those of what is left of a SNP
};

}  // namespace loom::gwas
