#include "loom/gwas/model/shared_sums.h"

#include <algorithm>

#include "loom/gwas/model/kernel_variants.h"
#include "loom/gwas/model/lanes.h"

namespace loom::gwas {
namespace {

using namespace lanes;

// Rows of products whose sums with kWeightsAtOnce weights are in registers together.
template <int Width>
constexpr int kRowsAtOnce = Width == 8 ? 4 : 2;
constexpr std::int64_t kMostRowsAtOnce = 4;
// Rows of products lie a cache line further apart than those that are read with them, so that
// addresses do not agree in their lower bits.
constexpr std::int64_t kRowStride = kTileSamples + kLanes;

constexpr std::int64_t round_up(std::int64_t value, std::int64_t unit) {
  return (value + unit - 1) / unit * unit;
}

// How the workspace is divided: products, (rows, kRowStride), then sums, (rows, weights, lanes).
struct Workspace {
  std::int64_t rows;     // rounded up
  std::int64_t weights;  // rounded up

  Workspace(std::int64_t covariates, std::int64_t snp_columns, std::int64_t snps,
            std::int64_t wanted)
      : rows(round_up(snps * snp_sums_size(covariates, snp_columns, 1), kMostRowsAtOnce)),
        weights(round_up(wanted, kWeightsAtOnce)) {}

  std::int64_t sums() const { return rows * kRowStride; }
  std::int64_t size() const { return sums() + rows * weights * kLanes; }
};

// Multiplies two columns over `size` samples of a tile, and fills the last block up with zeros.
template <int Width>
LOOM_INLINE void multiply(const double* left, const double* right, std::int64_t size,
                          double* product) {
  std::int64_t i = 0;
  for (; i + Width <= size; i += Width) {
    const Vec<Width> values = vector_at<Width>(left + i) * vector_at<Width>(right + i);
    store<Width>(values, product + i);
  }
  for (; i < size; ++i) product[i] = left[i] * right[i];
  for (; i % kLanes != 0; ++i) product[i] = 0.0;
}

// Products of the columns of all SNPs over one tile, a row for each.
template <int Width>
LOOM_INLINE void multiply_columns(const SharedSumsTask& task, std::int64_t tile, double* products) {
  const ModelView& model = task.model;
  const std::int64_t nulls = model.covariates + 1, k = task.snp_columns;
  const std::int64_t begin = tile * kTileSamples;
  const std::int64_t size = std::min(kTileSamples, model.coordinates - begin);
  const double* columns = model.tiles + (tile * (nulls + 1) + 1) * kTileSamples;
  for (std::int64_t i = 0; i < task.snps; ++i) {
    const double* snp = task.x + i * k * model.coordinates + begin;
    for (std::int64_t a = 0; a < k; ++a) {
      for (std::int64_t b = 0; b < nulls + k; ++b, products += kRowStride) {
        const double* right =
            b < nulls ? columns + b * kTileSamples : snp + (b - nulls) * model.coordinates;
        multiply<Width>(snp + a * model.coordinates, right, size, products);
      }
    }
  }
}

// Adds the products of some rows with some weights over `size` samples of a tile.
template <int Width>
LOOM_INLINE void add_block(const double* rows, const double* weights, std::int64_t size,
                           double* sums, std::int64_t sums_stride) {
  constexpr int kRows = kRowsAtOnce<Width>;
  Vec<Width> own[kRows][kWeightsAtOnce];
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < kWeightsAtOnce; ++j) {
      own[i][j] = vector_at<Width>(sums + i * sums_stride + j * kLanes);
    }
  }
  for (std::int64_t at = 0; at < size; at += kLanes) {
    Vec<Width> row[kRows];
    for (int i = 0; i < kRows; ++i) row[i] = vector_at<Width>(rows + i * kRowStride + at);
    for (int j = 0; j < kWeightsAtOnce; ++j) {
      const Vec<Width> weight = vector_at<Width>(weights + j * kTileSamples + at);
      for (int i = 0; i < kRows; ++i) own[i][j] += row[i] * weight;
    }
  }
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < kWeightsAtOnce; ++j) {
      store<Width>(own[i][j], sums + i * sums_stride + j * kLanes);
    }
  }
}

template <int Width>
LOOM_INLINE void add_tile(const SharedSumsTask& task, const Workspace& workspace, std::int64_t tile,
                          const double* products, double* sums) {
  const double* weights = task.weights + tile * task.weight_rows * kTileSamples;
  const std::int64_t size =
      round_up(std::min(kTileSamples, task.model.coordinates - tile * kTileSamples), kLanes);
  const std::int64_t stride = workspace.weights * kLanes;
  // The weights stay in the first cache while the rows pass.
  for (std::int64_t j = 0; j < workspace.weights; j += kWeightsAtOnce) {
    for (std::int64_t i = 0; i < workspace.rows; i += kRowsAtOnce<Width>) {
      for (std::int64_t lane = 0; lane < kLanes; lane += Width) {
        add_block<Width>(products + i * kRowStride + lane, weights + j * kTileSamples + lane, size,
                         sums + i * stride + j * kLanes + lane, stride);
      }
    }
  }
}

// From the sums of lanes by row and weight to sums by SNP, weight and row.
void reduce(const SharedSumsTask& task, const Workspace& workspace, const double* sums) {
  const std::int64_t run = snp_sums_size(task.model.covariates, task.snp_columns, 1);
  double* to = task.sums;
  for (std::int64_t i = 0; i < task.snps; ++i) {
    for (std::int64_t weight = 0; weight < task.wanted; ++weight) {
      for (std::int64_t row = i * run; row < (i + 1) * run; ++row) {
        *to++ = sum_lanes(sums + (row * workspace.weights + weight) * kLanes);
      }
    }
  }
}

template <int Width>
LOOM_INLINE void run(const SharedSumsTask& task, double* memory) {
  const Workspace workspace(task.model.covariates, task.snp_columns, task.snps, task.wanted);
  double* sums = memory + workspace.sums();
  std::fill(memory, memory + workspace.size(), 0.0);
  for (std::int64_t tile = 0; tile * kTileSamples < task.model.coordinates; ++tile) {
    multiply_columns<Width>(task, tile, memory);
    add_tile<Width>(task, workspace, tile, memory, sums);
  }
  reduce(task, workspace, sums);
}

void run_baseline(const SharedSumsTask& task, double* workspace) { run<2>(task, workspace); }

#if defined(__x86_64__)
__attribute__((target("avx2"))) void run_avx2(const SharedSumsTask& task, double* workspace) {
  run<4>(task, workspace);
}

__attribute__((target("avx512f"))) void run_avx512(const SharedSumsTask& task, double* workspace) {
  run<8>(task, workspace);
}

constexpr KernelVariants<SharedSumsKernel> kVariants = {run_baseline, run_avx2, run_avx512};
#else
constexpr KernelVariants<SharedSumsKernel> kVariants = {run_baseline};
#endif

}  // namespace

std::int64_t shared_sums_workspace(std::int64_t covariates, std::int64_t snp_columns,
                                   std::int64_t snps, std::int64_t wanted) {
  return Workspace(covariates, snp_columns, snps, wanted).size();
}

std::vector<SharedSumsKernel> usable_shared_sums_kernels() { return kVariants.usable(); }

void shared_sums(const SharedSumsTask& task, double* workspace) {
  static const SharedSumsKernel kernel = usable_shared_sums_kernels().front();
  kernel(task, workspace);
}

}  // namespace loom::gwas
