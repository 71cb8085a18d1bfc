#pragma once

#include "loom/array/array.h"
#include "loom/gwas/model/coordinates.h"
#include "loom/gwas/model/weighted_sums.h"

namespace loom::gwas {

/// The model without its SNP, in the basis of the eigenvectors.
struct RotatedModel {
  Array values;      ///< eigenvalues, float64 (n)
  Array covariates;  ///< float64 (c, n)
  Array phenotype;   ///< float64 (n)
  ModelColumns columns;
};

/// W (n, c) and y (n) in the coordinates of the model.
RotatedModel rotate_model(const Coordinates& coordinates, const Array& design,
                          const Array& phenotype);

/// Rotates W (n, c) and y (n) by the eigenvectors.
RotatedModel rotate_model(const Array& values, const Array& vectors, const Array& design,
                          const Array& phenotype);

}  // namespace loom::gwas
