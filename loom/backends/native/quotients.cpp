// Quotients without fraction, what they leave, and powers of integers.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/quotients.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include <algorithm>
#include <limits>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/repair.inl"
#include "loom/support/scalar_functions.h"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

using schema::op;

/// std::fmod(a, b) where it takes one division: of rounded quotients q below 2^digits the rest
/// a - q b is a number of T, and q is the integer wanted or next to it. `odd` gets the other lanes.
template <class D, class V, class Mask>
HWY_INLINE V rest_of(D d, V a, V b, Mask& odd) {
  using T = hn::TFromD<D>;
  const V quotient = hn::Trunc(hn::Div(a, b)), zero = hn::Zero(d);
  const V end = hn::Set(d, static_cast<T>(std::int64_t{1} << std::numeric_limits<T>::digits));
  odd = hn::Or(hn::Ge(hn::Abs(quotient), end), hn::IsInf(b));
  const V rest = hn::NegMulAdd(quotient, b, a);  // rounded once
  const auto beyond = hn::Lt(hn::CopySign(rest, hn::Xor(rest, a)), zero);
  return hn::IfThenElse(beyond, hn::Add(rest, hn::CopySign(b, a)), rest);
}

/// Lanes of a rest that is not 0 and has not the sign of b.
template <class D, class V>
HWY_INLINE auto is_on_other_side(D d, V rest, V b) {
  const V zero = hn::Zero(d);
  return hn::And(hn::Not(hn::Eq(rest, zero)), hn::Xor(hn::Lt(rest, zero), hn::Lt(b, zero)));
}

// As scalar::floor_remainder and scalar::floor_quotient, and with their bits.

struct Remainder {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a, V b) const {
    hn::Mask<D> odd;
    V rest = rest_of(d, a, b, odd);
    const V moved = hn::IfThenElse(is_on_other_side(d, rest, b), hn::Add(rest, b), rest);
    const V zero = hn::CopySign(hn::Zero(d), b);
    return checked<Remainder>(d, odd, hn::IfThenElse(hn::Eq(rest, hn::Zero(d)), zero, moved), a, b);
  }
  template <class T>
  static T scalar(T a, T b) {
    return scalar::floor_remainder(a, b);
  }
};

struct FloorDivide {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a, V b) const {
    using T = hn::TFromD<D>;
    hn::Mask<D> odd;
    const V rest = rest_of(d, a, b, odd), zero = hn::Zero(d), one = hn::Set(d, T(1));
    V quotient = hn::Div(hn::Sub(a, rest), b);
    quotient = hn::Sub(quotient, hn::IfThenElseZero(is_on_other_side(d, rest, b), one));
    const V below = hn::Floor(quotient);
    const auto up = hn::Gt(hn::Sub(quotient, below), hn::Set(d, T(0.5)));
    const V whole = hn::IfThenElse(up, hn::Add(below, one), below);
    const V signed_zero = hn::CopySign(zero, hn::Xor(a, b));
    const V result = hn::IfThenElse(hn::Eq(quotient, zero), signed_zero, whole);
    return checked<FloorDivide>(d, odd, result, a, b);
  }
  template <class T>
  static T scalar(T a, T b) {
    return scalar::floor_quotient(a, b);
  }
};

/// Vectors of integers have no division: those of up to 32 bits are divided as floating numbers
/// whose quotients, rounded down, are exact. Results wrap on their way back.
template <class T>
struct AsReals {
  using D = Tag<std::conditional_t<sizeof(T) == 4, double, float>>;
  using V = hn::Vec<D>;
  static constexpr double kHalf = 0x1p31;  ///< what moves 32 bits between signed and unsigned

  static HWY_INLINE V load(const T* from) {
    const D d;
    if constexpr (sizeof(T) < 4) {
      const auto narrow = hn::LoadU(hn::Rebind<T, D>(), from);
      return hn::ConvertTo(d, hn::PromoteTo(hn::RebindToSigned<D>(), narrow));
    } else {
      const hn::Rebind<std::int32_t, D> narrow;
      const auto bits = hn::LoadU(narrow, reinterpret_cast<const std::int32_t*>(from));
      if constexpr (std::is_signed_v<T>) return hn::PromoteTo(d, bits);
      const auto moved = hn::Xor(bits, hn::Set(narrow, INT32_MIN));
      return hn::Add(hn::PromoteTo(d, moved), hn::Set(d, kHalf));
    }
  }

  static HWY_INLINE void store(V x, T* to) {
    const D d;
    if constexpr (sizeof(T) < 4) {
      const hn::Rebind<hwy::MakeUnsigned<T>, D> narrow;
      const auto bits =
          hn::BitCast(hn::RebindToUnsigned<D>(), hn::ConvertTo(hn::RebindToSigned<D>(), x));
      hn::StoreU(hn::TruncateTo(narrow, bits), narrow, reinterpret_cast<hwy::MakeUnsigned<T>*>(to));
    } else {
      const hn::Rebind<std::int32_t, D> narrow;
      auto* const words = reinterpret_cast<std::int32_t*>(to);
      const V half = hn::Set(d, kHalf);
      if constexpr (std::is_signed_v<T>) {  // only the quotient of the least number and -1 wraps
        hn::StoreU(hn::DemoteTo(narrow, hn::IfThenElse(hn::Eq(x, half), hn::Neg(x), x)), narrow,
                   words);
      } else {
        const auto moved = hn::DemoteTo(narrow, hn::Sub(x, half));
        hn::StoreU(hn::Xor(moved, hn::Set(narrow, INT32_MIN)), narrow, words);
      }
    }
  }
};

template <class T, bool kRest>
struct IntegerStep {
  using Work = AsReals<T>;
  static HWY_INLINE std::int64_t size() { return lanes(typename Work::D()); }
  static HWY_INLINE void run(T* out, const T* in_a, const T* in_b) {
    const auto a = Work::load(in_a), b = Work::load(in_b);
    const auto quotient = hn::Floor(hn::Div(a, b));
    const auto result = kRest ? hn::Sub(a, hn::Mul(quotient, b)) : quotient;
    Work::store(hn::IfThenZeroElse(hn::Eq(b, hn::Zero(typename Work::D())), result), out);
  }
};

template <bool kRest>
struct IntegerQuotient {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    walk<IntegerStep<T, kRest>, T, T, T>(out, in, count);
  }
};

/// Powers of a block at a time by repeated squaring, as many steps as the largest exponent has
/// bits. Throws where an exponent is negative.
struct IntegerPower {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    using Word = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
    constexpr std::int64_t kBlock = 256;
    alignas(kMaxVectorBytes) Word base[kBlock], exponent[kBlock], power[kBlock];
    auto* const to = reinterpret_cast<T*>(out);
    const auto *const a = reinterpret_cast<const T*>(in[0]), *b = reinterpret_cast<const T*>(in[1]);
    for (std::int64_t begin = 0; begin < count; begin += kBlock) {
      const std::int64_t size = std::min(kBlock, count - begin);
      T bits = 0;  // which some exponent has
      for (std::int64_t i = 0; i < size; ++i) {
        base[i] = static_cast<Word>(a[begin + i]);
        exponent[i] = static_cast<Word>(b[begin + i]);
        power[i] = 1;
        bits = static_cast<T>(bits | b[begin + i]);
      }
      if (bits < 0) scalar::refuse_negative_power();
      for (; bits != 0; bits = static_cast<T>(bits >> 1)) {
        for (std::int64_t i = 0; i < size; ++i) {
          power[i] = (exponent[i] & 1) != 0 ? power[i] * base[i] : power[i];
          base[i] *= base[i];
          exponent[i] >>= 1;
        }
      }
      for (std::int64_t i = 0; i < size; ++i) to[begin + i] = static_cast<T>(power[i]);
    }
  }
};

using Short =
    Types<std::int8_t, std::int16_t, std::int32_t, std::uint8_t, std::uint16_t, std::uint32_t>;

std::span<const Operation> quotients() {
  static constexpr Operation kOperations[] = {
#if HWY_NATIVE_FMA
    {op("floor_divide"), Cost::cheap, with<Binary<FloorDivide>>(Reals())},
    {op("remainder"), Cost::cheap, with<Binary<Remainder>>(Reals())},
#endif
    {op("floor_divide"), Cost::cheap, with<IntegerQuotient<false>>(Short())},
    {op("remainder"), Cost::cheap, with<IntegerQuotient<true>>(Short())},
    {op("power"), Cost::function, with_integers<IntegerPower>()},
  };
  return kOperations;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(quotients);

std::span<const Operation> quotient_operations(const Isa& isa) {
  return pick(HWY_DISPATCH_TABLE(quotients), isa)();
}

}  // namespace loom::native
#endif
