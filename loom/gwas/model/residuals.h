#pragma once

#include "loom/gwas/model/null_model.h"
#include "loom/gwas/model/rotated_model.h"

namespace loom::gwas {

/// What the model without a SNP leaves of the phenotype, by sample: y = W a + u + e.
struct Residuals {
  Array u;  ///< the genetic part's best linear unbiased prediction, float64 (n)
  Array e;  ///< the rest, float64 (n)
};

/// At the REML lambda of `null`, with r = U'(y - W a): u = U (lambda d / (lambda d + 1) r) and
/// e = U (r / (lambda d + 1)), coordinate by coordinate. `vectors` are the eigenvectors U, or the
/// basis of other coordinates, that `model` was rotated by. All NaN where `null` has no REML
/// lambda.
Residuals null_residuals(const RotatedModel& model, const NullModel& null, const Array& vectors);

}  // namespace loom::gwas
