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

/// A vector of integers has no division: those of up to 32 bits are divided as floating numbers,
/// whose quotients are as exact as it takes. Plain loops, for the compiler to make vectors of.
template <class T>
HWY_INLINE T integer_quotient(T a, T b) {
  using Work = std::conditional_t<sizeof(T) == 4, double, float>;
  const bool special = b == 0 || scalar::is_minus_one(b);
  const T divisor = special ? T(1) : b;
  const auto quotient =
      static_cast<T>(static_cast<std::int32_t>(static_cast<Work>(a) / static_cast<Work>(divisor)));
  const bool inexact = static_cast<T>(quotient * divisor) != a;
  const auto below = static_cast<T>(quotient - (inexact && (a < 0) != (b < 0)));
  return b == 0 ? T(0) : special ? scalar::negated(a) : below;
}

struct IntegerFloorDivide {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    auto* const to = reinterpret_cast<T*>(out);
    const auto *const a = reinterpret_cast<const T*>(in[0]), *b = reinterpret_cast<const T*>(in[1]);
    for (std::int64_t i = 0; i < count; ++i) to[i] = integer_quotient(a[i], b[i]);
  }
};

struct IntegerRemainder {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    auto* const to = reinterpret_cast<T*>(out);
    const auto *const a = reinterpret_cast<const T*>(in[0]), *b = reinterpret_cast<const T*>(in[1]);
    for (std::int64_t i = 0; i < count; ++i) {
      const T rest = static_cast<T>(a[i] - integer_quotient(a[i], b[i]) * b[i]);
      to[i] = b[i] == 0 ? T(0) : rest;
    }
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

/// Those whose quotients fit 32 bits with a sign.
using Short = Types<std::int8_t, std::int16_t, std::int32_t, std::uint8_t, std::uint16_t>;

std::span<const Operation> quotients() {
  static constexpr Operation kOperations[] = {
#if HWY_NATIVE_FMA
    {op("floor_divide"), Cost::cheap, with<Binary<FloorDivide>>(Reals())},
    {op("remainder"), Cost::cheap, with<Binary<Remainder>>(Reals())},
#endif
    {op("floor_divide"), Cost::cheap, with<IntegerFloorDivide>(Short())},
    {op("remainder"), Cost::cheap, with<IntegerRemainder>(Short())},
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
