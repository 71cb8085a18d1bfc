#include "loom/gwas/genotypes/snp_selector.h"

#include <fmt/format.h>

#include <limits>

#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kSnpsPerPiece = 16;

/// The SNPs of `chunk` at `places`.
SnpChunk part_of(const GenotypeBlock& block, std::span<const SnpSummary> summaries,
                 std::span<const std::int64_t> places) {
  SnpChunk part{select(block, places), {}};
  for (const std::int64_t i : places)
    part.summaries.push_back(summaries[static_cast<std::size_t>(i)]);
  return part;
}

}  // namespace

void check_any_kept(const FilterReport& report) {
  if (report.kept() > 0) return;
  throw Error(fmt::format("no SNP passes the filters: all {} are dropped, {}", report.total(),
                          report.dropped()));
}

Array centred(const GenotypeBlock& block, std::span<const SnpSummary> summaries,
              const Array& samples) {
  std::vector<GenotypeScale> scales;
  for (const SnpSummary& summary : summaries) scales.push_back({summary.mean(), summary.mean(), 1});
  return scaled(block, scales, samples);
}

SnpSelector::SnpSelector(const Study& study, const Cohort& cohort, const SnpThresholds& thresholds,
                         DropSink drops, SnpChoice choice)
    : study_(study),
      thresholds_(thresholds),
      drops_(std::move(drops)),
      choice_(std::move(choice)),
      covariate_fit_(cohort.design),
      analysed_(cohort.samples()) {}

Judgement SnpSelector::judge_snp(const GenotypeBlock& block, std::int64_t snp,
                                 const SnpSummary& summary) const {
  const auto at = static_cast<std::size_t>(snp);
  if (block.places[at].kind == GenotypeKind::none) return {SnpVerdict::not_biallelic, kNaN};
  const Snp& variant = block.snps[at];
  if (!choice_.takes_chromosome_of(variant)) return {SnpVerdict::other_chromosome, kNaN};
  if (!choice_.lists(variant) || (study_.snp_list && !study_.snp_list->contains(variant.id))) {
    return {SnpVerdict::not_listed, kNaN};
  }
  return judge(summary, thresholds_);
}

// What covariates explain, where that is too much.
void SnpSelector::judge_collinearity(const SnpChunk& chunk,
                                     std::vector<Judgement>& judgements) const {
  std::vector<GenotypeScale> scales;
  for (const SnpSummary& summary : chunk.summaries) scales.push_back({0, summary.mean(), 1});
  const Array imputed = scaled(chunk.genotypes, scales, analysed_);
  judgements.resize(static_cast<std::size_t>(chunk.size()));
  parallel_for(chunk.size(), kSnpsPerPiece, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const double r2 = covariate_fit_.r2({imputed.data<double>() + i * imputed.shape(1),
                                           static_cast<std::size_t>(imputed.shape(1))});
      if (r2 > thresholds_.max_r2) {
        judgements[static_cast<std::size_t>(i)] = {SnpVerdict::collinear, r2};
      }
    }
  });
}

void SnpSelector::record(const Snp& snp, const Judgement& judgement) {
  report_.add(judgement.verdict);
  if (drops_ && judgement.verdict != SnpVerdict::kept) {
    drops_(snp, judgement.verdict, judgement.value);
  }
}

SnpChunk SnpSelector::select(const GenotypeBlock& block) {
  const std::vector<SnpSummary> summaries = summarise(block, analysed_);
  std::vector<std::int64_t> passed;
  std::vector<Judgement> judgements;
  for (std::int64_t i = 0; i < block.size(); ++i) {
    judgements.push_back(judge_snp(block, i, summaries[static_cast<std::size_t>(i)]));
    if (judgements.back().verdict == SnpVerdict::kept) passed.push_back(i);
  }
  SnpChunk chunk = part_of(block, summaries, passed);
  // A share above 1 is rounding: a threshold of 1 keeps every SNP.
  if (covariate_fit_.applies() && thresholds_.max_r2 < 1 && !passed.empty()) {
    std::vector<Judgement> second;
    judge_collinearity(chunk, second);
    std::vector<std::int64_t> remaining;
    for (std::size_t k = 0; k < passed.size(); ++k) {
      judgements[static_cast<std::size_t>(passed[k])] = second[k];
      if (second[k].verdict == SnpVerdict::kept) remaining.push_back(static_cast<std::int64_t>(k));
    }
    if (remaining.size() < passed.size()) {
      chunk = part_of(chunk.genotypes, chunk.summaries, remaining);
    }
  }
  for (std::int64_t i = 0; i < block.size(); ++i) {
    record(block.snps[static_cast<std::size_t>(i)], judgements[static_cast<std::size_t>(i)]);
  }
  return chunk;
}

}  // namespace loom::gwas
