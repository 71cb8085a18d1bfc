// Tables of eight entries that vectors hold. Included as loops.inl.
#if defined(LOOM_BACKENDS_NATIVE_LOOKUP) == defined(HWY_TARGET_TOGGLE)
#ifdef LOOM_BACKENDS_NATIVE_LOOKUP
#undef LOOM_BACKENDS_NATIVE_LOOKUP
#else
#define LOOM_BACKENDS_NATIVE_LOOKUP
#endif

#include "loom/backends/native/loops.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

/// Whether one instruction looks up a vector of T in a table of eight; there are fused
/// multiplications too then.
template <class T>
inline constexpr bool kHasLookup = HWY_TARGET == HWY_AVX3 ||
                                   (HWY_TARGET == HWY_AVX2 && sizeof(T) == 4);

/// A table of eight, for float twice, as vectors may have sixteen lanes.
template <class T>
using Table = T[sizeof(T) == 4 ? 16 : 8];

/// Elements `index mod 8` of the table, which is aligned.
template <class D, class Index>
HWY_INLINE hn::Vec<D> looked_up(D d, const hn::TFromD<D>* table, Index index) {
  // Made by hand: Highway's own function demands in debug builds what the processor does anyway,
  // to look at the lowest bits alone.
  const decltype(hn::IndicesFromVec(d, index)) lane{index.raw};
  return hn::TableLookupLanes(hn::Load(d, table), lane);
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard that toggles
