#include "loom/gwas/genotypes/block_feed.h"

#include <algorithm>
#include <future>
#include <limits>

namespace loom::gwas {
namespace {

using Visit = std::function<void(const GenotypeBlock&)>;

/// Blocks of the SNPs from `first` on, at most `count`, while `update` is told of every SNP read.
void read(GenotypeReader& genotypes, std::int64_t first, std::int64_t count,
          std::int64_t block_size, const Visit& visit,
          const std::function<void(std::int64_t snps_read, double fraction)>& update) {
  genotypes.seek(first);
  struct Read {
    GenotypeBlock block;
    std::int64_t snps;
    double fraction;
  };
  std::int64_t snps_read = 0;
  const auto read_next = [&]() -> Read {
    if (snps_read == count) return {};
    GenotypeBlock block = genotypes.read(std::min(block_size, count - snps_read));
    snps_read += block.size();
    return {std::move(block), snps_read, genotypes.fraction_read()};
  };
  // Destroyed on the way out of an exception, the future waits for the thread.
  std::future<Read> next = std::async(std::launch::async, read_next);
  for (;;) {
    const Read current = next.get();
    if (current.block.size() == 0) break;
    next = std::async(std::launch::async, read_next);
    visit(current.block);
    update(current.snps, current.fraction);
  }
}

}  // namespace

void read_all(GenotypeReader& genotypes, std::int64_t block_size, std::string_view phase,
              const Monitor& monitor, const Visit& visit, std::int64_t first) {
  constexpr std::int64_t kThousandths = 1000;
  const std::optional<std::int64_t> snps = genotypes.snp_count();
  const std::int64_t total = snps.value_or(kThousandths);
  monitor.update(phase, snps ? first : 0, total);
  read(genotypes, first, std::numeric_limits<std::int64_t>::max(), block_size, visit,
       [&](std::int64_t done, double fraction) {
         monitor.update(phase,
                        snps ? first + done : static_cast<std::int64_t>(kThousandths * fraction),
                        total);
       });
  monitor.update(phase, total, total);
}

void read_chromosome(GenotypeReader& genotypes, const Chromosome& chromosome,
                     std::int64_t block_size, std::string_view phase, const Monitor& monitor,
                     const Visit& visit) {
  monitor.update(phase, 0, chromosome.count);
  read(genotypes, chromosome.first, chromosome.count, block_size, visit,
       [&](std::int64_t done, double) { monitor.update(phase, done, chromosome.count); });
}

}  // namespace loom::gwas
