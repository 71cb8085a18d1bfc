#include "loom/gwas/run_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "loom/gwas/cohort_scan.h"
#include "loom/gwas/decomposition_input.h"
#include "loom/gwas/genotypes/block_feed.h"
#include "loom/gwas/kinship_input.h"
#include "loom/gwas/model/kinship.h"
#include "loom/gwas/model/low_rank.h"
#include "loom/gwas/model/permutation_test.h"
#include "loom/gwas/model/rotation.h"
#include "loom/gwas/output/manhattan_points.h"
#include "loom/gwas/output/p_value_tally.h"
#include "loom/ops/linalg.h"
#include "loom/support/error.h"
#include "loom/support/memory.h"

namespace loom::gwas {
namespace {

constexpr std::int64_t kNumber = sizeof(double);

// So many SNPs at a time keep the products fast and the rounds of the searches few: with fewer, the
// digits of the vectors are read more often, with more, memory is touched for nothing.
constexpr std::int64_t kMostSnps = 1536;
constexpr std::int64_t kUsualLeastSnps = 128;
constexpr std::int64_t kLeastSnps = 16;
// Their rotated genotypes are not to take more than this; or than kMostChunkBytes, where the peak
// of the run is that of an earlier phase.
constexpr std::int64_t kChunkBytes = std::int64_t{16} << 20;
constexpr std::int64_t kMostChunkBytes = std::int64_t{64} << 20;

MemoryPlan decomposing(std::int64_t analysed) {
  return MemoryPlan("eigen-decomposition")
      .add("matrix", kNumber * analysed * analysed)
      .add("results and workspace", linalg::eigh_memory(analysed));
}

/// Whether the kinship of n samples is not made, having fewer SNPs.
bool are_few(const RunSizes& sizes, std::int64_t n) {
  return sizes.source == RunSizes::Source::genotypes && sizes.kinship_snps > 0 &&
         are_few_snps(sizes.kinship_snps, n);
}

/// What a SNP takes on its way through the scan: its genotypes in the block that is read, in the
/// one at work and among those that passed; as counts, centred and rotated; sums with permutations;
/// its names, its searches and its line of text.
std::int64_t bytes_per_snp(const RunSizes& sizes) {
  constexpr std::int64_t kRest = 2048;
  const std::int64_t analysed = std::ranges::max(sizes.analysed);
  const std::int64_t numbers = (1 + 2 * sizes.snp_columns) * analysed +
                               std::min(sizes.permutations, PermutationTest::kTogether);
  return kBlocksHeld * sizes.bytes_per_snp + kNumber * numbers + kRest;
}

/// What the vectors are made into beside themselves.
std::int64_t rotation_bytes(const RunSizes& sizes) {
  if (sizes.source == RunSizes::Source::none) return 0;
  std::int64_t all = 0, most = 0;
  for (const std::int64_t n : sizes.analysed) {
    std::int64_t bytes = 0;
    if (are_few(sizes, n)) {
      bytes = kNumber * n * (sizes.kinship_snps + sizes.covariates + sizes.snp_columns);
    } else if (integer_rotation_pays(n)) {
      bytes = Rotation::digit_bytes(n);
    }
    all += bytes;
    most = std::max(most, bytes);
  }
  return sizes.leaves_out ? most : all;
}

MemoryPlan scanning(const RunSizes& sizes, std::int64_t chunk) {
  constexpr std::int64_t kPadding = 8;
  const std::int64_t weights =
      2 * sizes.lambdas + kPadding + sizes.covariates + 2 + sizes.permutations;
  return MemoryPlan("scan")
      .add("weights", kNumber * sizes.traits * weights * std::ranges::max(sizes.analysed))
      .add("rotation", rotation_bytes(sizes))
      .add("summaries", sizes.traits * sizes.gathered)
      .add(fmt::format("chunks of {} SNPs", chunk), bytes_per_snp(sizes) * chunk);
}

std::int64_t share_of(double share, std::int64_t samples) {
  return static_cast<std::int64_t>(share * static_cast<double>(samples));
}

RunSizes share_of(double share, RunSizes sizes) {
  sizes.samples = share_of(share, sizes.samples);
  sizes.kinship_kept = share_of(share, sizes.kinship_kept);
  sizes.bytes_per_snp = share_of(share, sizes.bytes_per_snp);
  for (std::int64_t& analysed : sizes.analysed) {
    analysed = std::max<std::int64_t>(share_of(share, analysed), 1);
  }
  return sizes;
}

/// The bytes that each phase holds at its peak on top of what is held before.
std::vector<std::int64_t> peaks(const std::vector<MemoryPhase>& phases) {
  std::vector<std::int64_t> result;
  std::int64_t stays = 0;
  for (const MemoryPhase& phase : phases) {
    result.push_back(stays + phase.plan.total());
    stays += phase.stays;
  }
  return result;
}

bool fit(const std::vector<MemoryPhase>& phases, const MemoryAllowance& allowance) {
  return std::ranges::max(peaks(phases)) <= allowance.left();
}

/// "kinship 30.0 MiB, scan 45.0 MiB of 2.0 GiB allowed (limit)"; of equal phases the largest.
std::string describe(const std::vector<MemoryPhase>& phases, const MemoryAllowance& allowance) {
  const std::vector<std::int64_t> totals = peaks(phases);
  std::vector<std::pair<std::string, std::int64_t>> parts;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const std::string& name = phases[i].plan.phase();
    const auto known = std::ranges::find(parts, name, &std::pair<std::string, std::int64_t>::first);
    auto& part = known == parts.end() ? parts.emplace_back(name, 0) : *known;
    part.second = std::max(part.second, allowance.held + MemoryAllowance::kLibraries + totals[i]);
  }
  std::string text;
  for (const auto& [name, bytes] : parts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, format_bytes(bytes));
  }
  return fmt::format("{} of {} allowed ({})", text, format_bytes(allowance.bytes),
                     allowance.source);
}

}  // namespace

RunSizes sizes_of(const Study& study, const ScanOptions& options) {
  RunSizes sizes;
  sizes.samples = study.genotypes->sample_count();
  sizes.source = RunSizes::Source::none;
  sizes.traits = 0;
  for (const Cohort& cohort : study.cohorts) {
    sizes.analysed.push_back(cohort.analysed());
    sizes.covariates = std::max(sizes.covariates, cohort.design.columns);
    sizes.snp_columns = snp_columns(cohort);
    sizes.traits += std::ssize(cohort.traits);
  }
  sizes.bytes_per_snp = study.genotypes->bytes_per_snp();
  const std::int64_t snps = study.genotypes->snp_count().value_or(PValueTally::kExact);
  // As kept, and once more for the median.
  sizes.gathered = 2 * kNumber * std::min(snps, PValueTally::kExact);
  if (options.results.plot) sizes.gathered += ManhattanPoints::kMostBytes;
  return sizes;
}

RunSizes sizes_of(const Study& study, const LmmOptions& options) {
  RunSizes sizes = sizes_of(study, static_cast<const ScanOptions&>(options));
  sizes.source = options.eigen_values.given() ? RunSizes::Source::eigen
                 : options.kinship.given()    ? RunSizes::Source::kinship
                                              : RunSizes::Source::genotypes;
  sizes.kind = options.kind;
  sizes.kinship_kept = kinship_samples_kept(study, options.kinship);
  if (may_decompose_few_snps(options)) sizes.kinship_snps = most_kinship_snps(study);
  sizes.leaves_out =
      options.loco_all || (!options.loco.empty() && sizes.source == RunSizes::Source::genotypes);
  sizes.residuals = options.residuals;
  sizes.permutations = options.permutations;
  constexpr std::int64_t kBeyondGrid = 3;  // the end of the grid, 0 and the null model's lambda
  sizes.lambdas = options.range.steps + kBeyondGrid;
  return sizes;
}

std::vector<MemoryPhase> gk_phases(KinshipKind kind, std::int64_t samples,
                                   std::int64_t bytes_per_snp) {
  return {{kinship_memory(kind, samples, samples, bytes_per_snp)}};
}

std::vector<MemoryPhase> eigen_phases(std::int64_t kinship_kept, std::int64_t analysed) {
  return {{kinship_input_memory(kinship_kept, analysed)}, {decomposing(analysed)}};
}

std::vector<MemoryPhase> lmm_phases(const RunSizes& sizes, std::int64_t chunk) {
  std::vector<MemoryPhase> phases;
  const auto kinship = [&](std::int64_t n) {
    return kinship_memory(sizes.kind, sizes.samples, n, sizes.bytes_per_snp);
  };
  // Of few SNPs, then with what stays of the genotypes.
  const auto add_few = [&](std::int64_t n, std::int64_t stays) {
    phases.push_back({factor_memory(sizes.kinship_snps, n), stays});
    phases.push_back(
        {factor_decomposition_memory(sizes.kinship_snps, n), kNumber * n * sizes.kinship_snps});
  };
  if (sizes.leaves_out) {
    const std::int64_t n = std::ranges::max(sizes.analysed), matrix = kNumber * n * n;
    if (are_few(sizes, n)) {
      add_few(n, kNumber * n * sizes.kinship_snps);
    } else {
      // The sum over all SNPs stays beside that over a chromosome's.
      phases = {{kinship(n), matrix}, {kinship(n)}, {decomposing(n), matrix}};
    }
  } else if (sizes.source != RunSizes::Source::none) {
    for (const std::int64_t n : sizes.analysed) {
      const std::int64_t vectors = kNumber * n * n;
      if (sizes.source == RunSizes::Source::eigen) {
        phases.push_back({MemoryPlan("reading U").add("as read", vectors), vectors});
      } else if (are_few(sizes, n)) {
        add_few(n, 0);
      } else {
        const bool given = sizes.source == RunSizes::Source::kinship;
        phases.push_back({given ? kinship_input_memory(sizes.kinship_kept, n) : kinship(n)});
        phases.push_back({decomposing(n), vectors});
      }
    }
  }
  if (!sizes.residuals) phases.push_back({scanning(sizes, chunk)});
  return phases;
}

namespace {

/// SNPs of a chunk where memory is not short.
std::int64_t usual_chunk(const RunSizes& sizes) {
  const auto chunk_of = [&](std::int64_t bytes) {
    const std::int64_t row = kNumber * std::ranges::max(sizes.analysed);
    return std::clamp(bytes / row, kUsualLeastSnps, kMostSnps);
  };
  for (std::int64_t bytes = kMostChunkBytes; bytes > kChunkBytes; bytes /= 2) {
    const std::vector<std::int64_t> totals = peaks(lmm_phases(sizes, chunk_of(bytes)));
    if (totals.back() < std::ranges::max(totals)) return chunk_of(bytes);
  }
  return chunk_of(kChunkBytes);
}

}  // namespace

std::int64_t scan_chunk(const RunSizes& sizes) {
  std::int64_t chunk = usual_chunk(sizes);
  const MemoryAllowance allowance = memory_allowance();
  const auto fits = [&] { return peaks(lmm_phases(sizes, chunk)).back() <= allowance.left(); };
  if (fits()) return chunk;
  for (chunk = kMostSnps; chunk > kLeastSnps && !fits();) chunk = std::max(chunk / 2, kLeastSnps);
  return chunk;
}

void check_memory(const std::function<std::vector<MemoryPhase>(double share)>& phases,
                  std::int64_t samples, const RunReport& report, const std::string& remedy) {
  const MemoryAllowance allowance = memory_allowance();
  const std::vector<MemoryPhase> all = phases(1);
  if (fit(all, allowance)) return report.say("memory: " + describe(all, allowance));

  double fits = 0, fails = 1;
  for (int i = 0; i < 40; ++i) {
    const double middle = (fits + fails) / 2;
    (fit(phases(middle), allowance) ? fits : fails) = middle;
  }
  const std::vector<std::int64_t> totals = peaks(all);
  const auto worst = std::ranges::max_element(totals);
  const MemoryPlan& plan = all[static_cast<std::size_t>(worst - totals.begin())].plan;
  const std::int64_t fitting = share_of(fits, samples);
  throw MemoryPlanError(fmt::format(
      "not enough memory: {}, of which a 32nd is to stay free. Most goes into {}; {} more would do"
      "{}{}{}",
      describe(all, allowance), plan.describe(), format_bytes(*worst - allowance.left()),
      fitting > 0 ? fmt::format(", or {} of the {} samples", fitting, samples) : "",
      remedy.empty() ? "" : ", or ", remedy));
}

void check_memory(const RunSizes& sizes, const RunReport& report) {
  const auto phases = [&sizes](double share) {
    const RunSizes part = share_of(share, sizes);
    return lmm_phases(part, scan_chunk(part));
  };
  RunSizes given = sizes;
  given.source = RunSizes::Source::eigen;
  const bool helps = sizes.source != given.source && sizes.source != RunSizes::Source::none &&
                     !sizes.leaves_out &&
                     fit(lmm_phases(given, scan_chunk(given)), memory_allowance());
  check_memory(phases, sizes.samples, report,
               helps ? "a decomposition made elsewhere (-d and -u)" : "");
}

}  // namespace loom::gwas
