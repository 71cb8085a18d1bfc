#pragma once

#include <algorithm>
#include <bit>
#include <memory>
#include <mutex>

#include "loom/array/buffer.h"
#include "loom/backends/native/short_lines.h"
#include "loom/backends/native/sort_words.h"
#include "loom/support/sort_key.h"
#include "loom/support/threads.h"

// Where the elements of a sorted line were, equal ones in their order. Key and place are packed
// into one word of 64 bits, as much of the key as there is room for once the lowest of all is
// subtracted: then plain words are sorted. Where words agree in what they have of the keys, they
// are put in order afterwards, by the same means if they are many.
namespace loom::native {

/// Words of which `place_bits` are the place, and how much of the key was cut off to make room.
struct Packing {
  int place_bits, cut;

  std::uint64_t place_of(std::uint64_t word) const {
    return word & ((std::uint64_t{1} << place_bits) - 1);
  }
  std::uint64_t key_of(std::uint64_t word) const { return word >> place_bits; }
};

/// The keys of a line and where they are.
template <class T>
class KeyedLine {
 public:
  KeyedLine(const T* items, bool descending) : items_(items), descending_(descending) {}

  std::uint64_t key(std::int64_t place) const {
    const key_t<T> key = key_of(items_[place]);
    return descending_ ? static_cast<key_t<T>>(~key) : key;
  }

  /// Writes the places of all `count` elements, at most kShortLine, in the order of these.
  void sort_short(std::int64_t* out, std::int64_t count, const ShortSorts& networks) const {
    const int place_bits = std::bit_width(static_cast<std::uint64_t>(count - 1));
    const Packing packing{place_bits, 0};
    alignas(64) std::uint64_t words[kShortLine];
    const bool ties = networks.sort_places(out, words, reinterpret_cast<const std::byte*>(items_),
                                           count, packing.place_bits, descending_);
    if (ties) settle(out, words, count, packing);
  }

  /// Sorts `places`, which are `count` of the line's in ascending order; null means all of them,
  /// and then they are written to `out`, which may be `places`.
  void sort(std::int64_t* out, const std::int64_t* places, std::int64_t count) const {
    const SortPlan plan = plan_sort(count);
    const auto bytes = static_cast<std::int64_t>(count * sizeof(std::uint64_t));
    const BufferRef memory = Buffer::allocate(plan.needs_spare() ? 2 * bytes : bytes);
    auto* words = reinterpret_cast<std::uint64_t*>(memory->data());
    auto* spare = plan.needs_spare() ? words + count : words;
    const Packing packing = pack(words, places, count);
    sort_words(plan, words, spare, count, false);
    if (plan.ends_in_spare()) std::swap(words, spare);
    unpack(out, words, places, count, packing);
    if (packing.cut > 0) settle(out, words, count, packing);
  }

 private:
  static constexpr std::int64_t kGrain = std::int64_t{1} << 14;
  static constexpr std::int64_t kMany = 256;

  Packing pack(std::uint64_t* words, const std::int64_t* places, std::int64_t count) const {
    std::uint64_t low = ~std::uint64_t{0}, high = 0;
    std::mutex mutex;
    parallel_for(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
      std::uint64_t piece_low = ~std::uint64_t{0}, piece_high = 0;
      for (std::int64_t i = begin; i < end; ++i) {
        words[i] = key(places == nullptr ? i : places[i]);
        piece_low = std::min(piece_low, words[i]);
        piece_high = std::max(piece_high, words[i]);
      }
      const std::lock_guard lock(mutex);
      low = std::min(low, piece_low);
      high = std::max(high, piece_high);
    });
    const int key_bits = std::bit_width(high - low);
    const int place_bits = std::bit_width(static_cast<std::uint64_t>(count - 1));
    const Packing packing{place_bits, std::max(0, key_bits + place_bits - 64)};
    parallel_for(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        words[i] = (words[i] - low) >> packing.cut << place_bits | static_cast<std::uint64_t>(i);
      }
    });
    return packing;
  }

  void unpack(std::int64_t* out, const std::uint64_t* words, const std::int64_t* places,
              std::int64_t count, const Packing& packing) const {
    if (places == nullptr) {
      parallel_for(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          out[i] = static_cast<std::int64_t>(packing.place_of(words[i]));
        }
      });
      return;
    }
    const auto picked = std::make_unique_for_overwrite<std::int64_t[]>(count);
    for (std::int64_t i = 0; i < count; ++i) picked[i] = places[packing.place_of(words[i])];
    std::copy_n(picked.get(), count, out);
  }

  /// Puts the places in order whose words agree in what they have of the keys.
  void settle(std::int64_t* out, const std::uint64_t* words, std::int64_t count,
              const Packing& packing) const {
    parallel_for(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
      const auto starts = [&](std::int64_t i) {
        return i == 0 || packing.key_of(words[i - 1]) != packing.key_of(words[i]);
      };
      for (std::int64_t first = begin; first < end;) {
        std::int64_t last = first + 1;
        const bool whole = starts(first);  // otherwise it belongs to who has its start
        while (last < (whole ? count : end) && !starts(last)) ++last;
        if (whole && last - first > 1) settle_run(out + first, last - first);
        first = last;
      }
    });
  }

  void settle_run(std::int64_t* places, std::int64_t count) const {
    if (count > kMany) return sort(places, places, count);
    std::sort(places, places + count, [this](std::int64_t a, std::int64_t b) {
      const std::uint64_t key_a = key(a), key_b = key(b);
      return key_a < key_b || (key_a == key_b && a < b);
    });
  }

  const T* items_;
  bool descending_;
};

/// out = where the elements of `items` in order were.
template <class T>
void argsort_line(std::int64_t* out, const T* items, std::int64_t length, bool descending,
                  const ShortSorts& networks) {
  const KeyedLine<T> line(items, descending);
  if (length <= kShortLine) return line.sort_short(out, length, networks);
  line.sort(out, nullptr, length);
}

}  // namespace loom::native
