#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

// Sums of some rows of a matrix, a few columns at a time: the inner loops of what missing genotypes
// of a kinship matrix are corrected by, once for each instruction set. Rows lie one behind the
// other. The instruction set changes no bit.
namespace loom::gwas {

/// Columns of the loops: what a row of them takes is two lines of a cache.
inline constexpr std::int64_t kCodeColumns = 128;

/// What each of four codes counts for in a sum.
using CodeValues = std::array<double, 4>;

struct RowSums {
  /// sums[i] += values[rows[t]][codes[rows[t]][i]] for i < kCodeColumns and each t, ascending.
  void (*add_codes)(const std::uint8_t* codes, std::span<const std::int32_t> rows,
                    const CodeValues* values, double* sums);
};

/// Those that this processor can run, the best first.
std::vector<RowSums> usable_row_sums();
/// The best of them.
const RowSums& row_sums();

}  // namespace loom::gwas
