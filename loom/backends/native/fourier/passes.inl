// Butterflies, and passes made of them. Included once per instruction set, hence the guard that
// toggles.
//
// A butterfly takes the elements in(0), in(1), ... to the sums out(0, .), out(1, .), ...; where they
// come from and go to is the business of the pass.
#if defined(LOOM_NATIVE_FOURIER_PASSES) == defined(HWY_TARGET_TOGGLE)
#ifdef LOOM_NATIVE_FOURIER_PASSES
#undef LOOM_NATIVE_FOURIER_PASSES
#else
#define LOOM_NATIVE_FOURIER_PASSES
#endif

#include <hwy/highway.h>

#include "loom/backends/native/fourier/vectors.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::fourier::HWY_NAMESPACE {

template <class R>
struct Butterfly2 {
  static constexpr int kRadix = 2;
  explicit HWY_INLINE Butterfly2(const Pass<R>& /*pass*/) {}
  template <class In, class Out>
  HWY_INLINE void operator()(In in, Out out) const {
    const Complex<R> a = in(0), b = in(1);
    out(0, a + b);
    out(1, a - b);
  }
};

template <class R>
struct Butterfly3 {
  static constexpr int kRadix = 3;
  explicit HWY_INLINE Butterfly3(const Pass<R>& pass)
      : half(hn::Set(Tag<R>(), R(0.5))),
        sine(hn::Set(Tag<R>(), pass.roots[2].imag())) {}
  template <class In, class Out>
  HWY_INLINE void operator()(In in, Out out) const {
    const Complex<R> a = in(0), b = in(1), c = in(2);
    const Complex<R> sum = b + c, turned = sine * (b - c);
    const Complex<R> middle = multiply_sub(half, sum, a);
    out(0, a + sum);
    out(1, minus_i(middle, turned));
    out(2, plus_i(middle, turned));
  }
  Vec<R> half, sine;
};

template <class R>
struct Butterfly4 {
  static constexpr int kRadix = 4;
  explicit HWY_INLINE Butterfly4(const Pass<R>& /*pass*/) {}
  template <class In, class Out>
  HWY_INLINE void operator()(In in, Out out) const {
    const Complex<R> a = in(0), b = in(1), c = in(2), d = in(3);
    const Complex<R> sum02 = a + c, dif02 = a - c, sum13 = b + d, dif13 = b - d;
    out(0, sum02 + sum13);
    out(1, minus_i(dif02, dif13));
    out(2, sum02 - sum13);
    out(3, plus_i(dif02, dif13));
  }
};

template <class R>
struct Butterfly5 {
  static constexpr int kRadix = 5;
  explicit HWY_INLINE Butterfly5(const Pass<R>& pass)
      : cos1(hn::Set(Tag<R>(), pass.roots[1].real())),
        cos2(hn::Set(Tag<R>(), pass.roots[2].real())),
        sin1(hn::Set(Tag<R>(), pass.roots[4].imag())),
        sin2(hn::Set(Tag<R>(), pass.roots[3].imag())) {}
  template <class In, class Out>
  HWY_INLINE void operator()(In in, Out out) const {
    const Complex<R> a = in(0), b = in(1), c = in(2), d = in(3), e = in(4);
    const Complex<R> sum1 = b + e, dif1 = b - e, sum2 = c + d, dif2 = c - d;
    out(0, a + (sum1 + sum2));
    const Complex<R> even1 = multiply_add(cos2, sum2, multiply_add(cos1, sum1, a));
    const Complex<R> even2 = multiply_add(cos1, sum2, multiply_add(cos2, sum1, a));
    const Complex<R> odd1 = multiply_add(sin2, dif2, sin1 * dif1);
    const Complex<R> odd2 = multiply_sub(sin1, dif2, sin2 * dif1);
    out(1, minus_i(even1, odd1));
    out(2, minus_i(even2, odd2));
    out(3, plus_i(even2, odd2));
    out(4, plus_i(even1, odd1));
  }
  Vec<R> cos1, cos2, sin1, sin2;
};

template <class R>
struct Butterfly7 {
  static constexpr int kRadix = 7;
  explicit HWY_INLINE Butterfly7(const Pass<R>& pass)
      : cos1(hn::Set(Tag<R>(), pass.roots[1].real())),
        cos2(hn::Set(Tag<R>(), pass.roots[2].real())),
        cos3(hn::Set(Tag<R>(), pass.roots[3].real())),
        sin1(hn::Set(Tag<R>(), pass.roots[6].imag())),
        sin2(hn::Set(Tag<R>(), pass.roots[5].imag())),
        sin3(hn::Set(Tag<R>(), pass.roots[4].imag())) {}
  template <class In, class Out>
  HWY_INLINE void operator()(In in, Out out) const {
    const Complex<R> a = in(0), b = in(1), c = in(2), d = in(3), e = in(4), f = in(5), g = in(6);
    const Complex<R> sum1 = b + g, dif1 = b - g, sum2 = c + f, dif2 = c - f;
    const Complex<R> sum3 = d + e, dif3 = d - e;
    out(0, a + (sum1 + (sum2 + sum3)));
    // 2 pi j k / 7 is an angle of 1, 2 or 3 sevenths of a turn, or of minus as many.
    const Complex<R> even1 =
        multiply_add(cos3, sum3, multiply_add(cos2, sum2, multiply_add(cos1, sum1, a)));
    const Complex<R> odd1 = multiply_add(sin3, dif3, multiply_add(sin2, dif2, sin1 * dif1));
    out(1, minus_i(even1, odd1));
    out(6, plus_i(even1, odd1));
    const Complex<R> even2 =
        multiply_add(cos1, sum3, multiply_add(cos3, sum2, multiply_add(cos2, sum1, a)));
    const Complex<R> odd2 = multiply_sub(sin1, dif3, multiply_sub(sin3, dif2, sin2 * dif1));
    out(2, minus_i(even2, odd2));
    out(5, plus_i(even2, odd2));
    const Complex<R> even3 =
        multiply_add(cos2, sum3, multiply_add(cos1, sum2, multiply_add(cos3, sum1, a)));
    const Complex<R> odd3 = multiply_add(sin2, dif3, multiply_sub(sin1, dif2, sin3 * dif1));
    out(3, minus_i(even3, odd3));
    out(4, plus_i(even3, odd3));
  }
  Vec<R> cos1, cos2, cos3, sin1, sin2, sin3;
};

template <class R>
struct Butterfly8 {
  static constexpr int kRadix = 8;
  explicit HWY_INLINE Butterfly8(const Pass<R>& pass)
      : half_root(hn::Set(Tag<R>(), pass.roots[1].real())) {}
  template <class In, class Out>
  HWY_INLINE void operator()(In in, Out out) const {
    const Complex<R> a0 = in(1), a1 = in(3), a2 = in(5), a3 = in(7);
    const Complex<R> sum02 = a0 + a2, dif02 = a0 - a2, sum13 = a1 + a3, dif13 = a1 - a3;
    const Complex<R> odd0 = sum02 + sum13, odd2 = sum02 - sum13;
    const Complex<R> d1 = minus_i(dif02, dif13), d3 = plus_i(dif02, dif13);
    // odd1 = h (1 - i) d1, odd3 = h (-1 - i) d3 with h = sqrt(1/2), which is multiplied in below.
    const Complex<R> odd1 = minus_i(d1, d1), odd3 = plus_i(d3, d3);
    const Complex<R> b0 = in(0), b1 = in(2), b2 = in(4), b3 = in(6);
    const Complex<R> sum46 = b0 + b2, dif46 = b0 - b2, sum57 = b1 + b3, dif57 = b1 - b3;
    const Complex<R> even0 = sum46 + sum57, even2 = sum46 - sum57;
    const Complex<R> even1 = minus_i(dif46, dif57), even3 = plus_i(dif46, dif57);
    out(0, even0 + odd0);
    out(4, even0 - odd0);
    out(1, multiply_add(half_root, odd1, even1));
    out(5, multiply_sub(half_root, odd1, even1));
    out(2, minus_i(even2, odd2));
    out(6, plus_i(even2, odd2));
    out(3, multiply_sub(half_root, odd3, even3));
    out(7, multiply_add(half_root, odd3, even3));
  }
  Vec<R> half_root;
};

/// Any odd radix: elements k and radix - k are combined first, so that each pair of sums costs one
/// real product per term.
template <class R>
struct ButterflyOdd {
  static constexpr int kRadix = 0;  // that of the pass
  explicit HWY_INLINE ButterflyOdd(const Pass<R>& pass) : radix(pass.radix), roots(pass.roots) {}
  template <class In, class Out>
  HWY_INLINE void operator()(In in, Out out) const {
    constexpr int kMaxPairs = (kLargestRadix - 1) / 2;
    const int pairs = (radix - 1) / 2;
    Complex<R> sum[kMaxPairs], dif[kMaxPairs];
    const Complex<R> first = in(0);
    Complex<R> total = first;
    for (int k = 1; k <= pairs; ++k) {
      const Complex<R> a = in(k), b = in(radix - k);
      sum[k - 1] = a + b;
      dif[k - 1] = a - b;
      total = total + sum[k - 1];
    }
    out(0, total);
    for (int j = 1; j <= pairs; ++j) {
      Complex<R> even = first, odd = {hn::Zero(Tag<R>()), hn::Zero(Tag<R>())};
      for (int k = 1, index = j; k <= pairs; ++k, index += j) {
        if (index >= radix) index -= radix;
        const Complex<R> root = broadcast(roots[index]);
        even = multiply_add(root.re, sum[k - 1], even);
        odd = multiply_sub(root.im, dif[k - 1], odd);
      }
      out(j, minus_i(even, odd));
      out(radix - j, plus_i(even, odd));
    }
  }
  int radix;
  const std::complex<R>* roots;
};

/// Rows of memory for rows.
template <class R>
struct Rows {
  R* data;

  HWY_INLINE Complex<R> load(std::int64_t i) const { return load_row(data + i * kRow<R>); }
  HWY_INLINE void store(std::int64_t i, Complex<R> x) const { store_row(x, data + i * kRow<R>); }
};

/// Complex numbers that lie beside each other; row i begins at data[i step].
template <class R>
struct Input {
  const R* data;
  std::int64_t step;
  Vec<R> sign;

  HWY_INLINE Complex<R> load(std::int64_t i) const {
    return with_sign(load_complex(data + i * step), sign);
  }
};
template <class R>
struct Output {
  R* data;
  std::int64_t step;
  Scale<R> scale;

  HWY_INLINE void store(std::int64_t i, Complex<R> x) const {
    store_complex(scale(x), data + i * step);
  }
};

template <class Source>
struct From {
  Source source;
  std::int64_t first, step;

  HWY_INLINE auto operator()(int k) const { return source.load(first + k * step); }
};

template <class Sink>
struct To {
  Sink sink;
  std::int64_t first, step;

  template <class X>
  HWY_INLINE void operator()(int j, X x) const {
    sink.store(first + j * step, x);
  }
};

template <class R, class Sink>
struct TurnedTo {
  Sink sink;
  std::int64_t first, step;
  const std::complex<R>* twiddles;

  HWY_INLINE void operator()(int j, Complex<R> x) const {
    sink.store(first + j * step, j == 0 ? x : x * broadcast(twiddles[j - 1]));
  }
};

template <class Butterfly, class R, class Source, class Sink>
HWY_NOINLINE void pass_of(const Pass<R>& pass, Source source, Sink sink) {
  const Butterfly butterfly(pass);
  const std::int64_t radix = Butterfly::kRadix > 0 ? Butterfly::kRadix : pass.radix;
  const std::int64_t stride = pass.stride, step = stride * pass.m;
  for (std::int64_t q = 0; q < stride; ++q) {
    butterfly(From<Source>{source, q, step}, To<Sink>{sink, q, stride});
  }
  for (std::int64_t p = 1; p < pass.m; ++p) {
    const std::complex<R>* const twiddles = pass.twiddles + (radix - 1) * p;
    for (std::int64_t q = 0; q < stride; ++q) {
      butterfly(From<Source>{source, q + stride * p, step},
                TurnedTo<R, Sink>{sink, q + stride * radix * p, stride, twiddles});
    }
  }
}

template <class R, class Source, class Sink>
HWY_INLINE void run_pass(const Pass<R>& pass, Source source, Sink sink) {
  switch (pass.radix) {
    case 2:
      return pass_of<Butterfly2<R>>(pass, source, sink);
    case 3:
      return pass_of<Butterfly3<R>>(pass, source, sink);
    case 4:
      return pass_of<Butterfly4<R>>(pass, source, sink);
    case 5:
      return pass_of<Butterfly5<R>>(pass, source, sink);
    case 7:
      return pass_of<Butterfly7<R>>(pass, source, sink);
    case 8:
      return pass_of<Butterfly8<R>>(pass, source, sink);
    default:
      return pass_of<ButterflyOdd<R>>(pass, source, sink);
  }
}

}  // namespace loom::native::fourier::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard that toggles
