#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <type_traits>

// The order of elements as the order of unsigned integers: NaN is larger than every number, and 0
// equals -0.
namespace loom {

/// Whether elements have an order: all but the complex ones.
template <class T>
inline constexpr bool kSortable = std::is_arithmetic_v<T>;

template <class T>
using key_t = std::conditional_t<
    sizeof(T) == 1, std::uint8_t,
    std::conditional_t<sizeof(T) == 2, std::uint16_t,
                       std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;

/// A number that is smaller, equal or larger where x comes before, is equal to or comes behind
/// another element in ascending order.
template <class T>
key_t<T> key_of(T x) {
  using Key = key_t<T>;
  constexpr Key kTop = static_cast<Key>(Key{1} << (8 * sizeof(T) - 1));
  if constexpr (std::is_floating_point_v<T>) {
    const auto bits = std::bit_cast<Key>(x + T(0));  // which makes 0 of -0
    const Key negative = static_cast<Key>(0) - (bits >> (8 * sizeof(T) - 1));
    const Key key = bits ^ (negative | kTop);
    return x != x ? static_cast<Key>(~Key{0}) : key;
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<Key>(static_cast<Key>(x) ^ kTop);
  } else {
    return static_cast<Key>(x);
  }
}

}  // namespace loom
