#include "loom/gwas/genotypes/chromosomes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "loom/support/error.h"

namespace loom::gwas {

void ChromosomeFinder::add(std::span<const Snp> snps) {
  for (const Snp& snp : snps) {
    const std::int64_t index = snps_++;
    if (current_ >= std::ssize(chromosomes_) ||
        chromosomes_[static_cast<std::size_t>(current_)].name != snp.chromosome) {
      current_ =
          std::ranges::find(chromosomes_, snp.chromosome, &Chromosome::name) - chromosomes_.begin();
      if (current_ == std::ssize(chromosomes_)) {
        chromosomes_.push_back({snp.chromosome, index, 0});
      } else if (interruption_.empty()) {
        const Chromosome& known = chromosomes_[static_cast<std::size_t>(current_)];
        interruption_ = fmt::format(
            "[loco] SNP {} ('{}') is on chromosome {} again, whose SNPs end with SNP {}: sort the "
            "data set by chromosome",
            index + 1, snp.id, snp.chromosome, known.first + known.count);
      }
    }
    ++chromosomes_[static_cast<std::size_t>(current_)].count;
  }
}

const std::vector<Chromosome>& ChromosomeFinder::contiguous() const {
  if (!interruption_.empty()) throw Error(interruption_);
  return chromosomes_;
}

const Chromosome& find_chromosome(std::span<const Chromosome> chromosomes, std::string_view name) {
  const auto found = std::ranges::find(chromosomes, name, &Chromosome::name);
  if (found != chromosomes.end()) return *found;
  std::vector<std::string_view> names;
  for (const Chromosome& chromosome : chromosomes) names.push_back(chromosome.name);
  throw ValueError(fmt::format("[loco] no SNP is on chromosome '{}': there are {}", name,
                               fmt::join(names, ", ")));
}

}  // namespace loom::gwas
