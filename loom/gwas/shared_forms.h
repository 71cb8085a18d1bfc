#pragma once

#include <vector>

#include "loom/array/array.h"
#include "loom/gwas/projection.h"

namespace loom::gwas {

/// The model without its SNP, in the basis of the eigenvectors.
struct RotatedModel {
  Array values;      ///< eigenvalues, float64 (n)
  Array covariates;  ///< float64 (c, n)
  Array phenotype;   ///< float64 (n)
  ModelColumns columns;
};

/// Rotates W (n, c) and y (n) by the eigenvectors.
RotatedModel rotate_model(const Array& values, const Array& vectors, const Array& design,
                          const Array& phenotype);

/// The forms of many SNPs at a few lambdas that all of them share. The weights of such a lambda are
/// common to all SNPs, so that their sums are two matrix products for a whole chunk instead of a
/// pass over each SNP.
class SharedForms {
 public:
  /// `model` must live as long as this.
  SharedForms(const RotatedModel& model, std::vector<double> lambdas);

  /// Forms with values and first derivatives of each row of `x`, float64 (p, n), at each lambda:
  /// element p * lambdas().size() + l.
  std::vector<SnpForms> of(const Array& x) const;
  const std::vector<double>& lambdas() const { return lambdas_; }

 private:
  const RotatedModel& model_;
  std::vector<double> lambdas_;
  Array square_weights_;   ///< (n, lambdas * orders)
  Array product_weights_;  ///< (n, lambdas * orders * (c + 1)), weighted covariates and phenotype
  std::vector<std::vector<double>> null_sums_;  ///< by lambda
};

}  // namespace loom::gwas
