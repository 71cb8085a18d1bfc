// Exponentials, logarithms, circular and hyperbolic functions of real numbers, by SLEEF's vector
// functions and, where there are faster ones, our own; all are within 1 unit in the last place.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/transcendental.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/expm1.inl"
#include "loom/backends/native/logarithm.inl"
#include "loom/backends/native/repair.inl"

// SLEEF has a function for each name, type and instruction set, and no other way to say which than
// to put its name together: hence these macros.
#undef LOOM_SLEEF64
#undef LOOM_SLEEF32
#if HWY_TARGET == HWY_AVX3
#define LOOM_SLEEF64(name, error) Sleef_##name##d8_##error##avx512f
#define LOOM_SLEEF32(name, error) Sleef_##name##f16_##error##avx512f
#elif HWY_TARGET == HWY_AVX2
#define LOOM_SLEEF64(name, error) Sleef_##name##d4_##error##avx2
#define LOOM_SLEEF32(name, error) Sleef_##name##f8_##error##avx2
#elif HWY_TARGET == HWY_SSE4
#define LOOM_SLEEF64(name, error) Sleef_##name##d2_##error##sse4
#define LOOM_SLEEF32(name, error) Sleef_##name##f4_##error##sse4
#elif HWY_TARGET == HWY_SVE
#define LOOM_SLEEF64(name, error) Sleef_##name##dx_##error##sve
#define LOOM_SLEEF32(name, error) Sleef_##name##fx_##error##sve
#else
#define LOOM_SLEEF64(name, error) Sleef_##name##d2_##error##advsimd
#define LOOM_SLEEF32(name, error) Sleef_##name##f4_##error##advsimd
#endif

// Both functions of one name, and a struct that calls them and the standard library's; sleef.h
// would declare only those that the whole of this file may use.
#undef LOOM_FUNCTION1
#define LOOM_FUNCTION1(Struct, name, error)                        \
  extern "C" Raw<Doubles> LOOM_SLEEF64(name, error)(Raw<Doubles>); \
  extern "C" Raw<Floats> LOOM_SLEEF32(name, error)(Raw<Floats>);   \
  struct Struct {                                                  \
    static HWY_INLINE Doubles of(Doubles x) {                      \
      return vector<Doubles>(LOOM_SLEEF64(name, error)(raw(x)));   \
    }                                                              \
    static HWY_INLINE Floats of(Floats x) {                        \
      return vector<Floats>(LOOM_SLEEF32(name, error)(raw(x)));    \
    }                                                              \
    template <class T>                                             \
    static T scalar(T x) {                                         \
      return std::name(x);                                         \
    }                                                              \
  }

#undef LOOM_FUNCTION2
#define LOOM_FUNCTION2(Struct, name, error)                                      \
  extern "C" Raw<Doubles> LOOM_SLEEF64(name, error)(Raw<Doubles>, Raw<Doubles>); \
  extern "C" Raw<Floats> LOOM_SLEEF32(name, error)(Raw<Floats>, Raw<Floats>);    \
  struct Struct {                                                                \
    static HWY_INLINE Doubles of(Doubles x, Doubles y) {                         \
      return vector<Doubles>(LOOM_SLEEF64(name, error)(raw(x), raw(y)));         \
    }                                                                            \
    static HWY_INLINE Floats of(Floats x, Floats y) {                            \
      return vector<Floats>(LOOM_SLEEF32(name, error)(raw(x), raw(y)));          \
    }                                                                            \
    template <class T>                                                           \
    static T scalar(T x, T y) {                                                  \
      return std::name(x, y);                                                    \
    }                                                                            \
  }

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

using schema::op;

using Doubles = hn::Vec<Tag<double>>;
using Floats = hn::Vec<Tag<float>>;

// The compiler's own vector type inside Highway's, which are one and the same for SVE.
#if HWY_TARGET == HWY_SVE
template <class V>
using Raw = V;
template <class V>
HWY_INLINE V raw(V v) {
  return v;
}
template <class V>
HWY_INLINE V vector(Raw<V> v) {
  return v;
}
#else
template <class V>
using Raw = decltype(V::raw);
template <class V>
HWY_INLINE Raw<V> raw(V v) {
  return v.raw;
}
template <class V>
HWY_INLINE V vector(Raw<V> v) {
  return V{v};
}
#endif

LOOM_FUNCTION1(Exp, exp, u10);
LOOM_FUNCTION1(Expm1, expm1, u10);
LOOM_FUNCTION1(Log, log, u10);
LOOM_FUNCTION1(Log1p, log1p, u10);
LOOM_FUNCTION1(Log2, log2, u10);
LOOM_FUNCTION1(Log10, log10, u10);
LOOM_FUNCTION1(Sin, sin, u10);
LOOM_FUNCTION1(Cos, cos, u10);
LOOM_FUNCTION1(Tan, tan, u10);
LOOM_FUNCTION1(Asin, asin, u10);
LOOM_FUNCTION1(Acos, acos, u10);
LOOM_FUNCTION1(Atan, atan, u10);
LOOM_FUNCTION1(Sinh, sinh, u10);
LOOM_FUNCTION1(Cosh, cosh, u10);
LOOM_FUNCTION1(Tanh, tanh, u10);
LOOM_FUNCTION1(Asinh, asinh, u10);
LOOM_FUNCTION1(Acosh, acosh, u10);
LOOM_FUNCTION1(Atanh, atanh, u10);
LOOM_FUNCTION2(Atan2, atan2, u10);
LOOM_FUNCTION2(Hypot, hypot, u05);
LOOM_FUNCTION2(Power, pow, u10);

template <class F>
inline constexpr bool kIsCircular =
    std::is_same_v<F, Sin> || std::is_same_v<F, Cos> || std::is_same_v<F, Tan>;

/// Up to where (in absolute value) SLEEF's functions are right; some overflow before their results
/// do. For circular ones, up to where they reduce the argument in less than three ways.
template <class F, class T>
constexpr T limit() {
  constexpr bool kSingle = std::is_same_v<T, float>;
  if constexpr (std::is_same_v<F, Sinh> || std::is_same_v<F, Cosh>) return kSingle ? 88 : 709;
  if constexpr (std::is_same_v<F, Exp> && !kSingle) return 709;
  if constexpr (std::is_same_v<F, Log1p> || std::is_same_v<F, Power>) {
    return static_cast<T>(kSingle ? 1e30 : 1e300);
  }
  if constexpr (std::is_same_v<F, Asinh> || std::is_same_v<F, Acosh>) {
    return static_cast<T>(kSingle ? 1e18 : 1e150);
  }
  if constexpr (kIsCircular<F> && !kSingle) return 1e14;
  return std::numeric_limits<T>::max();
}

/// Lanes of an argument that the standard library has to look after: those beyond the limit, and
/// numbers below the normal range, which some of SLEEF's functions take for 0.
template <class F, class D, class V>
HWY_INLINE auto is_odd(D d, V x) {
  using T = hn::TFromD<D>;
  // Large negative ones, which masks are made of, are nothing odd to exp.
  const V size = std::is_same_v<F, Exp> ? x : hn::Abs(x);
  const auto tiny =
      hn::And(hn::Lt(size, hn::Set(d, std::numeric_limits<T>::min())), hn::Gt(size, hn::Zero(d)));
  return hn::Or(tiny, hn::Gt(size, hn::Set(d, limit<F, T>())));
}

/// SLEEF reduces all arguments of a vector to a quarter turn in the way that the largest needs, so
/// that the last bit of a lane would depend on its neighbours: small and large ones go separately.
template <class F, class D, class V>
HWY_INLINE V circular(D d, V x) {
  using T = hn::TFromD<D>;
  const V size = hn::Abs(x);
  const auto near = hn::Lt(size, hn::Set(d, sizeof(T) == 4 ? 125 : 15));
  const V result = F::of(hn::IfThenElseZero(near, x));
  if (HWY_LIKELY(hn::AllTrue(d, near))) return result;
  const auto far = hn::And(hn::Not(near), hn::Le(size, hn::Set(d, limit<F, T>())));
  constexpr T kLarge = 1000;  // brings vectors that have no large argument the same way
  return hn::IfThenElse(near, result, F::of(hn::IfThenElse(far, x, hn::Set(d, kLarge))));
}

/// Our own function of F's name, if there is one.
template <class F, class D, class V>
HWY_INLINE auto own(D d, V x) {
  if constexpr (std::is_same_v<F, Exp>) return exponential(d, x);
  if constexpr (std::is_same_v<F, Expm1>) return expm1(d, x);
  if constexpr (std::is_same_v<F, Log>) return logarithm(d, x);
  if constexpr (std::is_same_v<F, Tanh>) return tanh(d, x);
}
template <class F>
inline constexpr bool kIsOwn = std::is_same_v<F, Exp> || std::is_same_v<F, Expm1> ||
                               std::is_same_v<F, Log> || std::is_same_v<F, Tanh>;

/// F as a function of vectors, right for all arguments.
template <class F>
struct Everywhere {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    if constexpr (kIsOwn<F> && kHasLookup<hn::TFromD<D>>) {
      return own<F>(d, x);
    } else if constexpr (kIsCircular<F>) {
      const auto odd = hn::Or(is_odd<F>(d, x), hn::IsNaN(x));
      return checked<F>(d, odd, circular<F>(d, x), x);
    } else {
      return checked<F>(d, is_odd<F>(d, x), F::of(x), x);
    }
  }
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x, V y) const {
    return checked<F>(d, hn::Or(is_odd<F>(d, x), is_odd<F>(d, y)), F::of(x, y), x, y);
  }
};

/// log(exp(a) + exp(b)), relative to the larger. Where they are equal the difference would be NaN
/// for infinities.
struct LogAddExp {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a, V b) const {
    using T = hn::TFromD<D>;
    const V apart = hn::Neg(hn::Abs(hn::Sub(a, b)));
    const V more = Everywhere<Log1p>()(d, Everywhere<Exp>()(d, apart));
    const V larger = hn::IfThenElse(hn::Ge(a, b), a, b);
    return hn::IfThenElse(hn::Eq(a, b), hn::Add(a, hn::Set(d, std::numbers::ln2_v<T>)),
                          hn::Add(larger, more));
  }
};

/// L's loops, or none where vectors hold less float64 than it takes to be faster than the standard
/// library, which uses fused multiplications where the processor has them. Where the standard
/// library is not within 1 unit in the last place, there are loops at any length.
template <class L>
constexpr Operation operation(schema::OpId id, std::size_t least_lanes) {
  const bool pays = HWY_LANES(double) >= least_lanes;
  return {id, Cost::function, pays ? with<L>(Reals()) : Loops()};
}

std::span<const Operation> transcendental() {
  static constexpr Operation kOperations[] = {
      operation<Unary<Everywhere<Exp>>>(op("exp"), 2),
      operation<Unary<Everywhere<Expm1>>>(op("expm1"), 4),
      operation<Unary<Everywhere<Log>>>(op("log"), 4),
      operation<Unary<Everywhere<Log1p>>>(op("log1p"), 2),
      operation<Unary<Everywhere<Log2>>>(op("log2"), 4),
      operation<Unary<Everywhere<Log10>>>(op("log10"), 2),
      operation<Unary<Everywhere<Sin>>>(op("sin"), 2),
      operation<Unary<Everywhere<Cos>>>(op("cos"), 2),
      operation<Unary<Everywhere<Tan>>>(op("tan"), 2),
      operation<Unary<Everywhere<Asin>>>(op("asin"), 2),
      operation<Unary<Everywhere<Acos>>>(op("acos"), 2),
      operation<Unary<Everywhere<Atan>>>(op("atan"), 4),
      operation<Unary<Everywhere<Sinh>>>(op("sinh"), 2),
      operation<Unary<Everywhere<Cosh>>>(op("cosh"), 2),
      operation<Unary<Everywhere<Tanh>>>(op("tanh"), 2),
      operation<Unary<Everywhere<Asinh>>>(op("asinh"), 2),
      operation<Unary<Everywhere<Acosh>>>(op("acosh"), 2),
      operation<Unary<Everywhere<Atanh>>>(op("atanh"), 2),
      operation<Binary<Everywhere<Atan2>>>(op("atan2"), 2),
      operation<Binary<Everywhere<Hypot>>>(op("hypot"), 4),
      operation<Binary<Everywhere<Power>>>(op("power"), 8),
      operation<Binary<LogAddExp>>(op("logaddexp"), 2),
  };
  return kOperations;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(transcendental);

std::span<const Operation> transcendental_operations(const Isa& isa) {
  return pick(HWY_DISPATCH_TABLE(transcendental), isa)();
}

}  // namespace loom::native
#endif
