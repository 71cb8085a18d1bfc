#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loom/gwas/genotypes/snp.h"

namespace loom::gwas {

/// SNPs of one chromosome that follow each other in a data set.
struct Chromosome {
  std::string name;
  std::int64_t first = 0;  ///< index of its first SNP
  std::int64_t count = 0;

  bool operator==(const Chromosome&) const = default;
};

/// The chromosomes of a data set, found while its SNPs pass by.
class ChromosomeFinder {
 public:
  /// Adds the next SNPs of the data set.
  void add(std::span<const Snp> snps);

  /// In the order of their first SNPs, each counted as if nothing came between.
  const std::vector<Chromosome>& found() const { return chromosomes_; }
  /// In the order of the data set. Throws Error where one is in two pieces: "[loco] SNP 7
  /// ('rs7') is on chromosome 1 again, whose SNPs end with SNP 4: sort the data set by chromosome".
  const std::vector<Chromosome>& contiguous() const;

 private:
  std::vector<Chromosome> chromosomes_;
  std::int64_t current_ = 0;  ///< that of the SNP before
  std::int64_t snps_ = 0;
  std::string interruption_;  ///< the first one
};

/// The chromosome of that name. Throws ValueError where there is none: "[loco] no SNP is on
/// chromosome 'chr7': there are 1, 2, X".
const Chromosome& find_chromosome(std::span<const Chromosome> chromosomes, std::string_view name);

}  // namespace loom::gwas
