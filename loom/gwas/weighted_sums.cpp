#include "loom/gwas/weighted_sums.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "loom/gwas/weighted_sums_kernel.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

void run_best_kernel(const SumsTask& task) {
  static const SumsKernel kernel = usable_sums_kernels().front();
  kernel(task);
}

void require_finite(std::span<const double> values, const char* what) {
  for (const double value : values) {
    if (!std::isfinite(value)) {
      throw ValueError(fmt::format("[weighted_sums] the {} contain {}", what, value));
    }
  }
}

}  // namespace

ModelColumns::ModelColumns(std::span<const double> eigenvalues, std::span<const double> covariates,
                           std::span<const double> phenotype)
    : samples_(std::ssize(eigenvalues)),
      covariates_(samples_ == 0 ? 0 : std::ssize(covariates) / samples_) {
  if (samples_ == 0 || std::ssize(covariates) != covariates_ * samples_ ||
      std::ssize(phenotype) != samples_) {
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

  constexpr std::int64_t kLanes = std::ssize(Lanes{}.value);
  constexpr std::int64_t kTileSamples = kTileBlocks * kLanes;
  const std::int64_t tiles = (samples_ + kTileSamples - 1) / kTileSamples;
  const std::int64_t rows = block_rows();
  blocks_.assign(tiles * kTileBlocks * rows, Lanes{});
  for (std::int64_t i = 0; i < samples_; ++i) {
    Lanes* block = blocks_.data() + i / kLanes * rows;
    const auto at = [&](std::int64_t row) -> double& { return block[row].value[i % kLanes]; };
    at(0) = eigenvalues[i];
    for (std::int64_t j = 0; j < covariates_; ++j) at(1 + j) = covariates[j * samples_ + i];
    at(1 + covariates_) = phenotype[i];
  }
}

void weighted_sums(const ModelColumns& model, const double* x, double lambda, std::int64_t orders,
                   double* sums) {
  run_best_kernel(
      {model.block(0), model.samples(), model.covariates() + 2, x, lambda, orders, sums});
}

void null_weighted_sums(const ModelColumns& model, double lambda, std::int64_t orders,
                        double* sums) {
  run_best_kernel(
      {model.block(0), model.samples(), model.covariates() + 1, nullptr, lambda, orders, sums});
}

void compose_sums(std::int64_t covariates, std::int64_t orders, const double* null_sums,
                  const double* snp_sums, double* sums) {
  const std::int64_t columns = covariates + 2;
  const std::int64_t x = covariates;
  for (std::int64_t order = 0; order < orders; ++order) {
    for (std::int64_t a = 0; a < columns; ++a) {
      for (std::int64_t b = a; b < columns; ++b) {
        const bool with_x = a == x || b == x;
        *sums++ = with_x ? snp_sums[a == x ? b : a] : *null_sums++;
      }
    }
    snp_sums += columns;
  }
  std::copy_n(null_sums, 3, sums);
}

}  // namespace loom::gwas
