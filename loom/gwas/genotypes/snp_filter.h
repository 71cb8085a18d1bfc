#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loom/gwas/genotypes/genotype_block.h"
#include "loom/gwas/tables/design_matrix.h"

// Which SNPs are analysed. The filters stand in GEMMA's order, each SNP being counted under the
// first that drops it, and all are computed on the analysed samples.
namespace loom::gwas {

/// What became of a SNP, in the order of the filters.
enum class SnpVerdict {
  kept,
  not_biallelic,     ///< more than two alleles
  other_chromosome,  ///< not on the chromosome that is asked for, or on the one that is left out
  not_listed,        ///< not in the list of SNPs to analyse
  missing,           ///< too many missing genotypes
  frequency,         ///< minor allele too rare
  monomorphic,       ///< every genotype is the same
  hardy_weinberg,    ///< too far from Hardy-Weinberg equilibrium
  collinear,         ///< explained by the covariates
};
inline constexpr int kSnpVerdicts = 9;

/// "missing genotypes", "allele frequency"...: what a SNP was dropped by.
std::string_view name(SnpVerdict verdict);

struct SnpThresholds {
  double max_missing = 0.05;  ///< drops where missing / samples is above
  double min_maf = 0.01;   ///< drops where the frequency of allele1 is below, or above 1 - min_maf
  double min_hwe_p = 0;    ///< drops where the exact test's p is below; 0 = no test
  double max_r2 = 0.9999;  ///< see `CovariateFit`; 1 = no filter
  /// False (GEMMA's -notsnp) turns off the filters by frequency and by Hardy-Weinberg equilibrium.
  bool population_filters = true;
};

/// A verdict, and the number that the filter compared with its threshold.
struct Judgement {
  SnpVerdict verdict = SnpVerdict::kept;
  double value = 0;
};

/// The judgement of the filters that need nothing but a summary of the genotypes: all but
/// not_biallelic, other_chromosome, not_listed and collinear.
Judgement judge(const SnpSummary& summary, const SnpThresholds& thresholds);

/// How much of a SNP the covariates explain; for max_r2, which applies where W has more than one
/// column.
class CovariateFit {
 public:
  /// `design` must have full rank, see `check_design`. Throws LinAlgError where W'W is singular.
  explicit CovariateFit(const DesignMatrix& design);

  /// Whether there is anything but an intercept to be compared with.
  bool applies() const { return design_.columns > 1; }

  /// x' W (W'W)^-1 W' x / x'x, not centred. `x`: the imputed copies of allele1 of the analysed
  /// samples, one number for each row of W, not all zero.
  double r2(std::span<const double> x) const;

 private:
  DesignMatrix design_;
  std::vector<double> cholesky_;  ///< lower triangle L of W'W = L L', row-major
};

/// How many SNPs met which verdict.
class FilterReport {
 public:
  /// By SnpVerdict.
  using Counts = std::array<std::int64_t, kSnpVerdicts>;

  FilterReport() = default;
  explicit FilterReport(const Counts& counts) : counts_(counts) {}
  const Counts& counts() const { return counts_; }

  void add(SnpVerdict verdict) { ++counts_[static_cast<std::size_t>(verdict)]; }
  std::int64_t count(SnpVerdict verdict) const {
    return counts_[static_cast<std::size_t>(verdict)];
  }
  std::int64_t kept() const { return count(SnpVerdict::kept); }
  std::int64_t total() const;
  FilterReport& operator+=(const FilterReport& other);
  /// "1458 by allele frequency, 3 by missing genotypes"; empty where none was dropped.
  std::string dropped() const;

 private:
  Counts counts_{};
};

}  // namespace loom::gwas
