#include "loom/gwas/genotypes/snp_filter.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "loom/gwas/genotypes/hwe.h"
#include "loom/support/error.h"

namespace loom::gwas {

std::string_view name(SnpVerdict verdict) {
  static constexpr std::array<std::string_view, kSnpVerdicts> kNames = {
      "kept",
      "having more than two alleles",
      "chromosome",
      "the list of SNPs",
      "missing genotypes",
      "allele frequency",
      "lack of variation",
      "Hardy-Weinberg test",
      "collinearity with covariates"};
  return kNames[static_cast<std::size_t>(verdict)];
}

Judgement judge(const SnpSummary& summary, const SnpThresholds& thresholds) {
  const GenotypeCounts& counts = summary.counts;
  const double missing = static_cast<double>(counts.missing) / static_cast<double>(counts.total());
  if (missing > thresholds.max_missing) return {SnpVerdict::missing, missing};

  // NaN where every genotype is missing: such a SNP falls through to monomorphic.
  const double frequency = summary.allele1_frequency();
  if (thresholds.population_filters &&
      (frequency < thresholds.min_maf || frequency > 1 - thresholds.min_maf)) {
    return {SnpVerdict::frequency, frequency};
  }
  if (!summary.varies) return {SnpVerdict::monomorphic, frequency};
  if (thresholds.population_filters && thresholds.min_hwe_p != 0) {
    const double p = hardy_weinberg_p(counts);
    if (p < thresholds.min_hwe_p) return {SnpVerdict::hardy_weinberg, p};
  }
  return {};
}

CovariateFit::CovariateFit(const DesignMatrix& design)
    : design_(design), cholesky_(static_cast<std::size_t>(design.columns * design.columns)) {
  const auto c = static_cast<std::size_t>(design_.columns);
  const std::vector<double>& w = design_.values;
  for (std::size_t i = 0; i < c; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = 0;
      for (std::size_t row = 0; row < w.size(); row += c) sum += w[row + i] * w[row + j];
      for (std::size_t k = 0; k < j; ++k) sum -= cholesky_[i * c + k] * cholesky_[j * c + k];
      if (i == j && !(sum > 0))
        throw LinAlgError("[lmm] covariates are collinear: W'W is singular");
      cholesky_[i * c + j] = i == j ? std::sqrt(sum) : sum / cholesky_[j * c + j];
    }
  }
}

double CovariateFit::r2(std::span<const double> x) const {
  const auto c = static_cast<std::size_t>(design_.columns);
  const double* w = design_.values.data();
  double length2 = 0;
  std::vector<double> along(c);
  for (std::size_t row = 0; row < x.size(); ++row) {
    length2 += x[row] * x[row];
    for (std::size_t i = 0; i < c; ++i) along[i] += x[row] * w[row * c + i];
  }
  // With W'x = b, the numerator b'(L L')^-1 b is the squared length of L^-1 b.
  double explained = 0;
  for (std::size_t i = 0; i < c; ++i) {
    for (std::size_t k = 0; k < i; ++k) along[i] -= cholesky_[i * c + k] * along[k];
    along[i] /= cholesky_[i * c + i];
    explained += along[i] * along[i];
  }
  return explained / length2;
}

std::string FilterReport::dropped() const {
  std::string list;
  for (int i = 1; i < kSnpVerdicts; ++i) {
    const auto verdict = static_cast<SnpVerdict>(i);
    if (count(verdict) == 0) continue;
    list += fmt::format("{}{} by {}", list.empty() ? "" : ", ", count(verdict), name(verdict));
  }
  return list;
}

FilterReport& FilterReport::operator+=(const FilterReport& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  return *this;
}

std::int64_t FilterReport::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

}  // namespace loom::gwas
