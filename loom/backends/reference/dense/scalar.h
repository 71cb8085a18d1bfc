#pragma once

#include <cmath>
#include <complex>
#include <cstdint>
#include <type_traits>

// Arithmetic that the dense algorithms spell the same way for real and complex numbers.
namespace loom::reference::dense {

template <class T>
struct RealOf {
  using type = T;
};
template <class R>
struct RealOf<std::complex<R>> {
  using type = R;
};

/// The real type under T: `double` for `double` and for `std::complex<double>`.
template <class T>
using real_t = typename RealOf<T>::type;

template <class T>
inline constexpr bool kIsComplex = !std::is_same_v<T, real_t<T>>;

/// a * b by the textbook formula. std::complex's operator repairs infinities in a library call,
/// which would cost these loops an order of magnitude.
template <class T>
inline T multiply(T a, T b) {
  if constexpr (kIsComplex<T>) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
  } else {
    return a * b;
  }
}

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

/// The complex conjugate; the number itself where T is real.
template <class T>
inline T conjugate(T x) {
  if constexpr (kIsComplex<T>) {
    return {x.real(), -x.imag()};
  } else {
    return x;
  }
}

template <class T>
inline real_t<T> real_part(T x) {
  if constexpr (kIsComplex<T>) {
    return x.real();
  } else {
    return x;
  }
}

template <class T>
inline real_t<T> imaginary_part(T x) {
  if constexpr (kIsComplex<T>) {
    return x.imag();
  } else {
    return 0;
  }
}

/// |x|^2.
template <class T>
inline real_t<T> squared_magnitude(T x) {
  return real_part(x) * real_part(x) + imaginary_part(x) * imaginary_part(x);
}

/// |re x| + |im x|: as good as |x| for comparing sizes, and cheaper.
template <class T>
inline real_t<T> size_of(T x) {
  return std::abs(real_part(x)) + std::abs(imaginary_part(x));
}

}  // namespace loom::reference::dense
