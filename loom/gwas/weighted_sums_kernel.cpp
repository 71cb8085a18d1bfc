#include "loom/gwas/weighted_sums_kernel.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include "loom/support/cpu.h"

// Helpers must be inlined into the entry points at the end, which say the instruction set.
#define LOOM_INLINE inline __attribute__((always_inline))

namespace loom::gwas {
namespace {

constexpr std::int64_t kLanes = 8;
// Pairs whose sums one pass over the samples keeps on the stack; more pairs take more passes.
constexpr std::int64_t kPairsPerPass = 96;
// What follows the sums of a pass: sum d h, sum d^2 h^2, and sum log(lambda d + 1) as a product of
// mantissas and a sum of exponents.
constexpr std::int64_t kTraceRows = 4;

// Spelled out: GCC drops the attribute where the size depends on a template parameter.
template <int Width>
struct VectorTypes;
template <>
struct VectorTypes<2> {
  using Vec = double __attribute__((vector_size(16)));
  using Unaligned = double __attribute__((vector_size(16), aligned(8), may_alias));
  using Int = long long __attribute__((vector_size(16)));
};
template <>
struct VectorTypes<4> {
  using Vec = double __attribute__((vector_size(32)));
  using Unaligned = double __attribute__((vector_size(32), aligned(8), may_alias));
  using Int = long long __attribute__((vector_size(32)));
};
template <>
struct VectorTypes<8> {
  using Vec = double __attribute__((vector_size(64)));
  using Unaligned = double __attribute__((vector_size(64), aligned(8), may_alias));
  using Int = long long __attribute__((vector_size(64)));
};
template <int Width>
using Vec = typename VectorTypes<Width>::Vec;
template <int Width>
using UnalignedVec = typename VectorTypes<Width>::Unaligned;
template <int Width>
using IntVec = typename VectorTypes<Width>::Int;

template <int Width>
LOOM_INLINE const UnalignedVec<Width>& vector_at(const double* at) {
  return *reinterpret_cast<const UnalignedVec<Width>*>(at);
}

template <int Width>
LOOM_INLINE void store(const Vec<Width>& vector, double* at) {
  std::memcpy(at, &vector, sizeof(vector));
}

// The sums over samples that need no column, and on the way the weights of each block.
template <int Width, int Orders>
struct Traces {
  using Vector = Vec<Width>;
  Vector first = {};
  Vector second = {};
  Vector product = Vector{} + 1.0;  // of lambda d + 1, without the exponents extracted
  IntVec<Width> exponents = {};

  LOOM_INLINE void add(const Vector& d, double lambda, Vector (&weight)[Orders]) {
    const Vector diagonal = lambda * d + 1.0;
    const Vector h = 1.0 / diagonal;
    const Vector dh = d * h;
    product *= diagonal;
    first += dh;
    second += dh * dh;
    weight[0] = h;
    if constexpr (Orders > 1) weight[1] = dh * h;
    if constexpr (Orders > 2) weight[2] = dh * weight[1];
  }

  // Called once per tile: terms below 1e38 leave room for the product of four.
  LOOM_INLINE void extract_exponent() {
    constexpr long long kMantissa = (1LL << 52) - 1;
    constexpr long long kOne = 1023LL << 52;
    const IntVec<Width> bits = (IntVec<Width>)product;  // vectors convert by their bits
    const IntVec<Width> mantissa = (bits & kMantissa) | kOne;
    exponents += (bits >> 52) - 1023;
    product = (Vector)mantissa;
  }

  LOOM_INLINE void store_to(Lanes* rows, std::int64_t lane) {
    extract_exponent();
    store<Width>(first, rows[0].value + lane);
    store<Width>(second, rows[1].value + lane);
    store<Width>(product, rows[2].value + lane);
    for (int i = 0; i < Width; ++i) {
      rows[3].value[lane + i] = static_cast<double>(exponents[i]);
    }
  }
};

double sum_lanes(const Lanes& lanes) {
  const double* v = lanes.value;
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

void reduce_traces(const Lanes* rows, double* out) {
  double mantissas = 1.0;
  for (const double mantissa : rows[2].value) mantissas *= mantissa;
  out[0] = sum_lanes(rows[0]);
  out[1] = sum_lanes(rows[1]);
  out[2] = std::log(mantissas) + sum_lanes(rows[3]) * std::numbers::ln2;
}

// What one pass over the samples sums: `count` pairs in their order from (row, column) on, the
// first of them the pair `first`.
struct PairRange {
  std::int64_t first;
  std::int64_t row;
  std::int64_t column;
  std::int64_t count;
};

// One column in the four blocks of a tile.
template <int Width>
struct TileColumn {
  const double* values;
  std::int64_t stride;

  LOOM_INLINE const UnalignedVec<Width>& block(std::int64_t i) const {
    return vector_at<Width>(values + i * stride);
  }
};

// Four blocks, at the lanes under way.
template <int Width>
struct Tile {
  const double* blocks;
  const double* x;
  std::int64_t columns;

  LOOM_INLINE std::int64_t block_rows() const { return columns + (x == nullptr ? 1 : 0); }

  LOOM_INLINE TileColumn<Width> eigenvalues() const { return {blocks, block_rows() * kLanes}; }

  LOOM_INLINE TileColumn<Width> column(std::int64_t j) const {
    if (x != nullptr && j == columns - 2) return {x, kLanes};
    const bool after_x = x != nullptr && j == columns - 1;
    return {blocks + (after_x ? j : j + 1) * kLanes, block_rows() * kLanes};
  }
};

template <int Width, int Orders>
LOOM_INLINE void add_tile(const Tile<Width>& tile, double lambda, const PairRange& pairs,
                          Traces<Width, Orders>& traces, Vec<Width> (*sums)[Orders]) {
  Vec<Width> weight[kTileBlocks][Orders];
  for (int i = 0; i < kTileBlocks; ++i) {
    traces.add(tile.eigenvalues().block(i), lambda, weight[i]);
  }
  traces.extract_exponent();

  std::int64_t left = pairs.count;
  std::int64_t b = pairs.column;
  for (std::int64_t a = pairs.row; left > 0; b = ++a) {
    const TileColumn<Width> column_a = tile.column(a);
    Vec<Width> weighted[kTileBlocks][Orders];
    for (int i = 0; i < kTileBlocks; ++i) {
      const Vec<Width> value = column_a.block(i);
      for (int order = 0; order < Orders; ++order) weighted[i][order] = weight[i][order] * value;
    }
    for (; b < tile.columns && left > 0; ++b, --left, ++sums) {
      const TileColumn<Width> column_b = tile.column(b);
      for (int i = 0; i < kTileBlocks; ++i) {
        const Vec<Width> value = column_b.block(i);
        for (int order = 0; order < Orders; ++order) (*sums)[order] += weighted[i][order] * value;
      }
    }
  }
}

template <int Width, int Orders>
LOOM_INLINE void sum_pairs(const SumsTask& task, const PairRange& pairs) {
  constexpr std::int64_t kTileSamples = kTileBlocks * kLanes;
  const std::int64_t total = pair_count(task.columns);
  const std::int64_t full = task.samples / kTileSamples;
  Lanes tail[kTileBlocks] = {};
  if (task.x != nullptr) {
    std::memcpy(tail, task.x + full * kTileSamples,
                (task.samples - full * kTileSamples) * sizeof(double));
  }
  Lanes lanes[Orders * kPairsPerPass];
  Lanes trace_lanes[kTraceRows];
  for (std::int64_t lane = 0; lane < kLanes; lane += Width) {
    Vec<Width> sums[kPairsPerPass][Orders];
    std::memset(sums, 0, pairs.count * sizeof(sums[0]));
    Traces<Width, Orders> traces;
    Tile<Width> tile{task.blocks->value + lane, task.x ? task.x + lane : nullptr, task.columns};
    for (std::int64_t i = 0; i < full; ++i) {
      add_tile<Width, Orders>(tile, task.lambda, pairs, traces, sums);
      tile.blocks += kTileSamples * tile.block_rows();
      if (tile.x != nullptr) tile.x += kTileSamples;
    }
    if (full * kTileSamples < task.samples) {
      if (tile.x != nullptr) tile.x = tail->value + lane;
      add_tile<Width, Orders>(tile, task.lambda, pairs, traces, sums);
    }
    for (std::int64_t i = 0; i < pairs.count; ++i) {
      for (int order = 0; order < Orders; ++order) {
        store<Width>(sums[i][order], lanes[i * Orders + order].value + lane);
      }
    }
    traces.store_to(trace_lanes, lane);
  }
  for (std::int64_t i = 0; i < pairs.count; ++i) {
    for (int order = 0; order < Orders; ++order) {
      task.sums[order * total + pairs.first + i] = sum_lanes(lanes[i * Orders + order]);
    }
  }
  reduce_traces(trace_lanes, task.sums + Orders * total);
}

template <int Width, int Orders>
LOOM_INLINE void sum_all_pairs(const SumsTask& task) {
  const std::int64_t columns = task.columns;
  const std::int64_t total = pair_count(columns);
  PairRange pairs{0, 0, 0, 0};
  for (; pairs.first < total; pairs.first += pairs.count) {
    while (pair_index(columns, pairs.row, columns - 1) < pairs.first) ++pairs.row;
    pairs.column = pairs.row + pairs.first - pair_index(columns, pairs.row, pairs.row);
    pairs.count = std::min(kPairsPerPass, total - pairs.first);
    sum_pairs<Width, Orders>(task, pairs);
  }
}

template <int Width, int Orders>
LOOM_INLINE void sums_of_order(const SumsTask& task) {
  // One covariate is by far the most common case: let the compiler see its loop bounds.
  if (task.columns == 3 && task.x != nullptr) {
    SumsTask known = task;
    known.columns = 3;
    return sum_all_pairs<Width, Orders>(known);
  }
  sum_all_pairs<Width, Orders>(task);
}

template <int Width>
LOOM_INLINE void run(const SumsTask& task) {
  if (task.orders == 1) return sums_of_order<Width, 1>(task);
  if (task.orders == 2) return sums_of_order<Width, 2>(task);
  sums_of_order<Width, 3>(task);
}

void run_baseline(const SumsTask& task) { run<2>(task); }

#if defined(__x86_64__)
__attribute__((target("avx2"))) void run_avx2(const SumsTask& task) { run<4>(task); }

__attribute__((target("avx512f"))) void run_avx512(const SumsTask& task) { run<8>(task); }
#endif

}  // namespace

std::vector<SumsKernel> usable_sums_kernels() {
  std::vector<SumsKernel> kernels;
#if defined(__x86_64__)
  if (cpu_info().avx512) kernels.push_back(run_avx512);
  if (cpu_info().avx2) kernels.push_back(run_avx2);
#endif
  kernels.push_back(run_baseline);
  return kernels;
}

}  // namespace loom::gwas
