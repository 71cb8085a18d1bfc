#include "loom/gwas/cohort_scan.h"

#include <algorithm>
#include <functional>

#include "loom/gwas/genotypes/hard_calls.h"
#include "loom/ops/manipulation.h"
#include "loom/support/progress.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

/// The columns that all SNPs of a cohort share: covariates and phenotypes, float64 (n, c + t).
Array fixed_columns(const Cohort& cohort) {
  std::vector<Array> columns = {cohort.design_array()};
  for (const Trait& trait : cohort.traits) {
    columns.push_back(Array::from(trait.values, Dims{cohort.analysed(), 1}));
  }
  return concat(columns, 1);
}

}  // namespace

Array columns_of(const Cohort& cohort, const SnpChunk& chunk, const Array& samples) {
  const Array x = centred(chunk.genotypes, chunk.summaries, samples);
  if (cohort.environment.empty()) return x;
  const std::int64_t snps = x.shape(0), n = x.shape(1);
  const Array columns = Array::empty({snps * 2, n});
  parallel_for(snps, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t snp = begin; snp < end; ++snp) {
      const double* from = x.data<double>() + snp * n;
      double* to = columns.data<double>() + snp * 2 * n;
      std::copy_n(from, n, to);
      std::transform(from, from + n, cohort.environment.begin(), to + n, std::multiplies());
    }
  });
  return columns;
}

void describe_snps(const SnpChunk& chunk, std::span<AssociationRow> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const SnpSummary& summary = chunk.summaries[i];
    rows[i].snp = static_cast<std::int64_t>(i);
    rows[i].n_miss = summary.counts.missing;
    rows[i].n_obs = summary.counts.observed();
    rows[i].af = summary.allele1_frequency();
  }
}

TraitScan::TraitScan(const Cohort& cohort, const Trait& trait, const Coordinates& coordinates,
                     const LmmOptions& options)
    : trait_(trait),
      model_(rotate_model(coordinates, cohort.design_array(), Array::from(trait.values))),
      grid_(lambda_grid(options.range, model_.columns.largest_eigenvalue())),
      null_(fit_null_model(model_.columns, grid_)),
      scan_(model_, null_, grid_, options.test) {
  if (options.permutations > 0) {
    permutations_.emplace(model_, coordinates.basis(), null_.reml.lambda, options.permutations,
                          options.seed);
  }
}

std::vector<AssociationRow> TraitScan::test(const SnpChunk& chunk, const Array& x) {
  ScanResult result = scan_.test(x);
  describe_snps(chunk, result.rows);
  outcomes_ += result.outcomes;
  return std::move(result.rows);
}

CohortScan::CohortScan(const Study& study, const Cohort& cohort, KeptDecomposition kept,
                       const LmmOptions& options, DropSink drops)
    : cohort_(cohort),
      kinship_snps_(kept.snps),
      coordinates_(std::move(kept.eigen), fixed_columns(cohort), snp_columns(cohort)),
      selector_(study, cohort, options.thresholds, std::move(drops),
                {.chromosome = options.loco, .among = options.chromosomes}),
      samples_(study.genotypes->sample_count(), cohort.selection.samples) {
  if (coordinates_.complete()) rotation_.emplace(coordinates_.basis());
  for (const Trait& trait : cohort.traits) {
    traits_.push_back(std::make_unique<TraitScan>(cohort, trait, coordinates_, options));
  }
}

// Every SNP goes its own way, packed or not, whatever others are in the chunk: results do not
// depend on how SNPs are cut into chunks.
Array CohortScan::rotated_genotypes(const SnpChunk& chunk) const {
  const GenotypeBlock& block = chunk.genotypes;
  if (!rotation_->by_integers()) {
    return rotation_->of(centred(block, chunk.summaries, selector_.samples()));
  }
  const Array packed = rotation_->of(unpack_calls(block.packed, samples_));
  if (block.all_packed()) return packed;

  std::vector<std::int64_t> dosages;
  std::vector<SnpSummary> summaries;
  for (std::int64_t snp = 0; snp < block.size(); ++snp) {
    const auto at = static_cast<std::size_t>(snp);
    if (block.places[at].kind != GenotypeKind::dosage) continue;
    dosages.push_back(snp);
    summaries.push_back(chunk.summaries[at]);
  }
  const Array others =
      rotation_->of(centred(select(block, dosages), summaries, selector_.samples()));
  const std::int64_t n = others.shape(1);
  Array all = Array::empty({block.size(), n});
  for (std::int64_t snp = 0; snp < block.size(); ++snp) {
    const GenotypeBlock::Place place = block.places[static_cast<std::size_t>(snp)];
    const Array& from = place.kind == GenotypeKind::packed ? packed : others;
    std::copy_n(from.data<double>() + place.row * n, n, all.data<double>() + snp * n);
  }
  return all;
}

Array CohortScan::rotated(const SnpChunk& chunk) const {
  const std::int64_t k = snp_columns(cohort_);
  if (coordinates_.complete() && k == 1) return rotated_genotypes(chunk);
  const Array columns = columns_of(cohort_, chunk, selector_.samples());
  const Array x = coordinates_.complete() ? rotation_->of(columns) : coordinates_.of_snps(columns);
  return reshape(x, {chunk.size(), k, x.shape(1)});
}

void CohortScan::test(const GenotypeBlock& block, AssociationOutputs& outputs) {
  const SnpChunk chunk = selector_.select(block);
  if (chunk.size() == 0) return;
  const double start = now_seconds();
  const Array x = rotated(chunk);
  const double rotated = now_seconds();
  for (const auto& trait : traits_) {
    const std::vector<AssociationRow> rows = trait->test(chunk, x);
    outputs.append(trait->trait(), chunk.genotypes.snps, rows);
    if (trait->permutations()) {
      outputs.permutations(trait->trait().number)
          .add(*trait->permutations(), x, chunk.genotypes.snps, rows);
    }
  }
  rotation_seconds_ += rotated - start;
  search_seconds_ += now_seconds() - rotated;
}

}  // namespace loom::gwas
