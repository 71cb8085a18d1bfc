// Vectors of complex numbers, their ways from and to memory, and transposition. Included once per
// instruction set, hence the guard that toggles.
#if defined(LOOM_NATIVE_FOURIER_VECTORS) == defined(HWY_TARGET_TOGGLE)
#ifdef LOOM_NATIVE_FOURIER_VECTORS
#undef LOOM_NATIVE_FOURIER_VECTORS
#else
#define LOOM_NATIVE_FOURIER_VECTORS
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <complex>
#include <cstring>
#include <utility>

#include "loom/backends/native/fourier/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace loom::native::fourier::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class R>
using Tag = hn::CappedTag<R, kAlignment / sizeof(R)>;
template <class R>
using Vec = hn::Vec<Tag<R>>;
template <class R>
inline constexpr std::size_t kLanes = hn::MaxLanes(Tag<R>());
/// Numbers in a row.
template <class R>
inline constexpr std::int64_t kRow = 2 * kLanes<R>;

template <class R>
struct Complex {
  Vec<R> re, im;

  // Written out because what a compiler makes up by itself is for no instruction set.
  HWY_INLINE Complex() {}
  HWY_INLINE Complex(Vec<R> real, Vec<R> imaginary) : re(real), im(imaginary) {}
};

template <class R>
HWY_INLINE Complex<R> operator+(Complex<R> a, Complex<R> b) {
  return {hn::Add(a.re, b.re), hn::Add(a.im, b.im)};
}
template <class R>
HWY_INLINE Complex<R> operator-(Complex<R> a, Complex<R> b) {
  return {hn::Sub(a.re, b.re), hn::Sub(a.im, b.im)};
}
template <class R>
HWY_INLINE Complex<R> operator*(Complex<R> a, Complex<R> b) {
  return {hn::MulSub(a.re, b.re, hn::Mul(a.im, b.im)), hn::MulAdd(a.re, b.im, hn::Mul(a.im, b.re))};
}
template <class R>
HWY_INLINE Complex<R> operator*(Vec<R> a, Complex<R> b) {
  return {hn::Mul(a, b.re), hn::Mul(a, b.im)};
}
/// a - i b, a + i b
template <class R>
HWY_INLINE Complex<R> minus_i(Complex<R> a, Complex<R> b) {
  return {hn::Add(a.re, b.im), hn::Sub(a.im, b.re)};
}
template <class R>
HWY_INLINE Complex<R> plus_i(Complex<R> a, Complex<R> b) {
  return {hn::Sub(a.re, b.im), hn::Add(a.im, b.re)};
}
/// a x + y, y - a x with a real.
template <class R>
HWY_INLINE Complex<R> multiply_add(Vec<R> a, Complex<R> x, Complex<R> y) {
  return {hn::MulAdd(a, x.re, y.re), hn::MulAdd(a, x.im, y.im)};
}
template <class R>
HWY_INLINE Complex<R> multiply_sub(Vec<R> a, Complex<R> x, Complex<R> y) {
  return {hn::NegMulAdd(a, x.re, y.re), hn::NegMulAdd(a, x.im, y.im)};
}
template <class R>
HWY_INLINE Complex<R> broadcast(const std::complex<R>& value) {
  const R* const parts = reinterpret_cast<const R*>(&value);
  return {hn::Set(Tag<R>(), parts[0]), hn::Set(Tag<R>(), parts[1])};
}

/// What the bits of imaginary parts are xored with.
template <class R>
HWY_INLINE Vec<R> sign_of(bool conjugate) {
  return hn::Set(Tag<R>(), conjugate ? R(-0.0) : R(0));
}

template <class R>
HWY_INLINE Complex<R> load_row(const R* row) {
  const Tag<R> d;
  return {hn::Load(d, row), hn::Load(d, row + kLanes<R>)};
}
template <class R>
HWY_INLINE void store_row(Complex<R> x, R* row) {
  const Tag<R> d;
  hn::Store(x.re, d, row);
  hn::Store(x.im, d, row + kLanes<R>);
}

/// The elements of a and of b by turns, in two vectors.
template <class V, class D>
HWY_INLINE void interleave(D d, V a, V b, V& first, V& second) {
#if HWY_TARGET == HWY_AVX3
  if constexpr (sizeof(hn::TFromD<D>) == 8) {
    const __m512i low = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
    const __m512i high = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
    first = V{_mm512_permutex2var_pd(a.raw, low, b.raw)};
    second = V{_mm512_permutex2var_pd(a.raw, high, b.raw)};
  } else {
    const __m512i low =
        _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const __m512i high =
        _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    first = V{_mm512_permutex2var_ps(a.raw, low, b.raw)};
    second = V{_mm512_permutex2var_ps(a.raw, high, b.raw)};
  }
#else
  const V low = hn::InterleaveLower(d, a, b), high = hn::InterleaveUpper(d, a, b);
  if constexpr (sizeof(V) == 16) {
    first = low;
    second = high;
  } else {
    first = hn::ConcatLowerLower(d, high, low);
    second = hn::ConcatUpperUpper(d, high, low);
  }
#endif
}

/// As many complex numbers as there are lanes, from side by side.
template <class R>
HWY_INLINE Complex<R> load_complex(const R* from) {
  const Tag<R> d;
  const Vec<R> low = hn::LoadU(d, from), high = hn::LoadU(d, from + kLanes<R>);
  return {hn::ConcatEven(d, high, low), hn::ConcatOdd(d, high, low)};
}
template <class R>
HWY_INLINE void store_complex(Complex<R> x, R* to) {
  const Tag<R> d;
  Vec<R> low, high;
  interleave(d, x.re, x.im, low, high);
  hn::StoreU(low, d, to);
  hn::StoreU(high, d, to + kLanes<R>);
}

/// `count` complex numbers, fewer than there are lanes; zeros behind them. Nothing behind them is
/// touched.
template <class R>
HWY_INLINE Complex<R> load_complex(const R* from, std::int64_t count) {
#if HWY_MEM_OPS_MIGHT_FAULT
  alignas(kAlignment) R room[kRow<R>] = {};
  for (std::int64_t i = 0; i < 2 * count; ++i) room[i] = from[i];
  return load_complex(room);
#else
  const Tag<R> d;
  constexpr auto kSide = static_cast<std::int64_t>(kLanes<R>);
  const auto low_mask = hn::FirstN(d, static_cast<std::size_t>(std::min(2 * count, kSide)));
  const auto high_mask = hn::FirstN(d, static_cast<std::size_t>(std::max(2 * count, kSide) - kSide));
  const Vec<R> low = hn::MaskedLoad(low_mask, d, from);
  const Vec<R> high = hn::MaskedLoad(high_mask, d, from + kSide);
  return {hn::ConcatEven(d, high, low), hn::ConcatOdd(d, high, low)};
#endif
}
template <class R>
HWY_INLINE void store_complex(Complex<R> x, R* to, std::int64_t count) {
#if HWY_MEM_OPS_MIGHT_FAULT
  alignas(kAlignment) R room[kRow<R>];
  store_complex(x, room);
  for (std::int64_t i = 0; i < 2 * count; ++i) to[i] = room[i];
#else
  const Tag<R> d;
  constexpr auto kSide = static_cast<std::int64_t>(kLanes<R>);
  const auto low_mask = hn::FirstN(d, static_cast<std::size_t>(std::min(2 * count, kSide)));
  const auto high_mask = hn::FirstN(d, static_cast<std::size_t>(std::max(2 * count, kSide) - kSide));
  Vec<R> low, high;
  interleave(d, x.re, x.im, low, high);
  hn::BlendedStore(low, low_mask, d, to);
  hn::BlendedStore(high, high_mask, d, to + kSide);
#endif
}

template <class R>
HWY_INLINE Complex<R> with_sign(Complex<R> x, Vec<R> sign) {
  return {x.re, hn::Xor(x.im, sign)};
}

/// What the parts of the output are multiplied by.
template <class R>
struct Scale {
  Vec<R> re, im;

  explicit HWY_INLINE Scale(Ends<R> ends)
      : re(hn::Set(Tag<R>(), ends.scale)),
        im(hn::Set(Tag<R>(), ends.conjugate ? -ends.scale : ends.scale)) {}
  HWY_INLINE Complex<R> operator()(Complex<R> x) const {
    return {hn::Mul(x.re, re), hn::Mul(x.im, im)};
  }
};

template <class R, std::size_t... I>
HWY_INLINE void transpose_step(Vec<R> (&v)[kLanes<R>], std::index_sequence<I...>) {
  const Tag<R> d;
  constexpr std::size_t kHalf = kLanes<R> / 2;
  Vec<R> w[kLanes<R>];
  ((w[I] = hn::ConcatEven(d, v[2 * I + 1], v[2 * I]),
    w[I + kHalf] = hn::ConcatOdd(d, v[2 * I + 1], v[2 * I])),
   ...);
  ((v[I] = w[I], v[I + kHalf] = w[I + kHalf]), ...);
}

/// Each step moves the lowest bit of (vector, lane) to the top; as many steps as a lane has bits
/// exchange the two.
template <class R>
HWY_INLINE void transpose(Vec<R> (&v)[kLanes<R>]) {
  using Pairs = std::make_index_sequence<kLanes<R> / 2>;
  transpose_step<R>(v, Pairs());
  if constexpr (kLanes<R> > 2) transpose_step<R>(v, Pairs());
  if constexpr (kLanes<R> > 4) transpose_step<R>(v, Pairs());
  if constexpr (kLanes<R> > 8) transpose_step<R>(v, Pairs());
}

template <class R, std::size_t... I>
HWY_INLINE void transpose_plane(R* from, std::int64_t from_step, R* to, std::int64_t to_step,
                                std::index_sequence<I...>) {
  const Tag<R> d;
  const std::int64_t f = from_step, t = to_step;
  Vec<R> v[kLanes<R>] = {hn::Load(d, from + static_cast<std::int64_t>(I) * f)...};
  transpose<R>(v);
  (hn::Store(v[I], d, to + static_cast<std::int64_t>(I) * t), ...);
}

/// As many rows as there are lanes, transposed. The steps are between rows. `to` may be `from`.
template <class R>
HWY_INLINE void transpose_rows(R* from, R* to) {
  using All = std::make_index_sequence<kLanes<R>>;
  transpose_plane<R>(from, kRow<R>, to, kRow<R>, All());
  transpose_plane<R>(from + kLanes<R>, kRow<R>, to + kLanes<R>, kRow<R>, All());
}

}  // namespace loom::native::fourier::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard that toggles
