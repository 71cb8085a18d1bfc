// Conversions between dtypes: plain loops, which the compiler turns into the vector instructions of
// each instruction set better than the few conversions that Highway has.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/convert.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

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

/// Booleans are read as bytes and are 1 for what is not 0.
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
    for (std::int64_t i = 0; i < count; ++i) to[i] = converted<To>(from[i]);
  }
};

/// Complex numbers to complex numbers: their parts.
template <class To>
struct ConvertParts {
  template <class From>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    Convert<lane_t<To>>::template run<lane_t<From>>(out, in, 2 * count);
  }
};

template <class... To>
constexpr Conversions between(Types<To...>) {
  Conversions by_result;
  const auto enter = [&]<class T>(std::type_identity<T>) {
    Loops& loops = by_result[static_cast<std::size_t>(dtype_of<T>())];
    loops = with<Convert<T>>(Types<To...>());
    loops[dtype_of<T>()] = nullptr;  // a copy
  };
  (enter(std::type_identity<To>()), ...);
  return by_result;
}

const Conversions& convert() {
  static constexpr Conversions kConversions = [] {
    using C64 = std::complex<float>;
    using C128 = std::complex<double>;
    Conversions by_result =
        between(Types<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                      std::uint16_t, std::uint32_t, std::uint64_t, float, double>());
    by_result[static_cast<std::size_t>(DType::complex64)] = with<ConvertParts<C64>>(Types<C128>());
    by_result[static_cast<std::size_t>(DType::complex128)] = with<ConvertParts<C128>>(Types<C64>());
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
