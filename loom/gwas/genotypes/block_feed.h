#pragma once

#include <functional>
#include <string_view>

#include "loom/gwas/genotypes/chromosomes.h"
#include "loom/gwas/genotypes/reader.h"
#include "loom/support/monitor.h"

namespace loom::gwas {

/// Blocks of SNPs whose genotypes are in memory at once: the next one, for which there may be two
/// copies while it is read, the one at work, and what is selected of that.
inline constexpr std::int64_t kBlocksHeld = 4;

/// Reads a data set from SNP `first` to its last in blocks of `block_size` SNPs and hands each to
/// `visit`, while a thread of its own reads the next one. The progress of `phase` is in SNPs where
/// their number is known, else in thousandths of the files. Throws what reading and `visit` throw,
/// CancelledError.
void read_all(GenotypeReader& genotypes, std::int64_t block_size, std::string_view phase,
              const Monitor& monitor, const std::function<void(const GenotypeBlock&)>& visit,
              std::int64_t first = 0);

/// The same for one chromosome.
void read_chromosome(GenotypeReader& genotypes, const Chromosome& chromosome,
                     std::int64_t block_size, std::string_view phase, const Monitor& monitor,
                     const std::function<void(const GenotypeBlock&)>& visit);

}  // namespace loom::gwas
