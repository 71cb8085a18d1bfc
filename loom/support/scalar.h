#pragma once

#include <complex>
#include <concepts>
#include <type_traits>

// The kinds of number that code for elements of any type tells apart, and what it spells the same
// way for real and complex ones.
namespace loom {

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

namespace scalar {

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;
template <class T>
concept Real = std::floating_point<T>;
template <class T>
concept Complex = kIsComplex<T>;
template <class T>
concept Floating = Real<T> || Complex<T>;
template <class T>
concept Number = Integer<T> || Floating<T>;
/// Numbers that have an order.
template <class T>
concept Ordered = Integer<T> || Real<T>;

/// a * b by the textbook formula. std::complex's operator repairs infinities in a library call,
/// which would cost loops an order of magnitude.
template <class T>
inline T multiply(T a, T b) {
  if constexpr (kIsComplex<T>) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
  } else {
    return a * b;
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

}  // namespace scalar
}  // namespace loom
