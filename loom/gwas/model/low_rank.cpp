#include "loom/gwas/model/low_rank.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "loom/gwas/genotypes/block_feed.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/indexing.h"
#include "loom/ops/linalg.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/reduction.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

// From here on the matrix of n x n is as quick to decompose.
constexpr double kFewSnps = 0.9;

constexpr std::int64_t kChunk = 1024;

/// Columns `[first, first + count)` of a square matrix as rows, each divided by its `scales`.
Array scaled_rows(const Array& columns, std::int64_t first, std::int64_t count,
                  std::span<const double> scales) {
  const std::int64_t n = columns.shape(0);
  const Array rows = Array::empty({count, n});
  const double* from = columns.data<double>();
  double* to = rows.data<double>();
  parallel_for(count, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        to[i * n + j] = from[j * columns.shape(1) + first + i] / scales[first + i];
      }
    }
  });
  return rows;
}

}  // namespace

std::int64_t most_kinship_snps(const Study& study) {
  auto most = study.genotypes->snp_count().value_or(std::numeric_limits<std::int64_t>::max());
  for (const auto* list : {&study.snp_list, &study.kinship_list}) {
    if (*list) most = std::min<std::int64_t>(most, std::ssize(**list));
  }
  return most;
}

bool are_few_snps(std::int64_t snps, std::int64_t samples) {
  return static_cast<double>(snps) < kFewSnps * static_cast<double>(samples);
}

MemoryPlan factor_memory(std::int64_t snps, std::int64_t samples) {
  return MemoryPlan("kinship of few SNPs").add("genotypes, twice", 2 * 8 * samples * snps);
}

MemoryPlan factor_decomposition_memory(std::int64_t snps, std::int64_t samples) {
  return MemoryPlan("eigen-decomposition")
      .add("products of SNPs", 8 * snps * snps)
      .add("results and workspace", linalg::eigh_memory(snps))
      .add("genotypes and vectors", 5 * 8 * samples * snps);
}

KinshipFactor::KinshipFactor(const Study& study, const Cohort& cohort,
                             const SnpThresholds& thresholds, KinshipKind kind,
                             const Monitor& monitor) {
  const std::int64_t n = cohort.analysed();
  factor_memory(most_kinship_snps(study), n).check();
  const Array all = study.all_samples(), samples = cohort.samples();
  SnpSelector selector(study, cohort, thresholds, {}, kinship_choice(study));
  std::vector<Array> parts;
  read_all(*study.genotypes, kChunk, "kinship", monitor, [&](const GenotypeBlock& block) {
    chromosomes_.add(block.snps);
    const GenotypeBlock snps = selector.select(block).genotypes;
    if (snps.size() == 0) return;
    parts.push_back(kinship_genotypes(snps, all, samples, kind));
    for (const Snp& snp : snps.snps) chromosome_of_.push_back(snp.chromosome);
  });
  check_any_kept(selector.report());
  genotypes_ = concat(parts, 0);
}

Array KinshipFactor::genotypes(const std::string& left_out) const {
  if (left_out.empty()) return genotypes_;
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < chromosome_of_.size(); ++i) {
    if (chromosome_of_[i] != left_out) rows.push_back(static_cast<std::int64_t>(i));
  }
  check_snps_left(std::ssize(rows), left_out);
  return take(genotypes_, Array::from(rows), 0);
}

Decomposition decompose_factor(const Array& genotypes) {
  const Array x = contiguous(genotypes - mean(genotypes, Dims{1}, true));
  const std::int64_t p = x.shape(0), n = x.shape(1);
  const linalg::Eigen products = linalg::eigh(matmul(x, transpose(x)) / static_cast<double>(p));
  const std::span<const double> found = products.values.span<const double>();
  // What rounding leaves of an eigenvalue 0 of the products; below, X'V has lost its direction.
  const double noise =
      static_cast<double>(n) * std::numeric_limits<double>::epsilon() * std::max(found.back(), 0.0);
  zero_small_values(products.values);
  std::int64_t first = 0;
  while (first < p && found[first] <= noise) ++first;
  const std::int64_t rank = p - first;
  if (rank == 0) return {zeros({1}), full({n, 1}, 1 / std::sqrt(static_cast<double>(n)))};

  std::vector<double> lengths(p);
  for (std::int64_t i = 0; i < p; ++i) {
    lengths[i] = std::sqrt(static_cast<double>(p) * std::max(found[i], 0.0));
  }
  const Array rows = matmul(scaled_rows(products.vectors, first, rank, lengths), x);
  // A QR decomposition makes orthonormal what the scaling has made slightly oblique. The large
  // eigenvalues come first there, since their vectors are exact.
  const Array q = linalg::qr(transpose(flip(rows, Dims{0}))).q;
  const auto kept = found.subspan(static_cast<std::size_t>(first));
  return {Array::from(std::vector<double>(kept.begin(), kept.end())), contiguous(flip(q, Dims{1}))};
}

}  // namespace loom::gwas
