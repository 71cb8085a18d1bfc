// Conversions between dtypes: plain loops, which the compiler turns into the vector instructions of
// each instruction set better than the few conversions that Highway has.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/convert.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include <cstring>
#include <limits>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/loops.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

/// A real number as an integer, without its fraction; what does not fit becomes the nearest integer
/// that To has, and NaN becomes 0. No branches, so that it is the same for all lanes.
template <class To, class From>
HWY_INLINE To saturated(From x) {
  // Both ends are powers of two (or 0), so they are exact in From; To's largest value is not.
  constexpr auto kLow = static_cast<From>(std::numeric_limits<To>::min());
  constexpr auto kEnd = static_cast<From>(To{1} << (std::numeric_limits<To>::digits - 1)) * 2;
  const bool above = x >= kEnd;
  const From bounded = x > kLow ? x : kLow;
  const To inside = static_cast<To>(above || x != x ? From(0) : bounded);
  return above ? std::numeric_limits<To>::max() : inside;
}

/// Booleans are read as bytes and are 1 for what is not 0. Of complex numbers, what is real takes
/// the real part; a boolean, whether either part is not 0.
template <class To, class From>
HWY_INLINE lane_t<To> converted(From x) {
  if constexpr (std::is_same_v<To, bool>) {
    return x != From(0);
  } else if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) {
    return saturated<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

template <class To>
struct Convert {
  template <class From>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    auto* const to = reinterpret_cast<lane_t<To>*>(out);
    const auto* const from = reinterpret_cast<const lane_t<From>*>(in[0]);
    if constexpr (std::is_same_v<To, From>) {
      if (out != in[0]) std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(To));
    } else if constexpr (kIsComplex<To> && kIsComplex<From>) {
      for (std::int64_t i = 0; i < 2 * count; ++i) to[i] = converted<lane_t<To>>(from[i]);
    } else if constexpr (kIsComplex<To>) {
      for (std::int64_t i = 0; i < count; ++i) {
        to[2 * i] = converted<lane_t<To>>(from[i]);
        to[2 * i + 1] = 0;
      }
    } else if constexpr (kIsComplex<From> && std::is_same_v<To, bool>) {
      for (std::int64_t i = 0; i < count; ++i) to[i] = from[2 * i] != 0 || from[2 * i + 1] != 0;
    } else if constexpr (kIsComplex<From>) {
      for (std::int64_t i = 0; i < count; ++i) to[i] = converted<To>(from[2 * i]);
    } else {
      for (std::int64_t i = 0; i < count; ++i) to[i] = converted<To>(from[i]);
    }
  }
};

const Conversions& convert() {
  static constexpr Conversions kConversions = [] {
    Conversions by_result;
    const auto enter = [&]<class... To>(Types<To...>) {
      ((by_result[static_cast<std::size_t>(dtype_of<To>())] = with<Convert<To>>(
            Types<bool>(), with<Convert<To>>(Complexes(), with_ordered<Convert<To>>()))),
       ...);
    };
    enter(Types<bool>());
    enter(Signed());
    enter(Unsigned());
    enter(Reals());
    enter(Complexes());
    return by_result;
  }();
  return kConversions;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(convert);

const Conversions& conversions(const Isa& isa) { return pick(HWY_DISPATCH_TABLE(convert), isa)(); }

}  // namespace loom::native
#endif
