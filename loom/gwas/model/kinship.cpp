#include "loom/gwas/model/kinship.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "loom/dispatch/memory_plan.h"
#include "loom/gwas/genotypes/block_feed.h"
#include "loom/ops/creation.h"
#include "loom/ops/linalg.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

double mean_of(const SnpSummary& all) { return all.counts.observed() == 0 ? 0 : all.mean(); }

/// Centred on the mean of all samples, which is what is missing.
GenotypeScale scale_of(const SnpSummary& all, KinshipKind kind) {
  const auto n = static_cast<double>(all.counts.total());
  const double mean = mean_of(all);
  GenotypeScale scale{mean, mean, 1};
  if (kind == KinshipKind::standardised) {
    const auto missing = static_cast<double>(all.counts.missing);
    const double variance = (all.squares + missing * mean * mean) / n - mean * mean;
    if (variance > 0) scale.factor = 1 / std::sqrt(variance);
  }
  return scale;
}

SampleSubset subset_of(std::int64_t sample_count, const Array& samples) {
  const std::span<const std::int64_t> rows = samples.span<std::int64_t>();
  return SampleSubset(sample_count, {rows.begin(), rows.end()});
}

/// Calls f(i, element) for each element i of a matrix, to change it where it is.
template <class F>
void for_each_element(const Array& matrix, F f) {
  constexpr std::int64_t kGrain = 1 << 16;
  double* const elements = matrix.data<double>();
  parallel_for(matrix.size(), kGrain, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) f(i, elements[i]);
  });
}

void add_to(const Array& sum, const Array& matrix) {
  const double* const from = matrix.data<double>();
  for_each_element(sum, [=](std::int64_t i, double& element) { element += from[i]; });
}

/// The SNPs of a block that are kept as numbers.
GenotypeBlock numbers_of(const GenotypeBlock& block) {
  std::vector<std::int64_t> which;
  for (std::size_t i = 0; i < block.places.size(); ++i) {
    if (block.places[i].kind == GenotypeKind::dosage) which.push_back(static_cast<std::int64_t>(i));
  }
  return select(block, which);
}

/// How many SNPs are read at a time: enough for the product to run at full speed, so few that they
/// stay small beside the matrix. Free memory does not count, because where sums of real numbers are
/// cut changes their last bits.
std::int64_t kinship_chunk(std::int64_t samples) {
  return std::clamp<std::int64_t>(2 * samples, 1024, 4096);
}

}  // namespace

MemoryPlan kinship_memory(KinshipKind kind, std::int64_t samples, std::int64_t analysed,
                          std::int64_t bytes_per_snp) {
  constexpr std::int64_t kNumber = sizeof(double);
  const std::int64_t n = analysed, matrix = kNumber * n * n;
  const bool calls = kind == KinshipKind::centred;
  const bool numbers = !calls || bytes_per_snp >= kNumber * samples;
  const std::int64_t snp =
      kBlocksHeld * bytes_per_snp + (calls ? n : 0) + (numbers ? kNumber * n : 0);
  return MemoryPlan("kinship")
      .add("sum", (calls ? KinshipSum::bytes(n) : 0) + (numbers ? matrix : 0))
      .add("product", numbers ? matrix : 0)
      .add("genotypes", kinship_chunk(n) * snp);
}

Array kinship_genotypes(const GenotypeBlock& block, const Array& all, const Array& samples,
                        KinshipKind kind) {
  std::vector<GenotypeScale> scales;
  for (const SnpSummary& summary : summarise(block, all)) scales.push_back(scale_of(summary, kind));
  return scaled(block, scales, samples);
}

SnpChoice kinship_choice(const Study& study, const std::string& left_out) {
  return {left_out, true, study.kinship_list ? &*study.kinship_list : nullptr};
}

void check_snps_left(std::int64_t snps, const std::string& left_out) {
  if (snps > 0) return;
  throw Error(
      fmt::format("[loco] no SNP is left for the kinship matrix without chromosome {}", left_out));
}

KinshipTotal::KinshipTotal(const Study& study, KinshipKind kind, Array samples)
    : kind_(kind),
      all_(study.all_samples()),
      samples_(std::move(samples)),
      subset_(subset_of(all_.size(), samples_)) {
  kinship_memory(kind, all_.size(), samples_.size(), study.genotypes->bytes_per_snp()).check();
  if (kind == KinshipKind::centred) calls_.emplace(samples_.size());
}

void KinshipTotal::add(const GenotypeBlock& snps) {
  if (!calls_) {
    add_numbers(snps);
  } else {
    add_calls(snps);
    if (!snps.all_packed()) add_numbers(numbers_of(snps));
  }
  snps_ += snps.size();
}

void KinshipTotal::add_calls(const GenotypeBlock& snps) {
  if (snps.packed.shape(0) == 0) return;
  HardCalls calls = unpack_calls(snps.packed, subset_);
  const std::vector<SnpSummary> summaries = summarise(snps, all_);
  for (std::size_t i = 0; i < summaries.size(); ++i) {
    const auto [kind, row] = snps.places[i];
    if (kind == GenotypeKind::packed) calls.means[row] = mean_of(summaries[i]);
  }
  calls_->add(calls);
}

void KinshipTotal::add_numbers(const GenotypeBlock& snps) {
  if (snps.size() == 0) return;
  const Array x = kinship_genotypes(snps, all_, samples_, kind_);
  const Array product = matmul(transpose(x), x);
  if (numbers_)
    add_to(*numbers_, product);
  else
    numbers_ = product;
}

Array KinshipTotal::finish() {
  if (!calls_) return numbers_ ? *numbers_ : zeros({samples_.size(), samples_.size()});
  const Array sum = calls_->finish();
  if (numbers_) add_to(sum, *numbers_);
  return sum;
}

Kinship kinship(const Study& study, const Cohort& cohort, const SnpThresholds& thresholds,
                KinshipKind kind, const Array& samples, const Monitor& monitor, DropSink drops,
                const std::string& left_out) {
  KinshipTotal total(study, kind, samples);
  SnpSelector selector(study, cohort, thresholds, std::move(drops),
                       kinship_choice(study, left_out));
  ChromosomeFinder chromosomes;
  read_all(*study.genotypes, kinship_chunk(samples.size()), "kinship", monitor,
           [&](const GenotypeBlock& block) {
             chromosomes.add(block.snps);
             total.add(selector.select(block).genotypes);
           });
  if (!left_out.empty()) find_chromosome(chromosomes.found(), left_out);
  check_any_kept(selector.report());
  Kinship result{total.finish(), selector.report()};
  const auto snps = static_cast<double>(total.snps());
  for_each_element(result.matrix, [=](std::int64_t, double& element) { element /= snps; });
  return result;
}

LeaveOneOutKinship::LeaveOneOutKinship(const Study& study, const Cohort& cohort,
                                       const SnpThresholds& thresholds, KinshipKind kind,
                                       const Monitor& monitor)
    : study_(study), cohort_(cohort), thresholds_(thresholds), kind_(kind), monitor_(monitor) {
  KinshipTotal total(study, kind, cohort.samples());
  SnpSelector selector(study, cohort, thresholds, {}, kinship_choice(study));
  ChromosomeFinder chromosomes;
  read_all(*study.genotypes, kinship_chunk(cohort.analysed()), "kinship", monitor,
           [&](const GenotypeBlock& block) {
             chromosomes.add(block.snps);
             chromosomes.contiguous();
             total.add(selector.select(block).genotypes);
           });
  check_any_kept(selector.report());
  chromosomes_ = chromosomes.contiguous();
  snps_ = total.snps();
  total_ = total.finish();
}

LeaveOneOutKinship::Part LeaveOneOutKinship::without(const Chromosome& chromosome) const {
  KinshipTotal total(study_, kind_, cohort_.samples());
  SnpSelector selector(study_, cohort_, thresholds_, {}, kinship_choice(study_));
  read_chromosome(*study_.genotypes, chromosome, kinship_chunk(cohort_.analysed()),
                  "kinship of chromosome " + chromosome.name, monitor_,
                  [&](const GenotypeBlock& block) { total.add(selector.select(block).genotypes); });
  Part part{total.finish(), snps_ - total.snps()};
  check_snps_left(part.snps, chromosome.name);
  const double* const all = total_.data<double>();
  const auto snps = static_cast<double>(part.snps);
  for_each_element(part.matrix,
                   [=](std::int64_t i, double& element) { element = (all[i] - element) / snps; });
  return part;
}

}  // namespace loom::gwas
