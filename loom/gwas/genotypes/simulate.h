#pragma once

#include <cstdint>
#include <string>

namespace loom::gwas {

/// A data set to be made up; see `simulate`.
struct SimulateOptions {
  std::int64_t samples = 1000;    ///< 1 to 10^12
  std::int64_t snps = 10000;      ///< 1 to 10^12
  std::int64_t chromosomes = 20;  ///< that the SNPs are spread over evenly, cut to `snps`
  std::int64_t populations = 3;   ///< of equal size, up to one sample; 1 to 65,536
  double fst = 0.05;              ///< how far the populations have drifted apart, in [0, 1)
  double min_maf = 0.05;          ///< range of the frequency of allele1 in the common ancestors of
  double max_maf = 0.5;           ///< the populations, in (0, 0.5]
  double missing_rate = 0.01;     ///< chance of a genotype to be missing, in [0, 1)
  double heritability = 0.5;      ///< share of the phenotype's variance that is genetic, in [0, 1]
  std::int64_t causal_snps = 20;  ///< SNPs that make the genetic part
  std::uint64_t seed = 1;
};

/// Writes PREFIX.bed, PREFIX.bim, PREFIX.fam with a phenotype, and PREFIX.causal.txt: a line "id
/// effect" with header for each causal SNP, the effect being that of one copy of allele1 on the
/// phenotype.
///
/// Populations follow Balding and Nichols (Genetica 96, 1995): with p the frequency of a SNP in the
/// ancestors, uniform on the range of `min_maf` and `max_maf`, it is Beta(p (1-F)/F, (1-p) (1-F)/F)
/// in each population (F = fst); within one, genotypes are binomial. The effects of causal SNPs are
/// normal, divided by sqrt(2 q (1-q)) with q the frequency in the sample, and scaled so that the
/// genetic part has exactly the variance `heritability` among the samples; noise is normal with
/// variance 1 - heritability.
///
/// The files depend on the options alone, never on the number of threads. Throws ValueError for
/// options out of range, MemoryPlanError, IoError.
void simulate(const std::string& prefix, const SimulateOptions& options);

}  // namespace loom::gwas
