#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "loom/gwas/genotypes/genotype_block.h"

// Linkage disequilibrium: how much of one SNP is known from another.
namespace loom::gwas {

/// r2 of the alleles on a haplotype, from the genotypes of two SNPs: counts[3 a + b] samples have a
/// copies of the one's allele and b of the other's. The frequency of the haplotype with both is the
/// one that makes the genotypes most likely, of which those heterozygous in both SNPs do not say it
/// (a root of the cubic in W. G. Hill, "Estimation of linkage disequilibrium in randomly mating
/// populations", Heredity 33, 1974). 0 where a SNP does not vary.
double haplotype_r2(const std::array<std::int64_t, 9>& counts);

/// The genotypes of one SNP, kept.
class LinkedSnp {
 public:
  /// SNP `snp` of a block, which is not of kind none.
  LinkedSnp(const GenotypeBlock& block, std::int64_t snp);

  /// r2 with another SNP among those of `samples`, rows of the data set, that have a genotype in
  /// both: haplotype_r2 where both are hard calls, else the squared correlation of the copies.
  double r2(const LinkedSnp& other, std::span<const std::int64_t> samples) const;

 private:
  /// The copies of sample `i`; NaN where missing.
  double copies(std::int64_t i) const;

  std::vector<std::uint8_t> packed_;  ///< of hard calls
  std::vector<double> dosages_;       ///< of others
};

}  // namespace loom::gwas
