#include "loom/gwas/model/rotated_model.h"

#include "loom/ops/creation.h"
#include "loom/ops/linalg.h"
#include "loom/ops/manipulation.h"

namespace loom::gwas {

RotatedModel rotate_model(const Array& values, const Array& vectors, const Array& design,
                          const Array& phenotype) {
  const Array w = contiguous(matmul(transpose(design), vectors));
  const Array y = matmul(phenotype, vectors);
  return {values, w, y, ModelColumns(values.span<double>(), w.span<double>(), y.span<double>())};
}

RotatedModel rotate_model(const Coordinates& coordinates, const Array& design,
                          const Array& phenotype) {
  const Array& values = coordinates.values();
  const Array w = coordinates.of_fixed(design);
  const Array y = coordinates.of_fixed(expand_dims(phenotype, Dims{1})).squeeze(0);
  return {values, w, y,
          ModelColumns(values.span<double>(), w.span<double>(), y.span<double>(), design.shape(0))};
}

}  // namespace loom::gwas
