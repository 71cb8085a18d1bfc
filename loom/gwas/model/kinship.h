#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loom/dispatch/memory_plan.h"
#include "loom/gwas/genotypes/chromosomes.h"
#include "loom/gwas/genotypes/snp_selector.h"
#include "loom/gwas/model/kinship_sum.h"
#include "loom/support/monitor.h"

namespace loom::gwas {

/// What GEMMA's -gk numbers mean.
enum class KinshipKind { centred = 1, standardised = 2 };

/// The SNPs of `block` as a kinship matrix takes them, float64 (SNPs, samples); `all` are all
/// samples of the data set. See KinshipTotal.
Array kinship_genotypes(const GenotypeBlock& block, const Array& all, const Array& samples,
                        KinshipKind kind);

/// Which SNPs a kinship matrix is made of that leaves out a chromosome; empty = none.
SnpChoice kinship_choice(const Study& study, const std::string& left_out = {});

/// Throws Error where the SNPs of all chromosomes but `left_out` are none.
void check_snps_left(std::int64_t snps, const std::string& left_out);

/// Sums of x x' over SNPs, for kinship matrices K = sum x x' / p. The genotypes x of a SNP are
/// centred on its mean over all samples of the data set, with missing genotypes at the mean, and
/// under standardised divided by the root of its variance, sum (g - mean)^2 / n, unless that is 0
/// (Zhou and Stephens, Nature Genetics 44, 2012). Hard calls that are only centred are summed by
/// KinshipSum, all others by products of float64 matrices.
class KinshipTotal {
 public:
  /// Of the `samples`, int64 rows of the data set. Throws MemoryPlanError.
  KinshipTotal(const Study& study, KinshipKind kind, Array samples);

  void add(const GenotypeBlock& snps);
  std::int64_t snps() const { return snps_; }
  /// Ends the sum: float64 (n, n).
  Array finish();

 private:
  void add_calls(const GenotypeBlock& snps);
  void add_numbers(const GenotypeBlock& snps);

  KinshipKind kind_;
  Array all_;
  Array samples_;
  SampleSubset subset_;
  std::optional<KinshipSum> calls_;
  std::optional<Array> numbers_;
  std::int64_t snps_ = 0;
};

struct Kinship {
  Array matrix;         ///< float64 (n, n) of the samples asked for
  FilterReport filter;  ///< what became of the SNPs; `filter.kept()` entered the matrix
};

/// What a kinship matrix of `analysed` of `samples` takes, where a SNP takes `bytes_per_snp` as it
/// is read (see GenotypeReader).
MemoryPlan kinship_memory(KinshipKind kind, std::int64_t samples, std::int64_t analysed,
                          std::int64_t bytes_per_snp);

/// K of `samples` from the SNPs that pass the filters on the analysed samples of `cohort`, those on
/// the chromosome `left_out` excepted. Reads the data set from its first SNP on. Its SNPs are the
/// steps of the phase "kinship". Throws Error where no SNP passes, ValueError for a chromosome that
/// the data set does not have, MemoryPlanError, CancelledError.
Kinship kinship(const Study& study, const Cohort& cohort, const SnpThresholds& thresholds,
                KinshipKind kind, const Array& samples, const Monitor& monitor = {},
                DropSink drops = {}, const std::string& left_out = {});

/// The kinship matrices of a cohort's analysed samples without the SNPs of one chromosome, for one
/// chromosome after the other: centring is a matter of each SNP, so that the sum over all SNPs less
/// that over the chromosome's is the sum over the others. In memory are the former and one of the
/// latter.
class LeaveOneOutKinship {
 public:
  /// Reads the data set for the sum over all SNPs. What is passed must outlive this. Throws as
  /// `kinship` does; Error where the SNPs of a chromosome do not follow each other.
  LeaveOneOutKinship(const Study& study, const Cohort& cohort, const SnpThresholds& thresholds,
                     KinshipKind kind, const Monitor& monitor);

  const std::vector<Chromosome>& chromosomes() const { return chromosomes_; }
  struct Part {
    Array matrix;           ///< float64 (n, n)
    std::int64_t snps = 0;  ///< that entered it
  };
  /// Reads the chromosome again. Throws Error where no SNP is left.
  Part without(const Chromosome& chromosome) const;

 private:
  const Study& study_;
  const Cohort& cohort_;
  SnpThresholds thresholds_;
  KinshipKind kind_;
  const Monitor& monitor_;
  std::vector<Chromosome> chromosomes_;
  Array total_;  ///< over all SNPs
  std::int64_t snps_ = 0;
};

}  // namespace loom::gwas
