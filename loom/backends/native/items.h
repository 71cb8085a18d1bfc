#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "loom/backends/native/staging.h"

// Elements as what they are to a move: so many bytes.
namespace loom::native {

/// 16 bytes as a vector of T.
template <class T>
struct Pack16 {
  using type [[gnu::vector_size(16)]] = T;
};
template <class T>
using pack16_t = typename Pack16<T>::type;
/// What stands for items of 16 bytes, which is a vector already.
using Word16 = pack16_t<std::uint64_t>;
template <>
struct Pack16<Word16> {
  using type = Word16;
};

/// Calls f(std::type_identity<Word>()) with a Word of `size` bytes, which is 1, 2, 4, 8 or 16.
template <class F>
decltype(auto) visit_item(int size, F&& f) {
  switch (size) {
    case 1:
      return f(std::type_identity<std::uint8_t>());
    case 2:
      return f(std::type_identity<std::uint16_t>());
    case 4:
      return f(std::type_identity<std::uint32_t>());
    case 8:
      return f(std::type_identity<std::uint64_t>());
    default:
      return f(std::type_identity<Word16>());
  }
}

// By memcpy, because the elements are of other types, and not aligned to 16 bytes.
template <class Word>
Word load(const std::byte* from) {
  Word word;
  std::memcpy(&word, from, sizeof(Word));
  return word;
}
template <class Word>
void store(std::byte* to, Word word) {
  std::memcpy(to, &word, sizeof(Word));
}

/// `count` items; steps count bytes.
template <class Word>
void copy_items(std::byte* to, std::int64_t to_step, const std::byte* from, std::int64_t from_step,
                std::int64_t count) {
  constexpr std::int64_t kSize = sizeof(Word);
  if (to_step == kSize) {
    copy_strided(kSize, to, 1, from, from_step / kSize, count);
  } else {
    for (std::int64_t i = 0; i < count; ++i) {
      store(to + i * to_step, load<Word>(from + i * from_step));
    }
  }
}

}  // namespace loom::native
