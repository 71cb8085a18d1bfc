#pragma once

#include <vector>

#include "loom/gwas/model/scan.h"

namespace loom::gwas {

/// Tests SNPs one by one in the linear model y = W a + x b + e, without a random effect: GEMMA's
/// -lm. With y and x what W leaves of them and df = n - c - k,
///   Wald:             b = x'y / x'x, se^2 = r'r / (df x'x) with r = y - x b; F(1, df) of b^2 /
///   se^2 score:            se^2 = y'y / (n x'x), F(1, df) of b^2 / se^2 likelihood ratio: chi^2_1
///   of n log(y'y / r'r)
/// The se that is reported is Wald's, but for the score test alone. There are no log-likelihoods
/// and no lambdas. SNPs of several columns are tested as by Scan.
class LinearScan {
 public:
  /// `design` is W, float64 (n, c); `phenotype` float64 (n). Throws LinAlgError where the
  /// covariates are linearly dependent or leave nothing of the phenotype, or n <= c; ShapeError.
  LinearScan(const Array& design, const Array& phenotype, LmmTest test);

  /// Tests `x`, float64 (p, n) or (p, k, n): SNPs as they are, not rotated, but centred. May be
  /// called by several threads at once. Throws ShapeError.
  ScanResult test(const Array& x) const;

 private:
  AssociationRow row_of(const SnpForms& snp, std::int64_t snp_columns) const;

  ModelColumns model_;  ///< an orthonormal basis of W, and y without its part in W
  TestParts parts_;
  Array weights_;  ///< ones
  std::vector<double> projection_;
};

}  // namespace loom::gwas
