#include "loom/gwas/model/shared_lambdas.h"

#include <algorithm>
#include <vector>

#include "loom/gwas/model/shared_sums.h"
#include "loom/ops/creation.h"

namespace loom::gwas {
namespace {

std::vector<double> all_lambdas(double null_lambda, std::span<const double> grid) {
  std::vector<double> lambdas = {0.0, null_lambda};
  lambdas.insert(lambdas.end(), grid.begin(), grid.end());
  return lambdas;
}

}  // namespace

Array shared_weights(const ModelColumns& model, double null_lambda, std::span<const double> grid) {
  const std::vector<double> lambdas = all_lambdas(null_lambda, grid);
  const SharedLayout layout{model.covariates(), std::ssize(grid)};
  const std::int64_t rows =
      (layout.weights() + kWeightsAtOnce - 1) / kWeightsAtOnce * kWeightsAtOnce;
  const std::int64_t tiles = model.tiles().shape(0);
  Array weights = zeros({tiles, rows, kTileSamples});
  double* to = weights.data<double>();
  const double* eigenvalues = model.tiles().data<double>();
  for (std::int64_t i = 0; i < model.coordinates(); ++i) {
    const std::int64_t tile = i / kTileSamples, lane = i % kTileSamples;
    const double d = eigenvalues[tile * model.tile_rows() * kTileSamples + lane];
    for (std::int64_t l = 0; l < layout.lambdas(); ++l) {
      const double h = 1.0 / (lambdas[l] * d + 1.0);
      double weight = h;
      for (std::int64_t order = 0; order < SharedLayout::orders(l); ++order, weight *= d * h) {
        const std::int64_t row = SharedLayout::first_weight(l) + order;
        to[(tile * rows + row) * kTileSamples + lane] = weight;
      }
    }
  }
  return weights;
}

Array shared_projections(const ModelColumns& model, double null_lambda,
                         std::span<const double> grid) {
  const std::vector<double> lambdas = all_lambdas(null_lambda, grid);
  const SharedLayout layout{model.covariates(), std::ssize(grid)};
  Array projections = Array::empty({layout.first_of_projection(layout.lambdas())});
  for (std::int64_t l = 0; l < layout.lambdas(); ++l) {
    project_covariates(model, lambdas[l], SharedLayout::orders(l),
                       projections.data<double>() + layout.first_of_projection(l));
  }
  return projections;
}

}  // namespace loom::gwas
