#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "loom/array/array.h"
#include "loom/gwas/genotypes/genotype_counts.h"

namespace loom::gwas {

/// SNPs whose genotypes are 0, 1 or 2 copies of an allele, or missing: p of them in n samples.
struct HardCalls {
  Array calls;                ///< uint8 (p, n) in C order; 0 where missing
  std::vector<double> means;  ///< of each SNP: what stands for a missing genotype
  /// The samples in which SNP s is missing are missing_samples[missing_begin[s]] up to
  /// missing_begin[s + 1], ascending; missing_begin has p + 1 entries.
  std::vector<std::int64_t> missing_begin;
  std::vector<std::int32_t> missing_samples;

  std::int64_t snps() const { return calls.shape(0); }
  std::int64_t samples() const { return calls.shape(1); }
  std::span<const std::int32_t> missing(std::int64_t snp) const {
    return std::span(missing_samples)
        .subspan(missing_begin[snp], missing_begin[snp + 1] - missing_begin[snp]);
  }
};

/// Unpacks genotypes. `packed`: uint8 (p, ceil(N / 4)), rows of two-bit codes of N samples as
/// `GenotypeValues` has them, side by side in memory; `samples`: those of them to take. Means are
/// over the genotypes that are taken and not missing, 0 where there is none. Throws ShapeError.
HardCalls unpack_calls(const Array& packed, const SampleSubset& samples);

}  // namespace loom::gwas
