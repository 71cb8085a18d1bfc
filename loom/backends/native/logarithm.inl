// The natural logarithm by a table of eight. Included as loops.inl.
//
// x = 2^k z with 17/24 <= z < 17/12, and log x = k ln 2 - log c + log(1 + r) with r = c z - 1. The
// upper three bits of z's place between these bounds choose c: 1 if |z - 1| <= 1/24, else a
// multiple of 1/32 for which -0.0564 < r <= 1/16, so that r is exact but for at most one bit.
#if defined(LOOM_BACKENDS_NATIVE_LOGARITHM) == defined(HWY_TARGET_TOGGLE)
#ifdef LOOM_BACKENDS_NATIVE_LOGARITHM
#undef LOOM_BACKENDS_NATIVE_LOGARITHM
#else
#define LOOM_BACKENDS_NATIVE_LOGARITHM
#endif

#include <limits>

#include "loom/backends/native/lookup.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

/// The polynomial for log(1 + r) is r - r^2/2 + c3 r^3 + ..., with the c that make the largest
/// error relative to the logarithm least (found by Lawson's iteration at 160 bits; each coefficient
/// was rounded before the next ones were fitted).
template <class T>
struct LogarithmConstants;

template <>
struct LogarithmConstants<float> {
  static constexpr std::uint32_t kLeast = 0x3f355555;  ///< the bits of 17/24
  /// ln 2 in two parts, so short a first one that k times it, less that of log c, is exact.
  static constexpr float kLn2 = 0x1.62e4p-1F, kLn2Rest = 0x1.7f7d1cp-20F;
  /// The polynomial's error is 2^-31.8.
  static constexpr float kC3 = 0x1.555528p-2F, kC4 = -0x1.000132p-2F, kC5 = 0x1.9af53p-3F,
                         kC6 = -0x1.523a96p-3F;
  alignas(64) static constexpr Table<float> kInverses = {
      1.34375F, 1.25F, 1.15625F, 1.0625F, 1, 0.90625F, 0.8125F, 0.75F,
      1.34375F, 1.25F, 1.15625F, 1.0625F, 1, 0.90625F, 0.8125F, 0.75F,
  };
  /// -log c in two parts, the first of them a multiple of 2^-16 as kLn2 is.
  alignas(64) static constexpr Table<float> kLogs = {
      -0x1.2e9p-2F,
      -0x1.c9p-3F,
      -0x1.2958p-3F,
      -0x1.f0ap-5F,
      0,
      0x1.933p-4F,
      0x1.a94p-3F,
      0x1.2698p-2F,
      -0x1.2e9p-2F,
      -0x1.c9p-3F,
      -0x1.2958p-3F,
      -0x1.f0ap-5F,
      0,
      0x1.933p-4F,
      0x1.a94p-3F,
      0x1.2698p-2F,
  };
  alignas(64) static constexpr Table<float> kLogRests = {
      0x1.d451eep-18F,
      0x1.070cacp-20F,
      0x1.683fp-18F,
      -0x1.86008cp-20F,
      0,
      0x1.797566p-18F,
      -0x1.2c3752p-19F,
      -0x1.deecb2p-18F,
      0x1.d451eep-18F,
      0x1.070cacp-20F,
      0x1.683fp-18F,
      -0x1.86008cp-20F,
      0,
      0x1.797566p-18F,
      -0x1.2c3752p-19F,
      -0x1.deecb2p-18F,
  };
};

template <>
struct LogarithmConstants<double> {
  static constexpr std::uint64_t kLeast = 0x3fe6aaaaaaaaaaab;
  static constexpr double kLn2 = 0x1.62e42fefa38p-1, kLn2Rest = 0x1.ef35793c76730p-45;
  /// The polynomial's error is 2^-58.0.
  static constexpr double kC3 = 0x1.5555555555483p-2, kC4 = -0x1.fffffffff5af1p-3,
                          kC5 = 0x1.9999999b1e96bp-3, kC6 = -0x1.555555b44944dp-3,
                          kC7 = 0x1.249242df12395p-3, kC8 = -0x1.fffdb3d20bac7p-4,
                          kC9 = 0x1.c72f7712e97d9p-4, kC10 = -0x1.9c89cdd151fb7p-4,
                          kC11 = 0x1.6bba7b7d4a642p-4;
  alignas(64) static constexpr Table<double> kInverses = {
      1.34375, 1.25, 1.15625, 1.0625, 1, 0.90625, 0.8125, 0.75,
  };
  /// The first parts are multiples of 2^-42.
  alignas(64) static constexpr Table<double> kLogs = {
      -0x1.2e8e2bae12p-2, -0x1.c8ff7c79aap-3, -0x1.29552f82p-3,  -0x1.f0a30c0118p-5, 0,
      0x1.9335e5d594p-4,  0x1.a93ed3c8aep-3,  0x1.269621134ep-2,
  };
  alignas(64) static constexpr Table<double> kLogRests = {
      0x1.67b1e99b72bd8p-45,
      0x1.7794f689f8434p-45,
      0x1.5b967f4471dfcp-44,
      0x1.d599e83368e91p-45,
      0,
      0x1.3115c3abd47dap-45,
      -0x1.8724350562169p-45,
      -0x1.1b61f10522625p-44,
  };
};

/// The polynomial less r, divided by r^2.
template <class D, class V>
HWY_INLINE V logarithm_polynomial(D d, V r, V r2) {
  using T = hn::TFromD<D>;
  using Constants = LogarithmConstants<T>;
  const auto pair = [d, r](T a, T b)
                        HWY_ATTR { return hn::MulAdd(r, hn::Set(d, b), hn::Set(d, a)); };
  const V c23 = pair(T(-0.5), Constants::kC3);
  const V c45 = pair(Constants::kC4, Constants::kC5);
  if constexpr (sizeof(T) == 4) {
    return hn::MulAdd(r2, hn::MulAdd(r2, hn::Set(d, Constants::kC6), c45), c23);
  } else {
    const V c67 = pair(Constants::kC6, Constants::kC7);
    const V c89 = pair(Constants::kC8, Constants::kC9);
    const V last = pair(Constants::kC10, Constants::kC11);
    const V low = hn::MulAdd(r2, c45, c23);
    const V high = hn::MulAdd(r2, hn::MulAdd(r2, last, c89), c67);
    return hn::MulAdd(hn::Mul(r2, r2), high, low);
  }
}

/// log x less `less` ln 2, of positive normal x.
template <class D, class V, class Bits>
HWY_INLINE V normal_logarithm(D d, V x, Bits less) {
  using T = hn::TFromD<D>;
  using Constants = LogarithmConstants<T>;
  const hn::RebindToUnsigned<D> bits;
  const hn::RebindToSigned<D> integers;
  constexpr int kDigits = std::numeric_limits<T>::digits - 1;
  const auto x_bits = hn::BitCast(bits, x);
  const auto place = hn::Sub(x_bits, hn::Set(bits, Constants::kLeast));
  const auto index = hn::ShiftRight<kDigits - 3>(place);
  const auto exponent = hn::ShiftRight<kDigits>(hn::BitCast(integers, place));
  const V k = hn::ConvertTo(d, hn::Sub(exponent, less));
  const V z = hn::BitCast(d, hn::Sub(x_bits, hn::ShiftLeft<kDigits>(hn::BitCast(bits, exponent))));
  const V r = hn::MulSub(z, looked_up(d, Constants::kInverses, index), hn::Set(d, T(1)));
  const V large = hn::MulAdd(k, hn::Set(d, Constants::kLn2), looked_up(d, Constants::kLogs, index));
  // What the sum loses, as `large` is 0 or larger than r.
  const V sum = hn::Add(large, r);
  const V lost = hn::Add(hn::Sub(large, sum), r);
  const V small =
      hn::MulAdd(k, hn::Set(d, Constants::kLn2Rest), looked_up(d, Constants::kLogRests, index));
  const V r2 = hn::Mul(r, r);
  const V rest = hn::MulAdd(r2, logarithm_polynomial(d, r, r2), hn::Add(lost, small));
  return hn::Add(sum, rest);
}

/// For vectors that have numbers other than positive normal ones.
template <class D, class V>
HWY_NOINLINE V logarithm_of_any(D d, V x) {
  using T = hn::TFromD<D>;
  using Limits = std::numeric_limits<T>;
  const hn::RebindToSigned<D> integers;
  constexpr int kDigits = Limits::digits - 1;
  const V zero = hn::Zero(d), inf = hn::Set(d, Limits::infinity());
  const auto tiny = hn::Lt(x, hn::Set(d, Limits::min()));
  const V scale = hn::Set(d, 1 / Limits::epsilon());
  const auto less = hn::IfThenElseZero(hn::RebindMask(integers, tiny), hn::Set(integers, kDigits));
  V result = normal_logarithm(d, hn::IfThenElse(tiny, hn::Mul(x, scale), x), less);
  result = hn::IfThenElse(hn::Eq(x, zero), hn::Neg(inf), result);
  result = hn::IfThenElse(hn::Lt(x, zero), hn::Set(d, Limits::quiet_NaN()), result);
  // Infinity and NaN are their own logarithms.
  return hn::IfThenElse(hn::Or(hn::Eq(x, inf), hn::IsNaN(x)), x, result);
}

/// log x for all x, within 0.75 units in the last place.
template <class D, class V>
HWY_INLINE V logarithm(D d, V x) {
  using Limits = std::numeric_limits<hn::TFromD<D>>;
  const auto plain =
      hn::And(hn::Ge(x, hn::Set(d, Limits::min())), hn::Le(x, hn::Set(d, Limits::max())));
  if (HWY_UNLIKELY(!hn::AllTrue(d, plain))) return logarithm_of_any(d, x);
  return normal_logarithm(d, x, hn::Zero(hn::RebindToSigned<D>()));
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard that toggles
