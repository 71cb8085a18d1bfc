#include "loom/gwas/model/residuals.h"

#include "loom/ops/linalg.h"

namespace loom::gwas {

Residuals null_residuals(const RotatedModel& model, const NullModel& null, const Array& vectors) {
  const std::int64_t m = model.columns.coordinates(), c = model.columns.covariates();
  const double* w = model.covariates.data<double>();
  Array u = Array::empty({m}), e = Array::empty({m});
  for (std::int64_t i = 0; i < m; ++i) {
    double rest = model.phenotype.data<double>()[i];
    for (std::int64_t j = 0; j < c; ++j) rest -= null.beta[j] * w[j * m + i];
    const double scaled = null.reml.lambda * model.values.data<double>()[i];
    e.data<double>()[i] = rest / (scaled + 1.0);
    u.data<double>()[i] = scaled / (scaled + 1.0) * rest;
  }
  return {matmul(vectors, u), matmul(vectors, e)};
}

}  // namespace loom::gwas
