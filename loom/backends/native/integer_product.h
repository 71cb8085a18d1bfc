#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "loom/array/view.h"
#include "loom/backends/native/isa.h"
#include "loom/dispatch/backend.h"

// Products of matrices of bytes, exactly, as integers of 32 bits that wrap around. The operands are
// packed into panels of as many rows (of the left one) or columns (of the right one) as a tile has,
// and tiles of the result are what instruction sets compute. Nothing else depends on one.
namespace loom::native {

/// What the numbers of a panel are. Four bytes of a line lie side by side, or two words.
enum class PanelNumber : std::uint8_t { unsigned_byte, signed_byte, word };

/// Numbers of a line in one group of a panel, which has 32 bits.
constexpr std::int64_t group_depth(PanelNumber number) {
  return number == PanelNumber::word ? 2 : 4;
}

/// How an instruction set multiplies.
struct IntegerTile {
  std::string_view name;
  PanelNumber left, right;  ///< both words or neither
  int rows, columns;        ///< of a tile; multiples of 4
  /// tile[i * columns + j] += sum_g left group (g, row i) times right group (g, column j), number
  /// by number. Group g of line i lies at (g * lines + i) * 4 bytes. Groups of the right panel and
  /// rows of the tile are aligned to the vectors of the instruction set.
  void (*add)(const std::byte* left, const std::byte* right, std::int64_t groups,
              std::int32_t* tile);
};

/// The tiles that this processor can compute on an instruction set, the best first. (The processors
/// of one set do not all have the same instructions for bytes.) They live as long as the process.
std::vector<const IntegerTile*> integer_tiles(const Isa& isa);

/// c = a b for views of rank 2: a and b of uint8 or int8 and of any strides, c of int32 and in C
/// order. Where b is the transpose of a, the very same memory, it takes half the work.
void multiply_integers(const IntegerTile& tile, const View& a, const View& b, const View& c);

void install_integer_products(const Isa& isa, dispatch::KernelInstaller add);

/// The tile for any processor of an instruction set.
const IntegerTile* word_tile(const Isa& isa);
/// The tile by instructions that multiply bytes in fours; null where this processor has none.
const IntegerTile* byte_tile(const Isa& isa);

}  // namespace loom::native
