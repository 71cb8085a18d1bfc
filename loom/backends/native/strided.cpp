// Elements brought side by side in vectors.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/strided.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/staging.h"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Tag = hn::CappedTag<T, 64 / sizeof(T)>;

template <class T>
HWY_INLINE hn::Vec<Tag<T>> reversed(hn::Vec<Tag<T>> v) {
  const Tag<T> d;
  if constexpr (sizeof(T) == 1) {
    const Tag<std::uint16_t> pairs;
    const auto whole = hn::Reverse(pairs, hn::BitCast(pairs, v));
    return hn::BitCast(d, hn::Or(hn::ShiftLeft<8>(whole), hn::ShiftRight<8>(whole)));
  } else {
    return hn::Reverse(d, v);
  }
}

template <class T>
void gather(std::byte* to_bytes, const std::byte* from_bytes, std::int64_t step,
            std::int64_t count) {
  const Tag<T> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  auto* const to = reinterpret_cast<T*>(to_bytes);
  const auto* const from = reinterpret_cast<const T*>(from_bytes);
  std::int64_t i = 0;
  if (step == -1) {
    for (; i + lanes <= count; i += lanes) {
      hn::StoreU(reversed<T>(hn::LoadU(d, from - i - lanes + 1)), d, to + i);
    }
  } else if (step == 2) {
    // What lies behind the last element is not ours to read.
    for (; i + lanes < count; i += lanes) {
      const auto low = hn::LoadU(d, from + 2 * i), high = hn::LoadU(d, from + 2 * i + lanes);
      hn::StoreU(hn::ConcatEven(d, high, low), d, to + i);
    }
  } else if (step == 0) {
    const auto v = hn::Set(d, count == 0 ? T{0} : *from);
    for (; i + lanes <= count; i += lanes) hn::StoreU(v, d, to + i);
  }
  for (; i < count; ++i) to[i] = from[i * step];
}

const StridedGathers* strided_gathers() {
  static constexpr StridedGathers kGathers = {gather<std::uint8_t>, gather<std::uint16_t>,
                                              gather<std::uint32_t>, gather<std::uint64_t>};
  return &kGathers;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(strided_gathers);

const StridedGathers& strided_gathers() {
  static const StridedGathers& gathers =
      *pick(HWY_DISPATCH_TABLE(strided_gathers), *active_isa().isa)();
  return gathers;
}

}  // namespace loom::native
#endif
