#pragma once

#include <algorithm>
#include <utility>

#include "loom/backends/native/items.h"

// Blocks of a transposed copy, small enough that both sides stay in the first cache.
namespace loom::native {

/// The elements of a register, of two registers interleaved: the lower halves or the upper ones.
template <class Word, bool kUpper, int... I>
pack16_t<Word> interleave(pack16_t<Word> a, pack16_t<Word> b, std::integer_sequence<int, I...>) {
  constexpr int kLanes = sizeof...(I), kFirst = kUpper ? kLanes / 2 : 0;
  return __builtin_shufflevector(a, b, (kFirst + I / 2 + (I % 2) * kLanes)...);
}

/// A square of 16 bytes by 16 bytes. Row r of the result lies at to + r * to_row, column r of it at
/// from + r * from_column, which are elements side by side.
template <class Word>
void transpose_square(std::byte* to, std::int64_t to_row, const std::byte* from,
                      std::int64_t from_column) {
  constexpr int kLanes = 16 / sizeof(Word);
  using Pack = pack16_t<Word>;
  [[maybe_unused]] constexpr std::make_integer_sequence<int, kLanes> kAll;
  Pack rows[kLanes];
  for (int i = 0; i < kLanes; ++i) rows[i] = load<Pack>(from + i * from_column);
  if constexpr (kLanes > 1) {
    Pack mixed[kLanes];
    // log2(kLanes) perfect shuffles of all elements are a transpose.
    for (int shuffled = 1; shuffled < kLanes; shuffled *= 2) {
      for (int i = 0; i < kLanes / 2; ++i) {
        mixed[2 * i] = interleave<Word, false>(rows[i], rows[i + kLanes / 2], kAll);
        mixed[2 * i + 1] = interleave<Word, true>(rows[i], rows[i + kLanes / 2], kAll);
      }
      std::copy_n(mixed, kLanes, rows);
    }
  }
  for (int i = 0; i < kLanes; ++i) store(to + i * to_row, rows[i]);
}

/// The rows and columns of the result, whose row r begins at to + r * to_row and whose column c at
/// from + c * from_column; elements lie side by side in the rows of `to` and the columns of `from`.
template <class Word>
void transpose_block(std::byte* to, std::int64_t to_row, const std::byte* from,
                     std::int64_t from_column, std::int64_t rows, std::int64_t columns) {
  constexpr std::int64_t kSize = sizeof(Word), kLanes = 16 / kSize, kLine = 64 / kSize;
  const std::int64_t whole_rows = rows - rows % kLanes, whole_columns = columns - columns % kLanes;
  // Line by line of the cache on both sides, so that strides that are powers of two, which leave
  // the lines of a column few places in the cache, do not have each line fetched several times.
  for (std::int64_t top = 0; top < whole_rows; top += kLine) {
    const std::int64_t bottom = std::min(top + kLine, whole_rows);
    for (std::int64_t left = 0; left < whole_columns; left += kLine) {
      const std::int64_t right = std::min(left + kLine, whole_columns);
      for (std::int64_t r = top; r < bottom; r += kLanes) {
        for (std::int64_t c = left; c < right; c += kLanes) {
          transpose_square<Word>(to + r * to_row + c * kSize, to_row,
                                 from + c * from_column + r * kSize, from_column);
        }
      }
    }
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::int64_t first = r < whole_rows ? whole_columns : 0;
    copy_items<Word>(to + r * to_row + first * kSize, kSize, from + first * from_column + r * kSize,
                     from_column, columns - first);
  }
}

}  // namespace loom::native
