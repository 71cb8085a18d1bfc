#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

// Elements with gaps are brought side by side before a vector loop sees them.
namespace loom::native {

/// Copies `count` elements side by side, which lie `step` elements from each other.
using StridedGather = void (*)(std::byte* to, const std::byte* from, std::int64_t step,
                               std::int64_t count);
/// For elements of 1, 2, 4 and 8 bytes, on the active instruction set.
using StridedGathers = std::array<StridedGather, 4>;
const StridedGathers& strided_gathers();

/// `count` elements of kSize bytes; steps count elements.
template <int kSize>
void copy_strided(std::byte* to, std::int64_t to_step, const std::byte* from,
                  std::int64_t from_step, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    std::memcpy(to + i * to_step * kSize, from + i * from_step * kSize, kSize);
  }
}

/// The same for elements of 1, 2, 4, 8 or 16 bytes.
inline void copy_strided(int size, std::byte* to, std::int64_t to_step, const std::byte* from,
                         std::int64_t from_step, std::int64_t count) {
  if (to_step == 1 && from_step == 1) {
    if (count > 0) std::memcpy(to, from, static_cast<std::size_t>(count * size));
    return;
  }
  if (to_step == 1 && size <= 8) {
    const auto which = static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(size)));
    return strided_gathers()[which](to, from, from_step, count);
  }
  switch (size) {
    case 1:
      return copy_strided<1>(to, to_step, from, from_step, count);
    case 2:
      return copy_strided<2>(to, to_step, from, from_step, count);
    case 4:
      return copy_strided<4>(to, to_step, from, from_step, count);
    case 8:
      return copy_strided<8>(to, to_step, from, from_step, count);
    default:
      return copy_strided<16>(to, to_step, from, from_step, count);
  }
}

}  // namespace loom::native
