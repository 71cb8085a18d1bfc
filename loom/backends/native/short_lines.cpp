// Sorting networks for short lines.
//
// Up to kRows vectors are the rows of a matrix whose columns are sorted by Batcher's merge exchange
// (Knuth, TAOCP 3, 5.2.2 M), then merged two by two by bitonic networks (Batcher 1968), column
// behind column, and transposed. More rows are merged in memory.
#include "loom/backends/native/fourier/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/short_lines.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <type_traits>
#include <utility>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/short_lines.h"

#ifndef LOOM_NATIVE_SHORT_LINES_SHARED
#define LOOM_NATIVE_SHORT_LINES_SHARED
namespace loom::native {

/// The exchanges that sort `kCount` elements, a power of two.
template <int kCount>
struct MergeExchange {
  static constexpr int kMost = 64;
  int size = 0;
  std::array<std::pair<int, int>, kMost> pairs{};

  constexpr MergeExchange() {
    for (int p = 1; p < kCount; p *= 2) {
      for (int k = p; k >= 1; k /= 2) {
        for (int j = k % p; j + k < kCount; j += 2 * k) {
          for (int i = j; i < std::min(j + k, kCount - k); ++i) {
            if (i / (2 * p) == (i + k) / (2 * p)) pairs[size++] = {i, i + k};
          }
        }
      }
    }
  }
};

}  // namespace loom::native
#endif

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

/// As many elements as `d` has lanes, or the first `count` and zeros.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_some(D d, const T* from, std::int64_t count) {
  const auto all = static_cast<std::int64_t>(hn::Lanes(d));
  if (count >= all) return hn::LoadU(d, from);
#if HWY_MEM_OPS_MIGHT_FAULT
  alignas(64) T room[hn::MaxLanes(d)] = {};
  for (std::int64_t i = 0; i < count; ++i) room[i] = from[i];
  return hn::Load(d, room);
#else
  return hn::MaskedLoad(hn::FirstN(d, static_cast<std::size_t>(count)), d, from);
#endif
}
template <class D, class T = hn::TFromD<D>>
HWY_INLINE void store_some(hn::Vec<D> v, D d, T* to, std::int64_t count) {
  const auto all = static_cast<std::int64_t>(hn::Lanes(d));
  if (count >= all) return hn::StoreU(v, d, to);
#if HWY_MEM_OPS_MIGHT_FAULT
  alignas(64) T room[hn::MaxLanes(d)];
  hn::Store(v, d, room);
  for (std::int64_t i = 0; i < count; ++i) to[i] = room[i];
#else
  hn::BlendedStore(v, hn::FirstN(d, static_cast<std::size_t>(count)), d, to);
#endif
}

/// Integers of `d` from elements of their size or smaller ones, and back. The bits of real numbers
/// stay what they are.
template <class D, class T>
HWY_INLINE hn::Vec<D> load_words(D d, const T* from, std::int64_t count) {
  using W = hn::TFromD<D>;
  if constexpr (sizeof(T) == sizeof(W)) {
    return load_some(d, reinterpret_cast<const W*>(from), count);
  } else {
    const auto narrow = load_some(hn::Rebind<T, D>(), from, count);
    if constexpr (std::is_same_v<T, std::uint32_t>) {
      return hn::BitCast(d, hn::PromoteTo(hn::RebindToUnsigned<D>(), narrow));
    } else if constexpr (sizeof(T) == 4 || sizeof(W) == 4) {
      return hn::PromoteTo(d, narrow);
    } else {
      return hn::PromoteTo(d, hn::PromoteTo(hn::Rebind<std::int32_t, D>(), narrow));
    }
  }
}
template <class D, class T>
HWY_INLINE void store_words(hn::Vec<D> v, D d, T* to, std::int64_t count) {
  using W = hn::TFromD<D>;
  if constexpr (sizeof(T) == sizeof(W)) {
    store_some(v, d, reinterpret_cast<W*>(to), count);
  } else {
    const hn::Rebind<T, D> narrow;
    store_some(hn::DemoteTo(narrow, v), narrow, to, count);
  }
}

/// Bits of real numbers as integers in their order, and back.
template <class W>
HWY_INLINE Vec<W> turned(Vec<W> v) {
  const Tag<W> d;
  const Vec<W> most = hn::Set(d, std::numeric_limits<W>::max());
  return hn::Xor(v, hn::And(hn::BroadcastSignBit(v), most));
}

/// What makes the order of integers of the words of T that of the elements, or the opposite one.
template <class T, class W>
HWY_INLINE Vec<W> flip_of(bool descending) {
  constexpr bool kBySign = std::is_unsigned_v<T> && sizeof(T) == sizeof(W);
  const W top = kBySign ? std::numeric_limits<W>::min() : W{0};
  return hn::Set(Tag<W>(), descending ? static_cast<W>(~top) : top);
}

/// Words that are sorted in place of elements.
template <class T>
using word_t = std::conditional_t<sizeof(T) == 8, std::int64_t, std::int32_t>;

template <class T>
bool sort_short(std::byte* to, const std::byte* from, std::int64_t count, bool descending) {
  using W = word_t<T>;
  constexpr std::int64_t kStep = kLanes<W>;
  const Tag<W> d;
  const auto* const items = reinterpret_cast<const T*>(from);
  alignas(64) W words[kRoom<W>];
  const Vec<W> flipped = flip_of<T, W>(descending);
  const Vec<W> last = hn::Set(d, std::numeric_limits<W>::max());
  auto special = hn::FirstN(d, 0);
  for (std::int64_t i = 0; i < count; i += kStep) {
    Vec<W> v = load_words(d, items + i, count - i);
    if constexpr (std::is_floating_point_v<T>) {
      const Vec<W> negative_zero = hn::Set(d, std::numeric_limits<W>::min());
      const hn::RebindToFloat<Tag<W>> real;
      const auto number = hn::BitCast(real, v);
      const auto is_nan = hn::RebindMask(d, hn::IsNaN(number));
      special = hn::Or(special, hn::Or(is_nan, hn::Eq(v, negative_zero)));
      v = turned<W>(v);
    }
    v = hn::Xor(v, flipped);
    if (count - i < kStep) {
      v = hn::IfThenElse(hn::FirstN(d, static_cast<std::size_t>(count - i)), v, last);
    }
    hn::Store(v, d, words + i);
  }
  sort_network(words, count);
  for (std::int64_t i = 0; i < count; i += kStep) {
    Vec<W> v = hn::Xor(hn::Load(d, words + i), flipped);
    if constexpr (std::is_floating_point_v<T>) v = turned<W>(v);
    store_words(v, d, reinterpret_cast<T*>(to) + i, count - i);
  }
  return hn::AllFalse(d, special);
}

/// key_of(x), the highest bit the other way round, for elements of eight bytes; of smaller ones
/// something in the same order.
template <class T>
HWY_INLINE Vec<std::int64_t> load_keys(const T* from, std::int64_t count, bool descending) {
  using W = std::int64_t;
  const Tag<W> d;
  const Vec<W> flipped = flip_of<T, W>(descending);
  if constexpr (std::is_floating_point_v<T>) {
    const hn::Rebind<T, Tag<W>> real;
    const auto x = hn::Add(load_some(real, from, count), hn::Zero(real));  // 0 of -0
    const hn::Rebind<word_t<T>, Tag<W>> bits;
    const auto most = hn::Set(bits, std::numeric_limits<word_t<T>>::max());
    const auto v = hn::BitCast(bits, x);
    const auto key = hn::Xor(v, hn::And(hn::BroadcastSignBit(v), most));
    const auto is_nan = hn::RebindMask(bits, hn::IsNaN(x));
    const auto settled = hn::IfThenElse(is_nan, most, key);
    if constexpr (sizeof(T) == 8) {
      return hn::Xor(settled, flipped);
    } else {
      return hn::Xor(hn::PromoteTo(d, settled), flipped);
    }
  } else {
    return hn::Xor(load_words(d, from, count), flipped);
  }
}

/// Whether two of the sorted words agree in all but the lowest `bits`.
HWY_INLINE bool has_ties(const std::int64_t* words, std::int64_t count, int bits) {
  bool ties = false;
  for (std::int64_t i = 1; i < count; ++i) ties |= ((words[i] ^ words[i - 1]) >> bits) == 0;
  return ties;
}

template <class T>
bool sort_places_short(std::int64_t* places, std::uint64_t* room, const std::byte* bytes,
                       std::int64_t count, int place_bits, bool descending) {
  using W = std::int64_t;
  static_assert(kRoom<W> == kShortLine);
  constexpr std::int64_t kStep = kLanes<W>;
  const Tag<W> d;
  const auto* const items = reinterpret_cast<const T*>(bytes);
  auto* const words = reinterpret_cast<W*>(room);
  const Vec<W> last = hn::Set(d, std::numeric_limits<W>::max());
  const Vec<W> first_places = hn::Iota(d, W{0});
  const auto finish_row = [&](std::int64_t i, Vec<W> key) HWY_ATTR {
    Vec<W> v = hn::Or(hn::ShiftLeftSame(key, place_bits), hn::Add(first_places, hn::Set(d, i)));
    if (count - i < kStep) {
      v = hn::IfThenElse(hn::FirstN(d, static_cast<std::size_t>(count - i)), v, last);
    }
    hn::Store(v, d, words + i);
  };
  int cut = 0;
  if constexpr (sizeof(T) < sizeof(W)) {
    for (std::int64_t i = 0; i < count; i += kStep) {
      finish_row(i, load_keys(items + i, count - i, descending));
    }
  } else {
    Vec<W> low = last, high = hn::Set(d, std::numeric_limits<W>::min());
    for (std::int64_t i = 0; i < count; i += kStep) {
      Vec<W> key = load_keys(items + i, count - i, descending);
      if (count - i < kStep) {
        const auto there = hn::FirstN(d, static_cast<std::size_t>(count - i));
        low = hn::IfThenElse(there, hn::Min(low, key), low);
        high = hn::IfThenElse(there, hn::Max(high, key), high);
      } else {
        low = hn::Min(low, key);
        high = hn::Max(high, key);
      }
      hn::Store(key, d, words + i);
    }
    const W least = hn::GetLane(hn::MinOfLanes(d, low)),
            most = hn::GetLane(hn::MaxOfLanes(d, high));
    const auto range = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least);
    cut = std::max(0, static_cast<int>(std::bit_width(range)) + place_bits - 63);
    const hn::RebindToUnsigned<Tag<W>> u;
    const Vec<W> from = hn::Set(d, least);
    for (std::int64_t i = 0; i < count; i += kStep) {
      const auto key = hn::BitCast(u, hn::Sub(hn::Load(d, words + i), from));
      finish_row(i, hn::BitCast(d, hn::ShiftRightSame(key, cut)));
    }
  }
  sort_network(words, count);
  const Vec<W> place = hn::Set(d, (W{1} << place_bits) - 1);
  for (std::int64_t i = 0; i < count; i += kStep) {
    store_some(hn::And(hn::Load(d, words + i), place), d, places + i, count - i);
  }
  return cut > 0 && has_ties(words, count, place_bits);
}

template <class T>
void put(std::array<ShortSorts, kDTypeCount>& all, DType dtype) {
  all[static_cast<std::size_t>(dtype)] = {sort_short<T>, sort_places_short<T>};
}

const std::array<ShortSorts, kDTypeCount>& short_sorts_by_dtype() {
  static const auto kSorts = [] {
    std::array<ShortSorts, kDTypeCount> all{};
    put<std::uint8_t>(all, DType::boolean);
    put<std::int8_t>(all, DType::int8);
    put<std::int16_t>(all, DType::int16);
    put<std::int32_t>(all, DType::int32);
    put<std::int64_t>(all, DType::int64);
    put<std::uint8_t>(all, DType::uint8);
    put<std::uint16_t>(all, DType::uint16);
    put<std::uint32_t>(all, DType::uint32);
    put<std::uint64_t>(all, DType::uint64);
    put<float>(all, DType::float32);
    put<double>(all, DType::float64);
    return all;
  }();
  return kSorts;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(short_sorts_by_dtype);

const ShortSorts& short_sorts(const Isa& isa, DType dtype) {
  const Isa compiled = fourier::compiled(isa);
  return pick(HWY_DISPATCH_TABLE(short_sorts_by_dtype),
              compiled)()[static_cast<std::size_t>(dtype)];
}

}  // namespace loom::native
#endif
