#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "loom/array/array.h"
#include "loom/gwas/genotypes/genotype_counts.h"
#include "loom/gwas/genotypes/snp.h"

namespace loom::gwas {

/// How the genotypes of a SNP are kept.
enum class GenotypeKind : std::uint8_t {
  packed,  ///< 0, 1, 2 or missing in two bits, as in a .bed file
  dosage,  ///< any number of copies from 0 to 2
  none,    ///< not to be analysed: more than two alleles
};

/// Genotypes of SNPs that follow each other in a data set, of all its n samples. A SNP whose
/// genotypes are all 0, 1, 2 or missing is packed whatever its file said, so that the same
/// genotypes give the same bits from every format.
struct GenotypeBlock {
  /// Where a SNP's genotypes are: a row of `packed` or of `dosages`.
  struct Place {
    GenotypeKind kind = GenotypeKind::none;
    std::int64_t row = 0;
  };

  std::vector<Snp> snps;
  std::vector<Place> places;  ///< one for each SNP
  Array
      packed;  ///< uint8 (packed SNPs, ceil(n / 4)), rows as those of a .bed file; may be borrowed
  Array dosages;  ///< float64 (SNPs with dosages, n), copies of allele1; NaN is missing

  std::int64_t size() const { return std::ssize(snps); }
  bool all_packed() const { return packed.shape(0) == size(); }
};

/// A block of SNPs that were all read as numbers: `copies` is float64 (p, n), copies of allele1 of
/// each SNP, NaN where missing. SNPs without a number between are packed. `usable` says which SNPs
/// have two alleles; empty = all.
GenotypeBlock block_of(std::vector<Snp> snps, const Array& copies,
                       std::span<const bool> usable = {});

/// A block of packed SNPs.
GenotypeBlock block_of_packed(std::vector<Snp> snps, const Array& packed);

/// The SNPs `which` of a block, ascending, in memory of its own.
GenotypeBlock select(const GenotypeBlock& block, std::span<const std::int64_t> which);

/// What filters and imputation want to know of a SNP among some samples.
struct SnpSummary {
  /// Of dosages, those nearest to each count: [0, 0.5], (0.5, 1.5), [1.5, 2], GEMMA's bins.
  GenotypeCounts counts;
  double copies = 0;   ///< sum over the samples that are not missing
  double squares = 0;  ///< sum of squares over them
  bool varies = false;

  /// Mean copies of allele1 over the samples that are not missing; NaN where all are.
  double mean() const { return copies / static_cast<double>(counts.observed()); }
  double allele1_frequency() const {
    return copies / (2.0 * static_cast<double>(counts.observed()));
  }
};

SnpSummary summary_of(const GenotypeCounts& counts);

/// Summaries of every SNP among `samples`, an int64 array of rows of the data set, ascending. A SNP
/// of kind none has no observed genotypes.
std::vector<SnpSummary> summarise(const GenotypeBlock& block, const Array& samples);

/// What is made of the copies of one SNP: (copies - mean) * factor, a missing one being `missing`
/// copies.
struct GenotypeScale {
  double mean = 0;
  double missing = 0;
  double factor = 1;
};

/// float64 (p, samples): the genotypes of `samples` as `scales` says, one for each SNP. No SNP may
/// be of kind none.
Array scaled(const GenotypeBlock& block, std::span<const GenotypeScale> scales,
             const Array& samples);

}  // namespace loom::gwas
