#include "loom/gwas/model/weighted_sums_kernel.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "loom/gwas/model/kernel_variants.h"
#include "loom/gwas/model/lanes.h"

namespace loom::gwas {
namespace {

using namespace lanes;

// Four vectors of eight samples, for one division.
constexpr int kBlockGroup = 4;
constexpr std::int64_t kGroupSamples = kBlockGroup * kLanes;
// The weights of a tile are computed before the first is used: the wait for a division is longer
// than a processor looks ahead.
constexpr std::int64_t kTileGroups = kTileSamples / kGroupSamples;
// Columns whose sums of all orders are in registers together.
template <int Width>
constexpr std::int64_t kColumnsAtOnce = Width == 8 ? 5 : 3;
// Partial sums, in vectors of eight lanes, that a call keeps on its stack; more go to the heap.
constexpr std::int64_t kSumsOnStack = 96;

// Some groups of blocks of one tile, at the lanes under way. The columns are the covariates, the
// phenotype and those of the SNP, in this order.
template <int Width>
struct Part {
  const double* tile;  // the eigenvalues
  const double* x;
  std::int64_t x_stride;
  std::int64_t nulls;  // columns without the SNP's
  std::int64_t groups;

  LOOM_INLINE const double* column(std::int64_t j) const {
    return j < nulls ? tile + (j + 1) * kTileSamples : x + (j - nulls) * x_stride;
  }
};

// The weights of a group, h and d h, and the product of its lambda d + 1.
template <int Width>
struct Weights {
  Vec<Width> h[kBlockGroup];
  Vec<Width> dh[kBlockGroup];
  Vec<Width> diagonals;
};

// The sums over samples that need no column.
template <int Width>
struct Traces {
  using Vector = Vec<Width>;
  Vector first = {};
  Vector second = {};
  Vector product = Vector{} + 1.0;  // of lambda d + 1, without the exponents extracted
  IntVec<Width> exponents = {};

  // Terms of the product below 1e38 leave room for four and a mantissa.
  LOOM_INLINE void add(const Weights<Width>& weights) {
    constexpr long long kMantissa = (1LL << 52) - 1;
    constexpr long long kOne = 1023LL << 52;
    for (const Vector& dh : weights.dh) {
      first += dh;
      second += dh * dh;
    }
    product *= weights.diagonals;
    const IntVec<Width> bits = (IntVec<Width>)product;  // vectors convert by their bits
    const IntVec<Width> mantissa = (bits & kMantissa) | kOne;
    exponents += (bits >> 52) - 1023;
    product = (Vector)mantissa;
  }

  // Rows: sum d h, sum d^2 h^2, mantissas and exponents of the product.
  LOOM_INLINE void store_to(Lanes (&rows)[4], std::int64_t lane) const {
    store<Width>(first, rows[0].value + lane);
    store<Width>(second, rows[1].value + lane);
    store<Width>(product, rows[2].value + lane);
    for (int i = 0; i < Width; ++i) {
      rows[3].value[lane + i] = static_cast<double>(exponents[i]);
    }
  }
};

void reduce_traces(const Lanes (&rows)[4], double* out) {
  double mantissas = 1.0;
  for (const double mantissa : rows[2].value) mantissas *= mantissa;
  out[0] = sum_lanes(rows[0].value);
  out[1] = sum_lanes(rows[1].value);
  out[2] = std::log(mantissas) + sum_lanes(rows[3].value) * std::numbers::ln2;
}

// The reciprocals of the diagonals of a group come from one division, which costs as much as a
// dozen products: 1 / (a b) times b is 1 / a. Terms below 1e38 neither overflow nor underflow.
template <int Width>
LOOM_INLINE void weigh(const double* d, double lambda, Weights<Width>& weights) {
  using Vector = Vec<Width>;
  const Vector d0 = vector_at<Width>(d), d1 = vector_at<Width>(d + kLanes);
  const Vector d2 = vector_at<Width>(d + 2 * kLanes), d3 = vector_at<Width>(d + 3 * kLanes);
  const Vector a0 = lambda * d0 + 1.0, a1 = lambda * d1 + 1.0;
  const Vector a2 = lambda * d2 + 1.0, a3 = lambda * d3 + 1.0;
  const Vector a01 = a0 * a1, a23 = a2 * a3;
  weights.diagonals = a01 * a23;
  const Vector inverse = 1.0 / weights.diagonals;
  const Vector inverse01 = inverse * a23, inverse23 = inverse * a01;
  weights.h[0] = inverse01 * a1;
  weights.h[1] = inverse01 * a0;
  weights.h[2] = inverse23 * a3;
  weights.h[3] = inverse23 * a2;
  weights.dh[0] = d0 * weights.h[0];
  weights.dh[1] = d1 * weights.h[1];
  weights.dh[2] = d2 * weights.h[2];
  weights.dh[3] = d3 * weights.h[3];
}

// Adds the products of a weighted column with Count others.
template <int Width, int Orders, int Count>
LOOM_INLINE void add_products(const Part<Width>& part, const Weights<Width>* weights,
                              const double* left, std::int64_t first, double* sums) {
  const double* columns[Count];
  Vec<Width> own[Count][Orders];
  for (int j = 0; j < Count; ++j) {
    columns[j] = part.column(first + j);
    for (int order = 0; order < Orders; ++order) {
      own[j][order] = vector_at<Width>(sums + (j * Orders + order) * kLanes);
    }
  }
  for (std::int64_t group = 0; group < part.groups; ++group) {
    for (int i = 0; i < kBlockGroup; ++i) {
      const std::int64_t at = group * kGroupSamples + i * kLanes;
      Vec<Width> weighted = weights[group].h[i] * vector_at<Width>(left + at);
      for (int order = 0; order < Orders; ++order) {
        if (order > 0) weighted *= weights[group].dh[i];
        for (int j = 0; j < Count; ++j) {
          own[j][order] += weighted * vector_at<Width>(columns[j] + at);
        }
      }
    }
  }
  for (int j = 0; j < Count; ++j) {
    for (int order = 0; order < Orders; ++order) {
      store<Width>(own[j][order], sums + (j * Orders + order) * kLanes);
    }
  }
}

// Adds the products of column `left` with the `count` columns from `first` on.
template <int Width, int Orders>
LOOM_INLINE void add_column(const Part<Width>& part, const Weights<Width>* weights,
                            std::int64_t left, std::int64_t first, std::int64_t count,
                            double* sums) {
  const double* column = part.column(left);
  std::int64_t passes = (count + kColumnsAtOnce<Width> - 1) / kColumnsAtOnce<Width>;
  for (; passes > 0; --passes) {
    const std::int64_t now = (count + passes - 1) / passes;
    switch (now) {
      case 1:
        add_products<Width, Orders, 1>(part, weights, column, first, sums);
        break;
      case 2:
        add_products<Width, Orders, 2>(part, weights, column, first, sums);
        break;
      case 3:
        add_products<Width, Orders, 3>(part, weights, column, first, sums);
        break;
      case 4:
        add_products<Width, Orders, 4>(part, weights, column, first, sums);
        break;
      default:
        add_products<Width, Orders, 5>(part, weights, column, first, sums);
    }
    first += now;
    count -= now;
    sums += now * Orders * kLanes;
  }
}

// The samples of the SNP's columns that do not fill a group, filled up with zeros.
struct Tail {
  double values[kMaxSnpColumns][kGroupSamples] = {};

  explicit Tail(const SumsTask& task) {
    const std::int64_t size = task.model.coordinates % kGroupSamples;
    for (std::int64_t j = 0; j < task.snp_columns; ++j) {
      std::copy_n(task.x + (j + 1) * task.model.coordinates - size, size, values[j]);
    }
  }
};

// Adds some groups to the sums: of all pairs of the model's columns, or of each column of the SNP
// with every column.
template <int Width, int Orders>
LOOM_INLINE void add_part(const Part<Width>& part, const SumsTask& task, double* sums,
                          Traces<Width>& traces) {
  const bool null = task.snp_columns == 0;
  const std::int64_t columns = part.nulls + task.snp_columns;
  Weights<Width> weights[kTileGroups];
  for (std::int64_t i = 0; i < part.groups; ++i) {
    weigh<Width>(part.tile + i * kGroupSamples, task.lambda, weights[i]);
    if (null) traces.add(weights[i]);
  }
  for (std::int64_t left = null ? 0 : part.nulls; left < columns; ++left) {
    const std::int64_t first = null ? left : 0;
    add_column<Width, Orders>(part, weights, left, first, columns - first, sums);
    sums += (columns - first) * Orders * kLanes;
  }
}

// Sums over all samples at the lanes from `lane` on.
template <int Width, int Orders>
LOOM_INLINE void sum_samples(const SumsTask& task, const Tail& tail, std::int64_t lane,
                             double* sums, Traces<Width>& traces) {
  const std::int64_t nulls = task.model.covariates + 1;
  const std::int64_t groups = task.model.coordinates / kGroupSamples;
  for (std::int64_t done = 0; done < groups; done += kTileGroups) {
    const double* tile = task.model.tiles + done / kTileGroups * (nulls + 1) * kTileSamples + lane;
    const double* x = task.x == nullptr ? nullptr : task.x + done * kGroupSamples + lane;
    const std::int64_t now = std::min(groups - done, kTileGroups);
    add_part<Width, Orders>({tile, x, task.model.coordinates, nulls, now}, task, sums, traces);
  }
  if (task.model.coordinates % kGroupSamples == 0) return;
  const double* tile = task.model.tiles + groups / kTileGroups * (nulls + 1) * kTileSamples +
                       groups % kTileGroups * kGroupSamples + lane;
  const double* x = tail.values[0] + lane;
  add_part<Width, Orders>({tile, x, kGroupSamples, nulls, 1}, task, sums, traces);
}

template <int Width, int Orders>
LOOM_INLINE void sum_all(const SumsTask& task) {
  const std::int64_t nulls = task.model.covariates + 1;
  const std::int64_t pairs =
      task.snp_columns == 0 ? pair_count(nulls) : task.snp_columns * (nulls + task.snp_columns);
  Lanes on_stack[kSumsOnStack];
  std::vector<Lanes> on_heap;
  Lanes* sums = on_stack;
  if (pairs * Orders > kSumsOnStack) {
    on_heap.resize(pairs * Orders);
    sums = on_heap.data();
  }
  std::memset(sums, 0, pairs * Orders * sizeof(Lanes));
  const Tail tail(task);
  Lanes trace_rows[4];
  for (std::int64_t lane = 0; lane < kLanes; lane += Width) {
    Traces<Width> traces;
    sum_samples<Width, Orders>(task, tail, lane, sums->value + lane, traces);
    traces.store_to(trace_rows, lane);
  }
  for (std::int64_t i = 0; i < pairs; ++i) {
    for (int order = 0; order < Orders; ++order) {
      task.sums[order * pairs + i] = sum_lanes(sums[i * Orders + order].value);
    }
  }
  if (task.snp_columns == 0) reduce_traces(trace_rows, task.sums + Orders * pairs);
}

template <int Width>
LOOM_INLINE void run(const SumsTask& task) {
  if (task.orders == 1) return sum_all<Width, 1>(task);
  if (task.orders == 2) return sum_all<Width, 2>(task);
  sum_all<Width, 3>(task);
}

void run_baseline(const SumsTask& task) { run<2>(task); }

#if defined(__x86_64__)
__attribute__((target("avx2"))) void run_avx2(const SumsTask& task) { run<4>(task); }

__attribute__((target("avx512f"))) void run_avx512(const SumsTask& task) { run<8>(task); }

constexpr KernelVariants<SumsKernel> kVariants = {run_baseline, run_avx2, run_avx512};
#else
constexpr KernelVariants<SumsKernel> kVariants = {run_baseline};
#endif

}  // namespace

std::vector<SumsKernel> usable_sums_kernels() { return kVariants.usable(); }

void run_sums_kernel(const SumsTask& task) {
  static const SumsKernel kernel = usable_sums_kernels().front();
  kernel(task);
}

}  // namespace loom::gwas
