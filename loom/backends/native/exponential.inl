// The exponential function by a table of eight. Included as loops.inl.
//
// e^x = 2^(n/8) e^r with the integer n = round(8 x / ln 2), so that |r| <= ln 2 / 16. A permutation
// looks up 2^((n mod 8)/8), a polynomial is e^r - 1, and the rest of n goes to the exponent.
#if defined(LOOM_BACKENDS_NATIVE_EXPONENTIAL) == defined(HWY_TARGET_TOGGLE)
#ifdef LOOM_BACKENDS_NATIVE_EXPONENTIAL
#undef LOOM_BACKENDS_NATIVE_EXPONENTIAL
#else
#define LOOM_BACKENDS_NATIVE_EXPONENTIAL
#endif

#include <limits>

#include "loom/backends/native/lookup.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

/// The polynomial for e^r - 1 is r + r^2/2 + c3 r^3 + ..., with the c that make the largest
/// relative error on |r| <= ln 2 / 16 least (found by Lawson's iteration at 160 bits; each
/// coefficient was rounded before the next ones were fitted).
template <class T>
struct ExponentialConstants;

template <>
struct ExponentialConstants<float> {
  /// Up to where in absolute value the result is normal, and beyond which x it is 0 or infinite.
  static constexpr float kPlain = 87, kLowest = -104, kHighest = 89;
  /// Added to a number, this leaves the nearest integer in the lowest bits.
  static constexpr float kRounder = 0x1.8p23F;
  static constexpr float kPerUnit = 0x1.715476p3F;  ///< 8 / ln 2
  /// ln 2 / 8 in two parts. x - n kUnit is exact: both are multiples of the last bit of kUnit, or
  /// of x where that is smaller, and so few of them that they fit.
  static constexpr float kUnit = 0x1.62e43p-4F, kUnitRest = -0x1.05c61p-32F;
  static constexpr float kFar = 0x1p100F;
  /// The polynomial's error is 2^-27.6, relative to it.
  static constexpr float kC4 = 0x1.555a4ap-5F, kC3 = 0x1.555c2p-3F;
  /// The bits of 2^(j/8), less j where n is added to them.
  alignas(64) static constexpr Table<std::uint32_t> kPowers = {
      0x3f800000, 0x3f7b95c2, 0x3f7837f0, 0x3f75fed7, 0x3f7504f3, 0x3f75672a,
      0x3f7744fd, 0x3f7ac0c7, 0x3f800000, 0x3f7b95c2, 0x3f7837f0, 0x3f75fed7,
      0x3f7504f3, 0x3f75672a, 0x3f7744fd, 0x3f7ac0c7,
  };
  /// How much 2^(j/8) is more than that, relatively.
  alignas(64) static constexpr Table<float> kTails = {
      0x0p0F,          -0x1.9c0c2p-27F, 0x1.125p-25F,     -0x1.0a3552p-25F,
      0x1.26055cp-26F, 0x1.67a1cap-28F, -0x1.f9c304p-27F, -0x1.a5217cp-28F,
      0x0p0F,          -0x1.9c0c2p-27F, 0x1.125p-25F,     -0x1.0a3552p-25F,
      0x1.26055cp-26F, 0x1.67a1cap-28F, -0x1.f9c304p-27F, -0x1.a5217cp-28F,
  };
};

template <>
struct ExponentialConstants<double> {
  static constexpr double kPlain = 708, kLowest = -746, kHighest = 710;
  static constexpr double kRounder = 0x1.8p52;
  static constexpr double kPerUnit = 0x1.71547652b82fep3;
  static constexpr double kUnit = 0x1.62e42fefa39efp-4, kUnitRest = 0x1.abc9e3b39803fp-59;
  static constexpr double kFar = 0x1p1000;
  /// The polynomial's error is 2^-61.5, relative to it.
  static constexpr double kC8 = 0x1.a01e9e7e9e59cp-16, kC7 = 0x1.a01f57b48b271p-13,
                          kC6 = 0x1.6c16c1665f8e5p-10, kC5 = 0x1.1111110b1e450p-7,
                          kC4 = 0x1.5555555555599p-5, kC3 = 0x1.55555555555cep-3;
  alignas(64) static constexpr Table<std::uint64_t> kPowers = {
      0x3ff0000000000000, 0x3fef72b83c7d517b, 0x3fef06fe0a31b715, 0x3feebfdad5362a27,
      0x3feea09e667f3bcd, 0x3feeace5422aa0db, 0x3feee89f995ad3ad, 0x3fef5818dcfba487,
  };
  alignas(64) static constexpr Table<double> kTails = {
      0x0p0,
      -0x1.01b15eaa59348p-55,
      0x1.34d754db0abb6p-55,
      0x1.690cebb7aafb0p-56,
      -0x1.3b3efbf5e2229p-54,
      0x1.db72fc1f0eab4p-55,
      0x1.c1a7792cb3386p-55,
      0x1.4a385a63d07a7p-56,
  };
};

/// The polynomial less r, divided by r^2.
template <class D, class V>
HWY_INLINE V exponential_polynomial(D d, V r, V r2) {
  using T = hn::TFromD<D>;
  using Constants = ExponentialConstants<T>;
  const V low = hn::MulAdd(r, hn::Set(d, Constants::kC3), hn::Set(d, T(0.5)));
  if constexpr (sizeof(T) == 4) {
    return hn::MulAdd(r2, hn::Set(d, Constants::kC4), low);
  } else {
    const V middle = hn::MulAdd(r, hn::Set(d, Constants::kC5), hn::Set(d, Constants::kC4));
    V high = hn::MulAdd(r, hn::Set(d, Constants::kC7), hn::Set(d, Constants::kC6));
    high = hn::MulAdd(r2, hn::Set(d, Constants::kC8), high);
    return hn::MulAdd(r2, hn::MulAdd(r2, high, middle), low);
  }
}

/// e^x = scale (1 + tail) e^(r - n kUnitRest), where r has no rounding error. The scale comes as
/// its bits, beyond whose range its exponent may be.
template <class D, class V, class Bits>
HWY_INLINE void reduce_exponential(D d, V x, V& n, V& r, Bits& scale, V& tail) {
  using T = hn::TFromD<D>;
  using Constants = ExponentialConstants<T>;
  const hn::RebindToUnsigned<D> bits;
  const V rounder = hn::Set(d, Constants::kRounder);
  const V rounded = hn::MulAdd(x, hn::Set(d, Constants::kPerUnit), rounder);
  n = hn::Sub(rounded, rounder);
  r = hn::NegMulAdd(n, hn::Set(d, Constants::kUnit), x);
  const auto n_bits = hn::BitCast(bits, rounded);
  tail = looked_up(d, Constants::kTails, n_bits);
  const auto power = looked_up(bits, Constants::kPowers, n_bits);
  scale = hn::Add(power, hn::ShiftLeft<std::numeric_limits<T>::digits - 1 - 3>(n_bits));
}

/// e^x = scale (1 + rest).
template <class D, class V, class Bits>
HWY_INLINE void split_exponential(D d, V x, Bits& scale, V& rest) {
  using Constants = ExponentialConstants<hn::TFromD<D>>;
  V n, r, tail;
  reduce_exponential(d, x, n, r, scale, tail);
  r = hn::NegMulAdd(n, hn::Set(d, Constants::kUnitRest), r);
  const V r2 = hn::Mul(r, r);
  rest = hn::MulAdd(r2, exponential_polynomial(d, r, r2), hn::Add(r, tail));
}

/// For vectors some of whose results may not be normal numbers: scaled in two steps, of which only
/// the second leaves the normal range. Other lanes get the bits that they get elsewhere.
template <class D, class V>
HWY_NOINLINE V exponential_of_any(D d, V x) {
  using T = hn::TFromD<D>;
  using Constants = ExponentialConstants<T>;
  const hn::RebindToUnsigned<D> bits;
  hn::Vec<decltype(bits)> scale;
  V rest;
  split_exponential(d,
                    hn::Clamp(x, hn::Set(d, Constants::kLowest), hn::Set(d, Constants::kHighest)),
                    scale, rest);
  const V large = hn::Set(d, Constants::kFar), small = hn::Set(d, 1 / Constants::kFar);
  const auto negative = hn::Lt(x, hn::Zero(d));
  const auto first = hn::BitCast(bits, hn::IfThenElse(negative, large, small));
  const V second = hn::IfThenElse(negative, small, large);
  const auto one = hn::BitCast(bits, hn::Set(d, T(1)));
  const V scaled = hn::BitCast(d, hn::Add(scale, hn::Sub(first, one)));
  const V result = hn::Mul(hn::MulAdd(scaled, rest, scaled), second);
  return hn::IfThenElse(hn::IsNaN(x), x, result);
}

/// e^x for all x, within 0.6 units in the last place, 0.78 where the result is subnormal.
template <class D, class V>
HWY_INLINE V exponential(D d, V x) {
  using Constants = ExponentialConstants<hn::TFromD<D>>;
  const auto plain = hn::Le(hn::Abs(x), hn::Set(d, Constants::kPlain));
  if (HWY_UNLIKELY(!hn::AllTrue(d, plain))) return exponential_of_any(d, x);
  const hn::RebindToUnsigned<D> bits;
  hn::Vec<decltype(bits)> scale;
  V rest;
  split_exponential(d, x, scale, rest);
  const V factor = hn::BitCast(d, scale);
  return hn::MulAdd(factor, rest, factor);
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard that toggles
