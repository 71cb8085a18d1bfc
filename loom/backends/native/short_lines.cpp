// Lines that networks sort: elements become words and words elements.
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

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/networks.inl"
#include "loom/backends/native/short_lines.h"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

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
