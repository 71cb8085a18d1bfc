#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "loom/support/scalar.h"

// Arithmetic that the dense algorithms spell the same way for real and complex numbers.
namespace loom::reference::dense {

using scalar::conjugate;
using scalar::imaginary_part;
using scalar::multiply;
using scalar::real_part;
using scalar::squared_magnitude;

/// c + a * b. Integers wrap; on bool it is c or (a and b).
template <class T>
inline T multiply_add(T c, T a, T b) {
  if constexpr (std::is_same_v<T, bool>) {
    return c || (a && b);
  } else if constexpr (std::is_integral_v<T>) {
    // Unsigned, because signed overflow is undefined; at least 32 bits wide, because a product of
    // two uint16_t would be promoted to int.
    using Word = std::conditional_t<(sizeof(T) < 4), std::uint32_t, std::make_unsigned_t<T>>;
    return static_cast<T>(static_cast<Word>(c) + static_cast<Word>(a) * static_cast<Word>(b));
  } else {
    return c + multiply(a, b);
  }
}

/// |re x| + |im x|: as good as |x| for comparing sizes, and cheaper.
template <class T>
inline real_t<T> size_of(T x) {
  return std::abs(real_part(x)) + std::abs(imaginary_part(x));
}

}  // namespace loom::reference::dense
