// Lanes that a formula of vectors does not cover are computed one by one. Included as loops.inl.
#if defined(LOOM_BACKENDS_NATIVE_REPAIR) == defined(HWY_TARGET_TOGGLE)
#ifdef LOOM_BACKENDS_NATIVE_REPAIR
#undef LOOM_BACKENDS_NATIVE_REPAIR
#else
#define LOOM_BACKENDS_NATIVE_REPAIR
#endif

#include "loom/backends/native/loops.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

/// A mask as bits, that of the first lane the lowest.
template <class D, class Mask>
HWY_INLINE std::uint64_t bits_of(D d, Mask mask) {
  std::uint64_t bits = 0;
  hn::StoreMaskBits(d, mask, reinterpret_cast<std::uint8_t*>(&bits));
  return bits;
}

/// `y`, but F::scalar of the arguments where `odd` has a bit.
template <class F, class D, class V, class... X>
HWY_NOINLINE V repaired(D d, std::uint64_t odd, V y, X... x) {
  using T = hn::TFromD<D>;
  constexpr std::size_t kMost = kMaxVectorBytes / sizeof(T);
  alignas(kMaxVectorBytes) T results[kMost];
  alignas(kMaxVectorBytes) T arguments[sizeof...(X)][kMost];
  hn::Store(y, d, results);
  int k = 0;
  (hn::Store(x, d, arguments[k++]), ...);
  for (std::int64_t i = 0; i < lanes(d); ++i) {
    if ((odd >> i & 1) == 0) continue;
    if constexpr (sizeof...(X) == 1) {
      results[i] = F::scalar(arguments[0][i]);
    } else {
      results[i] = F::scalar(arguments[0][i], arguments[1][i]);
    }
  }
  return hn::Load(d, results);
}

/// The same for a mask, which is seldom set anywhere.
template <class F, class D, class Mask, class V, class... X>
HWY_INLINE V checked(D d, Mask odd, V y, X... x) {
  if (HWY_LIKELY(hn::AllFalse(d, odd))) return y;
  return repaired<F>(d, bits_of(d, odd), y, x...);
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard that toggles
