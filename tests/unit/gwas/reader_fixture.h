#pragma once

#include <limits>
#include <string>
#include <vector>

#include "loom/gwas/genotypes/genotype_block.h"

// What the tests of all readers look at.
namespace loom::gwas {

/// The copies of each SNP of a block of `samples` samples; none of a SNP of kind none.
inline std::vector<std::vector<double>> rows_of(const GenotypeBlock& block, std::int64_t samples) {
  std::vector<std::vector<double>> rows;
  for (std::int64_t i = 0; i < block.size(); ++i) {
    std::vector<double>& row = rows.emplace_back();
    const auto [kind, at] = block.places[static_cast<std::size_t>(i)];
    for (std::int64_t j = 0; j < samples && kind != GenotypeKind::none; ++j) {
      if (kind == GenotypeKind::dosage) {
        row.push_back(block.dosages.at<double>({at, j}));
      } else {
        constexpr double kByCode[] = {2, std::numeric_limits<double>::quiet_NaN(), 1, 0};
        row.push_back(kByCode[block.packed.at<std::uint8_t>({at, j / 4}) >> j % 4 * 2 & 3]);
      }
    }
  }
  return rows;
}

/// The packed rows of a block, as they would stand in a .bed file.
inline std::string packed_text(const GenotypeBlock& block) {
  std::string text;
  for (std::int64_t i = 0; i < block.packed.shape(0); ++i) {
    for (std::int64_t j = 0; j < block.packed.shape(1); ++j) {
      text += static_cast<char>(block.packed.at<std::uint8_t>({i, j}));
    }
  }
  return text;
}

}  // namespace loom::gwas
