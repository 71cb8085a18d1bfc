// Which elements are not zero: how many, all, any.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/truths.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/reduction.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

using schema::op;

/// Lanes as large as the elements' (as their parts), with all bits set where an element is not
/// zero.
template <class T>
struct NonZero {
  using Unit = std::conditional_t<kIsComplex<T>, T, lane_t<T>>;
  using Lane = hwy::MakeUnsigned<lane_t<T>>;
  static constexpr std::int64_t kParts = 1;
  static constexpr std::int64_t kLanes = kMaxVectorBytes / sizeof(Lane);
  static constexpr std::int64_t kSteps = dispatch::kReductionBlock;
  static constexpr bool kOrdered = false;

  /// Asked as what is not equal to zero, because `Ne` is false for NaN on some instruction sets.
  template <class D, class Load, class Centre>
  static HWY_INLINE hn::Vec<D> term(D d, const Unit* from, Load load, Centre) {
    const hn::Rebind<lane_t<T>, D> of_elements;
    const auto zero = hn::Zero(of_elements);
    if constexpr (kIsComplex<T>) {
      hn::Vec<hn::Rebind<lane_t<T>, D>> re, im;
      load.parts(of_elements, reinterpret_cast<const lane_t<T>*>(from), re, im);
      return hn::Not(bits(d, hn::And(hn::Eq(re, zero), hn::Eq(im, zero))));
    } else {
      return hn::Not(bits(d, hn::Eq(load(of_elements, from), zero)));
    }
  }

 private:
  template <class D, class Mask>
  static HWY_INLINE hn::Vec<D> bits(D d, Mask mask) {
    return hn::BitCast(d, hn::VecFromMask(hn::Rebind<lane_t<T>, D>(), mask));
  }
};

/// A lane of a block has at most kReductionBlock elements, a number that fits a byte.
template <class T>
struct Count : NonZero<T> {
  using typename NonZero<T>::Lane;
  using Acc = std::int64_t;
  using Result = std::int64_t;
  static constexpr Lane identity() { return 0; }
  template <class D, class V>
  static HWY_INLINE V merge(D, V count, V bits) {
    return hn::Sub(count, bits);
  }
  static Acc widen(const Lane* count) { return static_cast<Acc>(*count); }
  static Acc combine(Acc a, Acc b) { return a + b; }
  static Acc of_nothing() { return 0; }
  static Result finish(Acc count, const Whole&) { return count; }
};

template <class T, bool kAll>
struct Truth : NonZero<T> {
  using typename NonZero<T>::Lane;
  using Acc = std::uint8_t;
  using Result = std::uint8_t;
  static constexpr Lane identity() { return static_cast<Lane>(kAll ? -1 : 0); }
  template <class D, class V>
  static HWY_INLINE V merge(D, V a, V b) {
    return kAll ? hn::And(a, b) : hn::Or(a, b);
  }
  static Acc widen(const Lane* bits) { return *bits != 0; }
  static Acc combine(Acc a, Acc b) { return static_cast<Acc>(kAll ? a & b : a | b); }
  static Acc of_nothing() { return kAll; }
  static Result finish(Acc result, const Whole&) { return result; }
  static bool settled(Acc result) { return (result != 0) != kAll; }
};

template <class T>
using All = Truth<T, true>;
template <class T>
using Any = Truth<T, false>;

template <template <class> class Op>
constexpr Reducers of_all_dtypes() {
  return reducers<Op>(
      Types<bool>(),
      reducers<Op>(Signed(),
                   reducers<Op>(Unsigned(), reducers<Op>(Reals(), reducers<Op>(Complexes())))));
}

std::span<const Reduction> truths() {
  static constexpr Reduction kReductions[] = {
      {op("count_nonzero"), of_all_dtypes<Count>()},
      {op("all"), of_all_dtypes<All>()},
      {op("any"), of_all_dtypes<Any>()},
  };
  return kReductions;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(truths);

std::span<const Reduction> truth_reductions(const Isa& isa) {
  return pick(HWY_DISPATCH_TABLE(truths), isa)();
}

}  // namespace loom::native
#endif
