// Bits, shifts and logic.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/bitwise.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/loops.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

using schema::op;

struct And {
  template <class D, class V>
  HWY_INLINE V operator()(D, V a, V b) const {
    return hn::And(a, b);
  }
};

struct Or {
  template <class D, class V>
  HWY_INLINE V operator()(D, V a, V b) const {
    return hn::Or(a, b);
  }
};

struct Xor {
  template <class D, class V>
  HWY_INLINE V operator()(D, V a, V b) const {
    return hn::Xor(a, b);
  }
};

struct Invert {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Not(x);
  }
};

/// Booleans are bytes of 0 and 1.
struct LogicalNot {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Xor(x, hn::Set(d, 1));
  }
};

/// Shifts by counts less than the bits of an element. Bytes have no shifts by vectors: they go by
/// 4, 2 and 1 bits where the count has those.
struct ShiftLeft {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a, V count) const {
    if constexpr (sizeof(hn::TFromD<D>) == 1) {
      const auto has = [&](int bit) HWY_ATTR {
        return hn::TestBit(count, hn::Set(d, static_cast<hn::TFromD<D>>(bit)));
      };
      a = hn::IfThenElse(has(4), hn::ShiftLeft<4>(a), a);
      a = hn::IfThenElse(has(2), hn::ShiftLeft<2>(a), a);
      return hn::IfThenElse(has(1), hn::ShiftLeft<1>(a), a);
    } else {
      return hn::Shl(a, count);
    }
  }
};

struct ShiftRight {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a, V count) const {
    if constexpr (sizeof(hn::TFromD<D>) == 1) {
      const auto has = [&](int bit) HWY_ATTR {
        return hn::TestBit(count, hn::Set(d, static_cast<hn::TFromD<D>>(bit)));
      };
      a = hn::IfThenElse(has(4), hn::ShiftRight<4>(a), a);
      a = hn::IfThenElse(has(2), hn::ShiftRight<2>(a), a);
      return hn::IfThenElse(has(1), hn::ShiftRight<1>(a), a);
    } else {
      return hn::Shr(a, count);
    }
  }
};

/// The largest count that leaves a bit, and which counts are not above it; negative ones, taken as
/// unsigned, are.
template <class D>
HWY_INLINE auto last_count(D) {
  using Count = hwy::MakeUnsigned<hn::TFromD<D>>;
  return hn::Set(hn::RebindToUnsigned<D>(), static_cast<Count>(8 * sizeof(Count) - 1));
}

struct LeftShift {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a, V count) const {
    const hn::RebindToUnsigned<D> u;
    const auto x = hn::BitCast(u, a), last = last_count(d);
    const auto n = hn::Min(hn::BitCast(u, count), last);
    const auto within = hn::Eq(n, hn::BitCast(u, count));
    return hn::BitCast(d, hn::IfThenElseZero(within, ShiftLeft()(u, x, n)));
  }
};

/// What is shifted out altogether leaves copies of the sign, which unsigned numbers have not.
struct RightShift {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a, V count) const {
    const hn::RebindToUnsigned<D> u;
    const auto n = hn::Min(hn::BitCast(u, count), last_count(d));
    const V shifted = ShiftRight()(d, a, hn::BitCast(d, n));
    if constexpr (std::is_signed_v<hn::TFromD<D>>) {
      return shifted;
    } else {
      return hn::IfThenElseZero(hn::Eq(n, count), shifted);
    }
  }
};

template <class F>
constexpr Loops bits() {
  return with<Binary<F>>(Types<bool>(), with_integers<Binary<F>>());
}

std::span<const Operation> bitwise() {
  using Not = Unary<LogicalNot>;
  static constexpr Operation kOperations[] = {
      {op("bitwise_and"), Cost::instruction, bits<And>()},
      {op("bitwise_or"), Cost::instruction, bits<Or>()},
      {op("bitwise_xor"), Cost::instruction, bits<Xor>()},
      {op("bitwise_invert"), Cost::instruction,
       with<Not>(Types<bool>(), with_integers<Unary<Invert>>())},
      {op("bitwise_left_shift"), Cost::cheap, with_integers<Binary<LeftShift>>()},
      {op("bitwise_right_shift"), Cost::cheap, with_integers<Binary<RightShift>>()},
      {op("logical_and"), Cost::instruction, with<Binary<And>>(Types<bool>())},
      {op("logical_or"), Cost::instruction, with<Binary<Or>>(Types<bool>())},
      {op("logical_xor"), Cost::instruction, with<Binary<Xor>>(Types<bool>())},
      {op("logical_not"), Cost::instruction, with<Not>(Types<bool>())},
  };
  return kOperations;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(bitwise);

std::span<const Operation> bitwise_operations(const Isa& isa) {
  return pick(HWY_DISPATCH_TABLE(bitwise), isa)();
}

}  // namespace loom::native
#endif
