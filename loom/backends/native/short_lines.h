#pragma once

#include <cstddef>
#include <cstdint>

#include "loom/array/dtype.h"
#include "loom/backends/native/isa.h"

// Sorting of lines that are over before vqsort has begun, which asks the system for random numbers
// first. Sorting networks do it: no branch depends on an element.
namespace loom::native {

/// Elements of the longest lines that networks are for.
inline constexpr std::int64_t kShortLine = 1024;

/// The loops for one dtype; null for complex numbers.
struct ShortSorts {
  /// Sorts `count` elements, which are at most kShortLine; `to` may be `from`. False where the
  /// order is that of the bits alone: NaNs with a sign come first, and negative zeros before the
  /// others.
  bool (*sort)(std::byte* to, const std::byte* from, std::int64_t count, bool descending) = nullptr;
  /// Where the elements were, in their order, of which equal ones keep theirs. `words` is room,
  /// aligned to 64 bytes, for kShortLine words: sorted ones remain there, of which the lowest
  /// `place_bits` are the place of an element and the others its key (key_of) less the smallest of
  /// all, shifted where there is no room for it. True where words agree in what they have of keys
  /// that were shifted, which then are in the order of their places.
  bool (*sort_places)(std::int64_t* places, std::uint64_t* words, const std::byte* items,
                      std::int64_t count, int place_bits, bool descending) = nullptr;
};

const ShortSorts& short_sorts(const Isa& isa, DType dtype);

}  // namespace loom::native
