#pragma once

#include <functional>
#include <vector>

#include "loom/gwas/genotypes/chromosome_list.h"
#include "loom/gwas/genotypes/genotype_block.h"
#include "loom/gwas/genotypes/snp_filter.h"
#include "loom/gwas/genotypes/study.h"

namespace loom::gwas {

/// SNPs of a block that passed the filters.
struct SnpChunk {
  GenotypeBlock genotypes;
  std::vector<SnpSummary> summaries;  ///< among the analysed samples

  std::int64_t size() const { return genotypes.size(); }
};

/// The SNPs that a pass over the data set is for, of those that the study lists.
struct SnpChoice {
  std::string chromosome;  ///< empty = all of them
  bool others = false;     ///< the SNPs of all chromosomes but that
  /// Names; null = all.
  const std::unordered_set<std::string>* listed = nullptr;
  ChromosomeList among = {};  ///< the SNPs of these chromosomes

  bool takes_chromosome_of(const Snp& snp) const {
    return (chromosome.empty() || (snp.chromosome == chromosome) != others) &&
           among.contains(snp.chromosome);
  }
  bool lists(const Snp& snp) const { return listed == nullptr || listed->contains(snp.id); }
};

/// Told of every SNP that is dropped, with the number that failed the filter (NaN where the filter
/// looks at none).
using DropSink = std::function<void(const Snp& snp, SnpVerdict verdict, double value)>;

/// Applies the filters to blocks of SNPs, on the analysed samples of one cohort.
class SnpSelector {
 public:
  /// `study`, `cohort` and the list of `choice` must outlive this.
  SnpSelector(const Study& study, const Cohort& cohort, const SnpThresholds& thresholds,
              DropSink drops = {}, SnpChoice choice = {});

  /// The SNPs of `block` that pass; there may be none.
  SnpChunk select(const GenotypeBlock& block);
  const FilterReport& report() const { return report_; }
  /// Goes on counting from there.
  void resume(const FilterReport& report) { report_ = report; }
  /// The analysed samples, as an int64 array.
  const Array& samples() const { return analysed_; }

 private:
  Judgement judge_snp(const GenotypeBlock& block, std::int64_t snp,
                      const SnpSummary& summary) const;
  void judge_collinearity(const SnpChunk& chunk, std::vector<Judgement>& judgements) const;
  void record(const Snp& snp, const Judgement& judgement);

  const Study& study_;
  SnpThresholds thresholds_;
  DropSink drops_;
  SnpChoice choice_;
  CovariateFit covariate_fit_;
  Array analysed_;
  FilterReport report_;
};

/// Throws Error with what dropped them where no SNP passed the filters.
void check_any_kept(const FilterReport& report);

/// Centred SNPs with missing genotypes at the mean, both over the samples of `summaries`: float64
/// (p, samples). Centring changes no statistic of a model with an intercept, and keeps sums free of
/// cancellation.
Array centred(const GenotypeBlock& block, std::span<const SnpSummary> summaries,
              const Array& samples);

}  // namespace loom::gwas
