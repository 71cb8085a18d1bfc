#include "loom/gwas/genotypes/genotype_block.h"

#include <algorithm>
#include <cmath>

#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr std::int64_t kSnpsPerPiece = 16;

/// Whether each number is 0, 1, 2 or missing.
bool are_hard_calls(std::span<const double> copies) {
  return std::ranges::all_of(copies,
                             [](double g) { return g == 0 || g == 1 || g == 2 || std::isnan(g); });
}

/// The two-bit code of a hard call.
std::uint8_t code_of(double copies) {
  if (std::isnan(copies)) return 1;
  constexpr std::uint8_t kCodes[] = {3, 2, 0};
  return kCodes[static_cast<int>(copies)];
}

void pack(std::span<const double> copies, std::uint8_t* out) {
  std::fill_n(out, (copies.size() + 3) / 4, std::uint8_t{0});
  for (std::size_t i = 0; i < copies.size(); ++i) {
    out[i / 4] = static_cast<std::uint8_t>(out[i / 4] | code_of(copies[i]) << 2 * (i % 4));
  }
}

std::span<const double> row_of(const Array& matrix, std::int64_t row) {
  const std::int64_t columns = matrix.shape(1);
  return {matrix.data<double>() + row * columns, static_cast<std::size_t>(columns)};
}

/// Gives each SNP its row among those of its kind, and makes room for them.
void place(std::span<const GenotypeKind> kinds, std::int64_t samples, GenotypeBlock& block) {
  std::int64_t packed = 0, dosages = 0;
  for (const GenotypeKind kind : kinds) {
    std::int64_t none = 0;
    std::int64_t& next = kind == GenotypeKind::packed   ? packed
                         : kind == GenotypeKind::dosage ? dosages
                                                        : none;
    block.places.push_back({kind, next++});
  }
  block.packed = Array::empty({packed, (samples + 3) / 4}, DType::uint8);
  block.dosages = Array::empty({dosages, samples});
}

}  // namespace

GenotypeBlock block_of(std::vector<Snp> snps, const Array& copies, std::span<const bool> usable) {
  const std::int64_t count = std::ssize(snps), samples = copies.shape(1);
  std::vector<GenotypeKind> kinds(snps.size());
  parallel_for(count, kSnpsPerPiece, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const bool unusable = !usable.empty() && !usable[at];
      kinds[at] = unusable                            ? GenotypeKind::none
                  : are_hard_calls(row_of(copies, i)) ? GenotypeKind::packed
                                                      : GenotypeKind::dosage;
    }
  });
  GenotypeBlock block;
  block.snps = std::move(snps);
  place(kinds, samples, block);
  parallel_for(count, kSnpsPerPiece, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const auto [kind, row] = block.places[static_cast<std::size_t>(i)];
      if (kind == GenotypeKind::packed) {
        pack(row_of(copies, i), block.packed.data<std::uint8_t>() + row * block.packed.shape(1));
      } else if (kind == GenotypeKind::dosage) {
        std::ranges::copy(row_of(copies, i), block.dosages.data<double>() + row * samples);
      }
    }
  });
  return block;
}

GenotypeBlock block_of_packed(std::vector<Snp> snps, const Array& packed) {
  GenotypeBlock block;
  for (std::int64_t i = 0; i < std::ssize(snps); ++i) {
    block.places.push_back({GenotypeKind::packed, i});
  }
  block.snps = std::move(snps);
  block.packed = packed;
  block.dosages = Array::empty({0, 0});
  return block;
}

GenotypeBlock select(const GenotypeBlock& block, std::span<const std::int64_t> which) {
  GenotypeBlock chosen;
  std::vector<GenotypeKind> kinds;
  for (const std::int64_t i : which) {
    chosen.snps.push_back(block.snps[static_cast<std::size_t>(i)]);
    kinds.push_back(block.places[static_cast<std::size_t>(i)].kind);
  }
  place(kinds, block.dosages.shape(1), chosen);
  const std::int64_t row_bytes = block.packed.shape(1), samples = block.dosages.shape(1);
  chosen.packed = Array::empty({chosen.packed.shape(0), row_bytes}, DType::uint8);
  for (std::size_t k = 0; k < which.size(); ++k) {
    const GenotypeBlock::Place from = block.places[static_cast<std::size_t>(which[k])];
    const std::int64_t to = chosen.places[k].row;
    if (from.kind == GenotypeKind::packed) {
      std::copy_n(block.packed.data<std::uint8_t>() + from.row * block.packed.strides()[0],
                  row_bytes, chosen.packed.data<std::uint8_t>() + to * row_bytes);
    } else if (from.kind == GenotypeKind::dosage) {
      std::copy_n(block.dosages.data<double>() + from.row * samples, samples,
                  chosen.dosages.data<double>() + to * samples);
    }
  }
  return chosen;
}

}  // namespace loom::gwas
