// Sorting networks over vectors. Included once per instruction set, hence the guard that toggles.
//
// Up to kRows vectors are the rows of a matrix whose columns are sorted by Batcher's merge exchange
// (Knuth, TAOCP 3, 5.2.2 M), then merged two by two by bitonic networks (Batcher 1968), column
// behind column, and transposed. More rows are merged in memory.
#if defined(LOOM_BACKENDS_NATIVE_NETWORKS) == defined(HWY_TARGET_TOGGLE)
#ifdef LOOM_BACKENDS_NATIVE_NETWORKS
#undef LOOM_BACKENDS_NATIVE_NETWORKS
#else
#define LOOM_BACKENDS_NATIVE_NETWORKS
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

#include "loom/backends/native/merge_exchange.h"
#include "loom/backends/native/short_lines.h"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class W>
using Tag = hn::CappedTag<W, 64 / sizeof(W)>;
template <class W>
using Vec = hn::Vec<Tag<W>>;
template <class W>
inline constexpr int kLanes = hn::MaxLanes(Tag<W>());
/// Rows that are sorted at a time; a power of two.
inline constexpr int kRows = 16;
/// Numbers of words that are sorted; aligned, with room to fill up the last rows.
template <class W>
inline constexpr std::int64_t kRoom = (kShortLine + kRows * kLanes<W> - 1) /
                                      (kRows * kLanes<W>)*(kRows* kLanes<W>);

template <class W>
HWY_INLINE void exchange(Vec<W>& a, Vec<W>& b) {
  const Vec<W> low = hn::Min(a, b);
  b = hn::Max(a, b);
  a = low;
}

template <class W, int kMask>
struct LaneNumbers {
  alignas(64) std::array<W, kLanes<W>> numbers{};
  constexpr LaneNumbers() {
    for (int i = 0; i < kLanes<W>; ++i) numbers[i] = static_cast<W>(i ^ kMask);
  }
};

/// Lane i of the result is lane i ^ kMask.
template <int kMask, class W>
HWY_INLINE Vec<W> exchanged_lanes(Vec<W> v) {
  const Tag<W> d;
  if constexpr (kMask == 1) return hn::Reverse2(d, v);
  if constexpr (kMask == 3) return hn::Reverse4(d, v);
  if constexpr (kMask != 1 && kMask != 3) {
    static constexpr LaneNumbers<W, kMask> kNumbers;
    return hn::TableLookupLanes(v, hn::SetTableIndices(d, kNumbers.numbers.data()));
  }
}

/// Where bit kBit of the number of a lane is set.
template <int kBit, class W>
HWY_INLINE hn::Mask<Tag<W>> upper_lanes() {
  const Tag<W> d;
  const Vec<W> bit = hn::Set(d, W{kBit});
  return hn::Eq(hn::And(hn::Iota(d, W{0}), bit), bit);
}

/// Exchanges of lanes whose numbers differ in bits kBit, kBit / 2, ... 1.
template <int kBit, class W, std::size_t... I>
HWY_INLINE void merge_lanes(Vec<W>* v, std::index_sequence<I...> rows) {
  if constexpr (kBit > 0) {
    const auto upper = upper_lanes<kBit, W>();
    const auto step = [&](Vec<W>& row) HWY_ATTR {
      const Vec<W> other = exchanged_lanes<kBit, W>(row);
      row = hn::IfThenElse(upper, hn::Max(row, other), hn::Min(row, other));
    };
    (step(v[I]), ...);
    merge_lanes<kBit / 2, W>(v, rows);
  }
}

/// Exchanges of rows whose numbers differ in bits kBit, kBit / 2, ... 1.
template <int kBit, class W, std::size_t... I>
HWY_INLINE void merge_rows(Vec<W>* v, std::index_sequence<I...> rows) {
  if constexpr (kBit > 0) {
    ((I & kBit ? void() : exchange<W>(v[I], v[I | kBit])), ...);
    merge_rows<kBit / 2, W>(v, rows);
  }
}

/// The first exchange of a merge, of row `low` with row `high` from its end on; kWidth columns are
/// merged with as many.
template <int kWidth, class W>
HWY_INLINE void flip(Vec<W>& low, Vec<W>& high, hn::Mask<Tag<W>> upper) {
  constexpr int kAll = 2 * kWidth - 1;
  const Vec<W> other = exchanged_lanes<kAll, W>(high);
  const Vec<W> least = hn::Min(low, other), most = hn::Max(low, other);
  low = hn::IfThenElse(upper, most, least);
  high = exchanged_lanes<kAll, W>(hn::IfThenElse(upper, least, most));
}

/// Merges columns, kWidth with kWidth and so on.
template <int kWidth, class W, std::size_t... I>
HWY_INLINE void merge_columns(Vec<W>* v, std::index_sequence<I...> rows) {
  constexpr int kCount = sizeof...(I);
  if constexpr (kWidth < kLanes<W>) {
    const auto upper = upper_lanes<kWidth, W>();
    if constexpr (kCount == 1) {
      const Vec<W> other = exchanged_lanes<2 * kWidth - 1, W>(v[0]);
      v[0] = hn::IfThenElse(upper, hn::Max(v[0], other), hn::Min(v[0], other));
    } else {
      ((2 * I < kCount ? flip<kWidth, W>(v[I], v[kCount - 1 - I], upper) : void()), ...);
    }
    merge_lanes<kWidth / 2, W>(v, rows);
    merge_rows<kCount / 2, W>(v, rows);
    merge_columns<2 * kWidth, W>(v, rows);
  }
}

/// Column behind column becomes row behind row. A step moves the lowest bit of (row, lane) to the
/// top; as many as a lane has bits exchange the two.
template <int kSteps, class W, std::size_t... I>
HWY_INLINE void transpose(Vec<W>* v, std::index_sequence<I...> pairs) {
  if constexpr (kSteps > 1) {
    const Tag<W> d;
    constexpr std::size_t kHalf = sizeof...(I);
    Vec<W> w[2 * kHalf];
    ((w[I] = hn::ConcatEven(d, v[2 * I + 1], v[2 * I]),
      w[I + kHalf] = hn::ConcatOdd(d, v[2 * I + 1], v[2 * I])),
     ...);
    ((v[I] = w[I], v[I + kHalf] = w[I + kHalf]), ...);
    transpose<kSteps / 2, W>(v, pairs);
  }
}

template <class W, int kCount, std::size_t... I, std::size_t... X>
HWY_INLINE void sort_matrix(W* words, std::index_sequence<I...> rows, std::index_sequence<X...>) {
  const Tag<W> d;
  constexpr std::size_t kStep = kLanes<W>;
  static constexpr MergeExchange<kCount> kNetwork;
  Vec<W> v[kCount] = {hn::Load(d, words + I * kStep)...};
  (exchange<W>(v[kNetwork.pairs[X].first], v[kNetwork.pairs[X].second]), ...);
  merge_columns<1, W>(v, rows);
  transpose<kCount == 1 ? 1 : kLanes<W>, W>(v, std::make_index_sequence<kCount / 2>());
  (hn::Store(v[I], d, words + I * kStep), ...);
}

/// Sorts kCount rows, a power of two.
template <class W, int kCount>
HWY_NOINLINE void sort_rows(W* words) {
  sort_matrix<W, kCount>(words, std::make_index_sequence<kCount>(),
                         std::make_index_sequence<MergeExchange<kCount>().size>());
}

template <class W, std::size_t... I>
HWY_INLINE void finish_merge(W* words, std::index_sequence<I...> rows) {
  const Tag<W> d;
  constexpr std::size_t kStep = kLanes<W>;
  Vec<W> v[kRows] = {hn::Load(d, words + I * kStep)...};
  merge_rows<kRows / 2, W>(v, rows);
  merge_lanes<kLanes<W> / 2, W>(v, rows);
  (hn::Store(v[I], d, words + I * kStep), ...);
}

/// Exchanges whole rows of memory: `low` to `end` with those `distance` rows behind.
template <class W>
HWY_INLINE void exchange_rows(W* words, std::int64_t low, std::int64_t end, std::int64_t distance) {
  const Tag<W> d;
  for (; low < end; ++low) {
    W* const a = words + low * kLanes<W>;
    W* const b = words + (low + distance) * kLanes<W>;
    Vec<W> x = hn::Load(d, a), y = hn::Load(d, b);
    exchange<W>(x, y);
    hn::Store(x, d, a);
    hn::Store(y, d, b);
  }
}

/// Merges stretches of `half` rows, [begin, begin + half) with the one behind, which ends at `end`
/// or beyond. All that lies behind `end` counts as larger.
template <class W>
HWY_NOINLINE void merge_stretches(W* words, std::int64_t begin, std::int64_t half,
                                  std::int64_t end) {
  const Tag<W> d;
  const std::int64_t middle = begin + half;
  for (std::int64_t high = middle; high < end; ++high) {
    W* const a = words + (2 * middle - 1 - high) * kLanes<W>;
    W* const b = words + high * kLanes<W>;
    Vec<W> x = hn::Load(d, a), y = hn::Reverse(d, hn::Load(d, b));
    exchange<W>(x, y);
    hn::Store(x, d, a);
    hn::Store(hn::Reverse(d, y), d, b);
  }
  for (std::int64_t distance = half / 2; distance >= kRows; distance /= 2) {
    for (std::int64_t first = begin; first < end; first += 2 * distance) {
      exchange_rows(words, first, std::min(first + distance, end - distance), distance);
    }
  }
  for (std::int64_t first = begin; first < end; first += kRows) {
    finish_merge(words + first * kLanes<W>, std::make_index_sequence<kRows>());
  }
}

/// Rows [from, to) become larger than all others.
template <class W>
HWY_INLINE void fill_rows(W* words, std::int64_t from, std::int64_t to) {
  const Tag<W> d;
  const Vec<W> last = hn::Set(d, std::numeric_limits<W>::max());
  for (; from < to; ++from) hn::Store(last, d, words + from * kLanes<W>);
}

/// Sorts `rows` rows, at most kRows, where there is room for a power of two.
template <class W>
HWY_INLINE void sort_some_rows(W* words, std::int64_t rows) {
  const auto whole = static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(rows)));
  fill_rows(words, rows, whole);
  switch (whole) {
    case 1:
      return sort_rows<W, 1>(words);
    case 2:
      return sort_rows<W, 2>(words);
    case 4:
      return sort_rows<W, 4>(words);
    case 8:
      return sort_rows<W, 8>(words);
    default:
      return sort_rows<W, 16>(words);
  }
}

/// Sorts aligned words, which are followed by room for whole rows.
template <class W>
void sort_network(W* words, std::int64_t count) {
  constexpr std::int64_t kStep = kLanes<W>;
  const std::int64_t rows = (count + kStep - 1) / kStep;
  for (std::int64_t first = 0; first < rows; first += kRows) {
    sort_some_rows(words + first * kStep, std::min<std::int64_t>(rows - first, kRows));
  }
  if (rows <= kRows) return;
  fill_rows(words, rows, (rows + kRows - 1) / kRows * kRows);
  for (std::int64_t half = kRows; half < rows; half *= 2) {
    for (std::int64_t begin = 0; begin + half < rows; begin += 2 * half) {
      merge_stretches(words, begin, half, std::min(begin + 2 * half, rows));
    }
  }
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard that toggles
