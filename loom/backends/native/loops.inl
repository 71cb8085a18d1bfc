// Loops over elements side by side, from functions of vectors. Included once per instruction set,
// by sources that foreach_target.h includes as often; hence the guard that toggles.
//
// A function of vectors is a struct with `operator()(d, v...)`, d being the tag of the vectors. A
// loop (loop_table.h) is a struct template over it. Vectors are of 64 bytes at most, so that one bit
// per byte of a vector fits 64 bits.
#if defined(LOOM_BACKENDS_NATIVE_LOOPS) == defined(HWY_TARGET_TOGGLE)
#ifdef LOOM_BACKENDS_NATIVE_LOOPS
#undef LOOM_BACKENDS_NATIVE_LOOPS
#else
#define LOOM_BACKENDS_NATIVE_LOOPS
#endif

#include <hwy/highway.h>

#include <cstring>
#include <utility>

#include "loom/backends/native/loop_table.h"
#include "loom/support/scalar.h"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// The type of a dtype's lanes: booleans are bytes of 0 and 1, complex numbers pairs of reals.
template <class T>
using lane_t = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, real_t<T>>;

inline constexpr std::size_t kMaxVectorBytes = 64;
template <class Lane>
using Tag = hn::CappedTag<Lane, kMaxVectorBytes / sizeof(Lane)>;
using ByteTag = Tag<std::uint8_t>;

template <class D>
HWY_INLINE std::int64_t lanes(D d) {
  return static_cast<std::int64_t>(hn::Lanes(d));
}

/// A boolean vector's bytes, 0 or 1.
template <class Mask>
HWY_INLINE void store_mask(ByteTag d, Mask mask, std::uint8_t* to) {
  hn::StoreU(hn::IfThenElseZero(mask, hn::Set(d, std::uint8_t{1})), d, to);
}

/// Calls Step::run for each Step::size() elements, `out[0]` of type Out and `in[0]` of In; what is
/// left over goes through the same code beside zeros.
template <class Step, class Out, class... In, std::size_t... K>
HWY_INLINE void walk(std::byte* out_bytes, const std::byte* const* in, std::int64_t count,
                     std::index_sequence<K...>) {
  constexpr std::size_t kRoom = 2 * kMaxVectorBytes * sizeof(std::uint64_t);
  const std::int64_t size = Step::size();
  auto* const out = reinterpret_cast<Out*>(out_bytes);
  std::int64_t i = 0;
  for (; i + size <= count; i += size) {
    Step::run(out + i, (reinterpret_cast<const In*>(in[K]) + i)...);
  }
  if (i == count) return;
  alignas(kMaxVectorBytes) std::byte rest[sizeof...(In) + 1][kRoom];
  const auto left = static_cast<std::size_t>(count - i);
  const auto whole = static_cast<std::size_t>(size);
  (std::memset(rest[K], 0, whole * sizeof(In)), ...);
  (std::memcpy(rest[K], reinterpret_cast<const In*>(in[K]) + i, left * sizeof(In)), ...);
  auto* const result = reinterpret_cast<Out*>(rest[sizeof...(In)]);
  Step::run(result, reinterpret_cast<const In*>(rest[K])...);
  std::memcpy(out + i, result, left * sizeof(Out));
}

template <class Step, class Out, class... In>
HWY_INLINE void walk(std::byte* out, const std::byte* const* in, std::int64_t count) {
  walk<Step, Out, In...>(out, in, count, std::index_sequence_for<In...>());
}

/// out = f(x), out = f(x, y): vectors of one type in, a vector of that type out.
template <class F, class Lane>
struct MapStep {
  static HWY_INLINE std::int64_t size() { return lanes(Tag<Lane>()); }
  template <class... In>
  static HWY_INLINE void run(Lane* out, const In*... in) {
    const Tag<Lane> d;
    hn::StoreU(F()(d, hn::LoadU(d, in)...), d, out);
  }
};

template <class F>
struct Unary {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    using Lane = lane_t<T>;
    walk<MapStep<F, Lane>, Lane, Lane>(out, in, count * (kIsComplex<T> ? 2 : 1));
  }
};

/// On complex numbers, F of the parts of x and y each.
template <class F>
struct Binary {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    using Lane = lane_t<T>;
    walk<MapStep<F, Lane>, Lane, Lane, Lane>(out, in, count * (kIsComplex<T> ? 2 : 1));
  }
};

/// The product of complex numbers and what else is made of two: f(d, a_re, a_im, b_re, b_im) leaves
/// the result in a. With one input, b is a.
template <class F, class R>
struct ComplexStep {
  static HWY_INLINE std::int64_t size() { return lanes(Tag<R>()); }
  static HWY_INLINE void run(std::complex<R>* out, const std::complex<R>* a,
                             const std::complex<R>* b) {
    const Tag<R> d;
    hn::Vec<Tag<R>> a_re, a_im, b_re, b_im;
    hn::LoadInterleaved2(d, reinterpret_cast<const R*>(a), a_re, a_im);
    hn::LoadInterleaved2(d, reinterpret_cast<const R*>(b), b_re, b_im);
    F()(d, a_re, a_im, b_re, b_im);
    hn::StoreInterleaved2(a_re, a_im, d, reinterpret_cast<R*>(out));
  }
  static HWY_INLINE void run(std::complex<R>* out, const std::complex<R>* a) { run(out, a, a); }
};

template <class F>
struct ComplexUnary {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    walk<ComplexStep<F, lane_t<T>>, T, T>(out, in, count);
  }
};

template <class F>
struct ComplexBinary {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    walk<ComplexStep<F, lane_t<T>>, T, T, T>(out, in, count);
  }
};

/// A question about elements of type T: what a vector of them answers, as a mask. Of complex
/// numbers, whether F holds for both parts (kBoth) or for one.
template <class F, class T, bool kBoth>
struct Question {
  template <class... In>
  static HWY_INLINE auto mask(Tag<T> d, const In*... in) {
    return F()(d, hn::LoadU(d, in)...);
  }
};
template <class F, class R, bool kBoth>
struct Question<F, std::complex<R>, kBoth> {
  static HWY_INLINE auto mask(Tag<R> d, const std::complex<R>* a) {
    hn::Vec<Tag<R>> re, im;
    hn::LoadInterleaved2(d, reinterpret_cast<const R*>(a), re, im);
    return both_or_one(F()(d, re), F()(d, im));
  }
  static HWY_INLINE auto mask(Tag<R> d, const std::complex<R>* a, const std::complex<R>* b) {
    hn::Vec<Tag<R>> a_re, a_im, b_re, b_im;
    hn::LoadInterleaved2(d, reinterpret_cast<const R*>(a), a_re, a_im);
    hn::LoadInterleaved2(d, reinterpret_cast<const R*>(b), b_re, b_im);
    return both_or_one(F()(d, a_re, b_re), F()(d, a_im, b_im));
  }
  template <class Mask>
  static HWY_INLINE Mask both_or_one(Mask re, Mask im) {
    return kBoth ? hn::And(re, im) : hn::Or(re, im);
  }
};

/// The masks of several vectors become one vector of bytes.
template <class F, class T, bool kBoth>
struct TestStep {
  using Asked = Question<F, T, kBoth>;
  static HWY_INLINE std::int64_t size() { return lanes(ByteTag()); }
  template <class... In>
  static HWY_INLINE void run(std::uint8_t* out, const In*... in) {
    const Tag<lane_t<T>> d;
    const ByteTag bytes;
    if constexpr (sizeof(T) == 1) {
      store_mask(bytes, hn::RebindMask(bytes, Asked::mask(d, in...)), out);
    } else {
      std::uint64_t bits = 0;
      for (std::int64_t i = 0; i < size(); i += lanes(d)) {
        std::uint64_t part = 0;
        hn::StoreMaskBits(d, Asked::mask(d, in + i...), reinterpret_cast<std::uint8_t*>(&part));
        bits |= part << i;
      }
      store_mask(bytes, hn::LoadMaskBits(bytes, reinterpret_cast<const std::uint8_t*>(&bits)), out);
    }
  }
};

/// Booleans are asked as the bytes that they are.
template <class T>
using asked_t = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>;

template <class F, bool kBoth = true>
struct UnaryTest {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    using Asked = asked_t<T>;
    walk<TestStep<F, Asked, kBoth>, std::uint8_t, Asked>(out, in, count);
  }
};

template <class F, bool kBoth = true>
struct BinaryTest {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    using Asked = asked_t<T>;
    walk<TestStep<F, Asked, kBoth>, std::uint8_t, Asked, Asked>(out, in, count);
  }
};

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard that toggles
