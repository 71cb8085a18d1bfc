// Sums, products, quotients, signs, rounding and choices.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/arithmetic.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include <limits>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/loops.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

using schema::op;

struct Add {
  template <class D, class V>
  HWY_INLINE V operator()(D, V a, V b) const {
    return hn::Add(a, b);
  }
};

struct Subtract {
  template <class D, class V>
  HWY_INLINE V operator()(D, V a, V b) const {
    return hn::Sub(a, b);
  }
};

/// There are no products of bytes: those of the even and of the odd ones stand in 16 bits each.
struct Multiply {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a, V b) const {
    if constexpr (sizeof(hn::TFromD<D>) == 1) {
      const hn::Repartition<std::uint16_t, D> wide;
      const auto x = hn::BitCast(wide, a), y = hn::BitCast(wide, b);
      const auto low = hn::And(hn::Mul(x, y), hn::Set(wide, std::uint16_t{0xff}));
      const auto high = hn::Mul(hn::ShiftRight<8>(x), hn::ShiftRight<8>(y));
      return hn::BitCast(d, hn::Or(low, hn::ShiftLeft<8>(high)));
    } else {
      return hn::Mul(a, b);
    }
  }
};

/// By the textbook formula, each product and each sum rounded.
struct ComplexMultiply {
  template <class D, class V>
  HWY_INLINE void operator()(D, V& a_re, V& a_im, V b_re, V b_im) const {
    const V re = hn::Sub(hn::Mul(a_re, b_re), hn::Mul(a_im, b_im));
    a_im = hn::Add(hn::Mul(a_re, b_im), hn::Mul(a_im, b_re));
    a_re = re;
  }
};

struct Square {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return Multiply()(d, x, x);
  }
};

struct Divide {
  template <class D, class V>
  HWY_INLINE V operator()(D, V a, V b) const {
    return hn::Div(a, b);
  }
};

struct Reciprocal {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Div(hn::Set(d, 1), x);
  }
};

struct Sqrt {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Sqrt(x);
  }
};

struct Negative {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    using T = hn::TFromD<D>;
    if constexpr (std::is_floating_point_v<T>) {
      return hn::Neg(x);
    } else {
      return hn::Sub(hn::Zero(d), x);
    }
  }
};

struct Conjugate {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::OddEven(hn::Neg(x), x);
  }
};

struct Abs {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Abs(x);
  }
};

/// -1, 0 or 1; a NaN stays what it is.
struct Sign {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    using T = hn::TFromD<D>;
    const V one = hn::Set(d, T{1});
    if constexpr (std::is_unsigned_v<T>) {
      return hn::Min(x, one);
    } else {
      const V zero = hn::Zero(d);
      const V sign = hn::Sub(hn::IfThenElseZero(hn::Gt(x, zero), one),
                             hn::IfThenElseZero(hn::Lt(x, zero), one));
      if constexpr (!std::is_floating_point_v<T>) {
        return sign;
      } else {
        return hn::IfThenElse(hn::IsNaN(x), x, sign);
      }
    }
  }
};

/// Numbers of one sign follow each other as their bits do. A NaN in an operand stays NaN.
struct NextAfter {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a, V b) const {
    using T = hn::TFromD<D>;
    const hn::RebindToSigned<D> bits;
    const V zero = hn::Zero(d);
    const auto outwards = hn::Not(hn::Xor(hn::Lt(a, b), hn::Gt(a, zero)));  // away from zero
    const auto one = hn::Set(bits, 1);
    const auto step = hn::IfThenElse(hn::RebindMask(bits, outwards), one, hn::Neg(one));
    const V next = hn::BitCast(d, hn::Add(hn::BitCast(bits, a), step));
    const V least = hn::CopySign(hn::Set(d, std::numeric_limits<T>::denorm_min()), b);
    const V moved = hn::IfThenElse(hn::Eq(a, zero), least, next);
    const auto unordered = hn::Or(hn::IsNaN(a), hn::IsNaN(b));
    return hn::IfThenElse(unordered, hn::Add(a, b), hn::IfThenElse(hn::Eq(a, b), b, moved));
  }
};

struct CopySign {
  template <class D, class V>
  HWY_INLINE V operator()(D, V a, V b) const {
    return hn::CopySign(a, b);
  }
};

/// Of floating numbers the first one where they are equal, so that the sign of a zero is its sign;
/// NaN where either is.
struct Maximum {
  template <class D, class V>
  HWY_INLINE V operator()(D, V a, V b) const {
    if constexpr (!std::is_floating_point_v<hn::TFromD<D>>) {
      return hn::Max(a, b);
    } else {
      return hn::IfThenElse(hn::Or(hn::Ge(a, b), hn::IsNaN(a)), a, b);
    }
  }
};

struct Minimum {
  template <class D, class V>
  HWY_INLINE V operator()(D, V a, V b) const {
    if constexpr (!std::is_floating_point_v<hn::TFromD<D>>) {
      return hn::Min(a, b);
    } else {
      return hn::IfThenElse(hn::Or(hn::Le(a, b), hn::IsNaN(a)), a, b);
    }
  }
};

/// To whole numbers; zeros keep their signs.
struct Floor {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Floor(x);
  }
};

struct Ceil {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Ceil(x);
  }
};

struct Trunc {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Trunc(x);
  }
};

/// Halves to even.
struct Round {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Round(x);
  }
};

/// Calls f with a mask of lanes of D for each vector of a step, and its first element.
template <class D, class F>
HWY_INLINE void for_each_mask(D d, const bool* condition, F f) {
  const ByteTag bytes;
  const auto chosen =
      hn::Ne(hn::LoadU(bytes, reinterpret_cast<const std::uint8_t*>(condition)), hn::Zero(bytes));
  std::uint64_t bits = 0;
  hn::StoreMaskBits(bytes, chosen, reinterpret_cast<std::uint8_t*>(&bits));
  for (std::int64_t i = 0; i < lanes(bytes); i += lanes(d)) {
    const std::uint64_t part = bits >> i;
    f(hn::LoadMaskBits(d, reinterpret_cast<const std::uint8_t*>(&part)), i);
  }
}

/// b where the condition holds, else c. Only the size of the elements matters.
template <class Lane>
struct SelectStep {
  static HWY_INLINE std::int64_t size() { return lanes(ByteTag()); }
  static HWY_INLINE void run(Lane* out, const bool* condition, const Lane* b, const Lane* c) {
    const Tag<Lane> d;
    for_each_mask(d, condition, [&](auto mask, std::int64_t i) HWY_ATTR {
      hn::StoreU(hn::IfThenElse(mask, hn::LoadU(d, b + i), hn::LoadU(d, c + i)), d, out + i);
    });
  }
};

/// Of elements of two lanes.
template <class R>
struct SelectStep<std::complex<R>> {
  using Pair = std::complex<R>;
  static HWY_INLINE std::int64_t size() { return lanes(ByteTag()); }
  static HWY_INLINE void run(Pair* out, const bool* condition, const Pair* b, const Pair* c) {
    const Tag<R> d;
    for_each_mask(d, condition, [&](auto mask, std::int64_t i) HWY_ATTR {
      hn::Vec<Tag<R>> b_re, b_im, c_re, c_im;
      hn::LoadInterleaved2(d, reinterpret_cast<const R*>(b + i), b_re, b_im);
      hn::LoadInterleaved2(d, reinterpret_cast<const R*>(c + i), c_re, c_im);
      hn::StoreInterleaved2(hn::IfThenElse(mask, b_re, c_re), hn::IfThenElse(mask, b_im, c_im), d,
                            reinterpret_cast<R*>(out + i));
    });
  }
};

template <class Moved>
struct Select {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    static_assert(sizeof(T) == sizeof(Moved));
    walk<SelectStep<Moved>, Moved, bool, Moved, Moved>(out, in, count);
  }
};

constexpr Loops select_loops() {
  Loops loops = with<Select<std::uint8_t>>(Types<bool, std::int8_t, std::uint8_t>());
  loops = with<Select<std::uint16_t>>(Types<std::int16_t, std::uint16_t>(), loops);
  loops = with<Select<std::uint32_t>>(Types<std::int32_t, std::uint32_t, float>(), loops);
  loops = with<Select<std::uint64_t>>(
      Types<std::int64_t, std::uint64_t, double, std::complex<float>>(), loops);
  return with<Select<std::complex<double>>>(Types<std::complex<double>>(), loops);
}

/// Loops of all numbers; those of complex ones work on the parts.
template <class L>
constexpr Loops numbers() {
  return with<L>(Complexes(), with_ordered<L>());
}

std::span<const Operation> arithmetic() {
  static constexpr Operation kOperations[] = {
      {op("add"), Cost::instruction, numbers<Binary<Add>>()},
      {op("subtract"), Cost::instruction, numbers<Binary<Subtract>>()},
      {op("multiply"), Cost::instruction,
       with<ComplexBinary<ComplexMultiply>>(Complexes(), with_ordered<Binary<Multiply>>())},
      {op("square"), Cost::cheap,
       with<ComplexUnary<ComplexMultiply>>(Complexes(), with_ordered<Unary<Square>>())},
      {op("divide"), Cost::cheap, with<Binary<Divide>>(Reals())},
      {op("reciprocal"), Cost::cheap, with<Unary<Reciprocal>>(Reals())},
      {op("sqrt"), Cost::cheap, with<Unary<Sqrt>>(Reals())},
      {op("negative"), Cost::instruction, numbers<Unary<Negative>>()},
      {op("conj"), Cost::cheap, with<Unary<Conjugate>>(Complexes())},
      {op("abs"), Cost::instruction, with<Unary<Abs>>(Signed(), with<Unary<Abs>>(Reals()))},
      {op("sign"), Cost::cheap, with_ordered<Unary<Sign>>()},
      {op("copysign"), Cost::cheap, with<Binary<CopySign>>(Reals())},
      {op("nextafter"), Cost::cheap, with<Binary<NextAfter>>(Reals())},
      {op("maximum"), Cost::cheap, with_ordered<Binary<Maximum>>()},
      {op("minimum"), Cost::cheap, with_ordered<Binary<Minimum>>()},
      {op("floor"), Cost::cheap, with<Unary<Floor>>(Reals())},
      {op("ceil"), Cost::cheap, with<Unary<Ceil>>(Reals())},
      {op("trunc"), Cost::cheap, with<Unary<Trunc>>(Reals())},
      {op("round"), Cost::cheap, with<Unary<Round>>(Complexes(), with<Unary<Round>>(Reals()))},
      {op("where"), Cost::cheap, select_loops()},
  };
  return kOperations;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(arithmetic);

std::span<const Operation> arithmetic_operations(const Isa& isa) {
  return pick(HWY_DISPATCH_TABLE(arithmetic), isa)();
}

}  // namespace loom::native
#endif
