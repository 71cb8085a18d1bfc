// What is computed of blocks; how they are made is in genotype_block.cpp.

#include <algorithm>
#include <cmath>
#include <limits>

#include "loom/gwas/genotypes/genotype_block.h"
#include "loom/gwas/genotypes/genotype_operations.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr std::int64_t kSnpsPerPiece = 16;

std::span<const double> row_of(const Array& matrix, std::int64_t row) {
  const std::int64_t columns = matrix.shape(1);
  return {matrix.data<double>() + row * columns, static_cast<std::size_t>(columns)};
}

SnpSummary summary_of_dosages(std::span<const double> copies,
                              std::span<const std::int64_t> samples) {
  SnpSummary summary;
  double first = std::numeric_limits<double>::quiet_NaN();
  for (const std::int64_t sample : samples) {
    const double g = copies[static_cast<std::size_t>(sample)];
    if (std::isnan(g)) {
      ++summary.counts.missing;
      continue;
    }
    ++(g <= 0.5 ? summary.counts.zero : g < 1.5 ? summary.counts.one : summary.counts.two);
    summary.copies += g;
    summary.squares += g * g;
    if (std::isnan(first)) first = g;
    summary.varies |= g != first;
  }
  return summary;
}

/// Which rows of a block of a kind are which SNPs.
std::vector<std::int64_t> snps_of_kind(const GenotypeBlock& block, GenotypeKind kind) {
  std::vector<std::int64_t> snps;
  for (std::int64_t i = 0; i < block.size(); ++i) {
    if (block.places[static_cast<std::size_t>(i)].kind == kind) snps.push_back(i);
  }
  return snps;
}

Array scaled_packed(const Array& packed, std::span<const GenotypeScale> scales,
                    std::span<const std::int64_t> snps, const Array& samples) {
  Array table = Array::empty({std::ssize(snps), 4});
  double* out = table.data<double>();
  for (const std::int64_t snp : snps) {
    const GenotypeScale& scale = scales[static_cast<std::size_t>(snp)];
    for (const double value : genotype_values(scale.missing, scale.mean)) {
      *out++ = value * scale.factor;
    }
  }
  return decode_genotypes(packed, table, samples);
}

}  // namespace

SnpSummary summary_of(const GenotypeCounts& counts) {
  return {counts, static_cast<double>(counts.allele1_copies()),
          static_cast<double>(4 * counts.two + counts.one),
          (counts.two > 0) + (counts.one > 0) + (counts.zero > 0) > 1};
}

std::vector<SnpSummary> summarise(const GenotypeBlock& block, const Array& samples) {
  std::vector<SnpSummary> summaries(block.snps.size());
  const Array counts = count_genotypes(block.packed, samples);
  const std::span<const std::int64_t> rows = samples.span<const std::int64_t>();
  parallel_for(block.size(), kSnpsPerPiece, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const auto [kind, row] = block.places[static_cast<std::size_t>(i)];
      SnpSummary& summary = summaries[static_cast<std::size_t>(i)];
      if (kind == GenotypeKind::packed) {
        const std::int64_t* found = counts.data<std::int64_t>() + 4 * row;
        summary = summary_of({found[0], found[1], found[2], found[3]});
      } else if (kind == GenotypeKind::dosage) {
        summary = summary_of_dosages(row_of(block.dosages, row), rows);
      } else {
        summary.counts.missing = std::ssize(rows);
      }
    }
  });
  return summaries;
}

Array scaled(const GenotypeBlock& block, std::span<const GenotypeScale> scales,
             const Array& samples) {
  const std::vector<std::int64_t> packed = snps_of_kind(block, GenotypeKind::packed);
  const Array from_packed = scaled_packed(block.packed, scales, packed, samples);
  if (std::ssize(packed) == block.size()) return from_packed;

  const std::span<const std::int64_t> rows = samples.span<const std::int64_t>();
  const std::int64_t width = std::ssize(rows);
  Array result = Array::empty({block.size(), width});
  parallel_for(block.size(), kSnpsPerPiece, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const auto [kind, row] = block.places[static_cast<std::size_t>(i)];
      double* out = result.data<double>() + i * width;
      if (kind == GenotypeKind::packed) {
        std::copy_n(from_packed.data<double>() + row * width, width, out);
        continue;
      }
      const GenotypeScale& scale = scales[static_cast<std::size_t>(i)];
      const std::span<const double> copies = row_of(block.dosages, row);
      for (const std::int64_t sample : rows) {
        const double g = copies[static_cast<std::size_t>(sample)];
        *out++ = ((std::isnan(g) ? scale.missing : g) - scale.mean) * scale.factor;
      }
    }
  });
  return result;
}

}  // namespace loom::gwas
