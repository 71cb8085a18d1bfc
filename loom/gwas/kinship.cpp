#include "loom/gwas/kinship.h"

#include <cmath>

#include "loom/dispatch/memory_plan.h"
#include "loom/gwas/genotype_operations.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"

namespace loom::gwas {
namespace {

// Long enough for the product to run at full speed, short enough to stay small beside the matrix.
constexpr std::int64_t kChunk = 4096;

/// Values of the codes of one SNP: centred on `counts` (of all samples), missing at the mean.
GenotypeValues centred_values(const GenotypeCounts& counts, KinshipKind kind) {
  const auto n = static_cast<double>(counts.total());
  const double mean = counts.observed() == 0 ? 0
                                             : static_cast<double>(counts.allele1_copies()) /
                                                   static_cast<double>(counts.observed());
  GenotypeValues values = genotype_values(mean, mean);
  if (kind == KinshipKind::standardised) {
    const double squares = static_cast<double>(4 * counts.two + counts.one);
    const double missing = static_cast<double>(counts.missing);
    const double variance = (squares + missing * mean * mean) / n - mean * mean;
    if (variance > 0) {
      for (double& value : values) value /= std::sqrt(variance);
    }
  }
  return values;
}

/// float64 (SNPs, samples), centred on all of the data set.
Array centred_genotypes(const SnpChunk& chunk, const Array& all, const Array& samples,
                        KinshipKind kind) {
  const Array counts = count_genotypes(chunk.packed, all);
  const std::int64_t* row = counts.data<std::int64_t>();
  std::vector<GenotypeValues> values;
  for (std::size_t i = 0; i < chunk.kept.size(); ++i, row += 4) {
    values.push_back(centred_values({row[0], row[1], row[2], row[3]}, kind));
  }
  return decode_genotypes(chunk.packed, value_table(values), samples);
}

void check_memory(std::int64_t n) {
  MemoryPlan("kinship matrix of " + std::to_string(n) + " samples")
      .add("sum, product and new sum", 3 * 8 * n * n)
      .add("genotypes", 8 * kChunk * n)
      .check();
}

}  // namespace

Kinship kinship(const Study& study, const SnpThresholds& thresholds, KinshipKind kind,
                const Array& samples, const Monitor& monitor) {
  const std::int64_t n = samples.size(), snps = study.genotypes.snp_count();
  check_memory(n);
  const Array all = study.all_samples();
  SnpStream stream(study, thresholds, kChunk);
  Array total = zeros({n, n});
  monitor.update("kinship", 0, snps);
  while (std::optional<SnpChunk> chunk = stream.next()) {
    if (!chunk->kept.empty()) {
      const Array x = centred_genotypes(*chunk, all, samples, kind);
      total = total + matmul(transpose(x), x);
    }
    monitor.update("kinship", chunk->next_index, snps);
  }
  check_any_kept(stream.report());
  return {total / static_cast<double>(stream.report().kept()), stream.report()};
}

}  // namespace loom::gwas
