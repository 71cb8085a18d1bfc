#include "loom/gwas/model/weighted_sums.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "loom/gwas/model/weighted_sums_kernel.h"
#include "loom/ops/creation.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

void require_finite(std::span<const double> values, const char* what) {
  for (const double value : values) {
    if (!std::isfinite(value)) {
      throw ValueError(fmt::format("[weighted_sums] the {} contain {}", what, value));
    }
  }
}

}  // namespace

ModelColumns::ModelColumns(std::span<const double> eigenvalues, std::span<const double> covariates,
                           std::span<const double> phenotype, std::int64_t samples)
    : coordinates_(std::ssize(eigenvalues)),
      covariates_(coordinates_ == 0 ? 0 : std::ssize(covariates) / coordinates_),
      samples_(samples == 0 ? coordinates_ : samples) {
  if (coordinates_ == 0 || std::ssize(covariates) != covariates_ * coordinates_ ||
      std::ssize(phenotype) != coordinates_ || samples_ < coordinates_) {
    throw ShapeError(fmt::format(
        "[weighted_sums] {} eigenvalues, {} covariate values and {} phenotypes do not fit",
        eigenvalues.size(), covariates.size(), phenotype.size()));
  }
  require_finite(eigenvalues, "eigenvalues");
  require_finite(covariates, "covariates");
  require_finite(phenotype, "phenotypes");
  const auto [smallest, largest] = std::ranges::minmax(eigenvalues);
  if (smallest < 0.0) {
    throw ValueError(fmt::format("[weighted_sums] negative eigenvalue {}", smallest));
  }
  largest_eigenvalue_ = largest;
  mean_eigenvalue_ =
      std::accumulate(eigenvalues.begin(), eigenvalues.end(), 0.0) / static_cast<double>(samples_);

  const std::int64_t tiles = (coordinates_ + kTileSamples - 1) / kTileSamples;
  const std::int64_t rows = tile_rows();
  tiles_ = zeros({tiles, rows, kTileSamples});
  double* to = tiles_.data<double>();
  for (std::int64_t i = 0; i < coordinates_; ++i) {
    double* sample = to + i / kTileSamples * rows * kTileSamples + i % kTileSamples;
    sample[0] = eigenvalues[i];
    for (std::int64_t j = 0; j < covariates_; ++j) {
      sample[(1 + j) * kTileSamples] = covariates[j * coordinates_ + i];
    }
    sample[(1 + covariates_) * kTileSamples] = phenotype[i];
  }
}

void null_weighted_sums(const ModelView& model, double lambda, std::int64_t orders, double* sums) {
  run_sums_kernel({model, nullptr, 0, lambda, orders, sums});
}

}  // namespace loom::gwas
