// Comparisons and questions.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/comparison.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/loops.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

using schema::op;

struct Equal {
  template <class D, class V>
  HWY_INLINE auto operator()(D, V a, V b) const {
    return hn::Eq(a, b);
  }
};

/// Not Highway's Ne, for which a NaN is unequal to nothing on AVX.
struct NotEqual {
  template <class D, class V>
  HWY_INLINE auto operator()(D, V a, V b) const {
    return hn::Not(hn::Eq(a, b));
  }
};

struct Less {
  template <class D, class V>
  HWY_INLINE auto operator()(D, V a, V b) const {
    return hn::Lt(a, b);
  }
};

/// Integers have an order without exceptions, and Highway only half of the comparisons.
struct LessEqual {
  template <class D, class V>
  HWY_INLINE auto operator()(D, V a, V b) const {
    if constexpr (std::is_floating_point_v<hn::TFromV<V>>) {
      return hn::Le(a, b);
    } else {
      return hn::Not(hn::Lt(b, a));
    }
  }
};

/// F with its operands exchanged: greater is less, the other way round.
template <class F>
struct Exchanged {
  template <class D, class V>
  HWY_INLINE auto operator()(D d, V a, V b) const {
    return F()(d, b, a);
  }
};

struct IsNan {
  template <class D, class V>
  HWY_INLINE auto operator()(D, V x) const {
    return hn::IsNaN(x);
  }
};

struct IsInf {
  template <class D, class V>
  HWY_INLINE auto operator()(D, V x) const {
    return hn::IsInf(x);
  }
};

struct IsFinite {
  template <class D, class V>
  HWY_INLINE auto operator()(D, V x) const {
    return hn::IsFinite(x);
  }
};

/// Of a zero and of a NaN too.
struct SignBit {
  template <class D, class V>
  HWY_INLINE auto operator()(D d, V x) const {
    const hn::RebindToSigned<D> bits;
    return hn::RebindMask(d, hn::Lt(hn::BitCast(bits, x), hn::Zero(bits)));
  }
};

/// Loops of everything that has an order.
template <class L>
constexpr Loops ordered() {
  return with<L>(Types<bool>(), with_ordered<L>());
}

/// Equality of complex numbers is that of both parts, inequality that of one.
std::span<const Operation> comparison() {
  constexpr bool kOne = false;
  using NotEquals = BinaryTest<NotEqual, kOne>;
  using AreNan = UnaryTest<IsNan, kOne>;
  using AreInf = UnaryTest<IsInf, kOne>;
  using AreFinite = UnaryTest<IsFinite>;
  static constexpr Operation kOperations[] = {
      {op("equal"), Cost::instruction,
       with<BinaryTest<Equal>>(Complexes(), ordered<BinaryTest<Equal>>())},
      {op("not_equal"), Cost::instruction, with<NotEquals>(Complexes(), ordered<NotEquals>())},
      {op("less"), Cost::instruction, ordered<BinaryTest<Less>>()},
      {op("less_equal"), Cost::instruction, ordered<BinaryTest<LessEqual>>()},
      {op("greater"), Cost::instruction, ordered<BinaryTest<Exchanged<Less>>>()},
      {op("greater_equal"), Cost::instruction, ordered<BinaryTest<Exchanged<LessEqual>>>()},
      {op("isnan"), Cost::cheap, with<AreNan>(Complexes(), with<AreNan>(Reals()))},
      {op("isinf"), Cost::cheap, with<AreInf>(Complexes(), with<AreInf>(Reals()))},
      {op("isfinite"), Cost::cheap, with<AreFinite>(Complexes(), with<AreFinite>(Reals()))},
      {op("signbit"), Cost::cheap, with<UnaryTest<SignBit>>(Reals())},
  };
  return kOperations;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(comparison);

std::span<const Operation> comparison_operations(const Isa& isa) {
  return pick(HWY_DISPATCH_TABLE(comparison), isa)();
}

}  // namespace loom::native
#endif
