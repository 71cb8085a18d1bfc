// Complex numbers: parts, sizes, quotients and roots. complex64 is computed in float64, whose range
// and precision leave nothing to look after; elements of complex128 whose squares would leave the
// range go by the scalar function.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/complex.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/repair.inl"
#include "loom/support/scalar_functions.h"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

using schema::op;

using Work = Tag<double>;
using Doubles = hn::Vec<Work>;
using Mask = hn::Mask<Work>;

HWY_INLINE void load(const std::complex<double>* from, Doubles& re, Doubles& im) {
  hn::LoadInterleaved2(Work(), reinterpret_cast<const double*>(from), re, im);
}

HWY_INLINE void load(const std::complex<float>* from, Doubles& re, Doubles& im) {
  const hn::Rebind<float, Work> d;
  hn::Vec<decltype(d)> single_re, single_im;
  hn::LoadInterleaved2(d, reinterpret_cast<const float*>(from), single_re, single_im);
  re = hn::PromoteTo(Work(), single_re);
  im = hn::PromoteTo(Work(), single_im);
}

HWY_INLINE void store(Doubles re, Doubles im, std::complex<double>* to) {
  hn::StoreInterleaved2(re, im, Work(), reinterpret_cast<double*>(to));
}

HWY_INLINE void store(Doubles re, Doubles im, std::complex<float>* to) {
  const hn::Rebind<float, Work> d;
  hn::StoreInterleaved2(hn::DemoteTo(d, re), hn::DemoteTo(d, im), d, reinterpret_cast<float*>(to));
}

HWY_INLINE void store(Doubles re, Doubles, double* to) { hn::StoreU(re, Work(), to); }

HWY_INLINE void store(Doubles re, Doubles, float* to) {
  const hn::Rebind<float, Work> d;
  hn::StoreU(hn::DemoteTo(d, re), d, to);
}

/// Steps of a function F: F::of<R>(re, im, ...) leaves the result in re and im, of real results in
/// re alone, and returns the lanes that F::scalar has to compute. R is what it is rounded to.
template <class F, class Out, class In>
struct PartsStep {
  static HWY_INLINE std::int64_t size() { return lanes(Work()); }

  static HWY_INLINE void run(Out* out, const In* in) {
    Doubles re, im;
    load(in, re, im);
    const Mask odd = F::template of<real_t<In>>(re, im);
    finish(odd, re, im, out, in);
  }

  static HWY_INLINE void run(Out* out, const In* a, const In* b) {
    Doubles re, im, b_re, b_im;
    load(a, re, im);
    load(b, b_re, b_im);
    const Mask odd = F::template of<real_t<In>>(re, im, b_re, b_im);
    finish(odd, re, im, out, a, b);
  }

 private:
  template <class... Operand>
  static HWY_INLINE void finish(Mask odd, Doubles re, Doubles im, Out* out, const Operand*... in) {
    if (HWY_LIKELY(hn::AllFalse(Work(), odd))) return store(re, im, out);
    Out some[kMaxVectorBytes / sizeof(double)];  // `out` may be an input
    store(re, im, some);
    const std::uint64_t bits = bits_of(Work(), odd);
    for (std::int64_t i = 0; i < size(); ++i) {
      out[i] = (bits >> i & 1) != 0 ? F::scalar(in[i]...) : some[i];
    }
  }
};

template <class F>
struct OfOne {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    using Out = decltype(F::scalar(T()));
    walk<PartsStep<F, Out, T>, Out, T>(out, in, count);
  }
};

template <class F>
struct OfTwo {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    walk<PartsStep<F, T, T>, T, T, T>(out, in, count);
  }
};

HWY_INLINE Doubles square_of(Doubles re, Doubles im) {
  return hn::Add(hn::Mul(re, re), hn::Mul(im, im));
}

HWY_INLINE Mask is_zero(Doubles re, Doubles im) {
  return hn::Eq(hn::Or(hn::Abs(re), hn::Abs(im)), hn::Zero(Work()));
}

/// Whether |x| is within [low, high].
HWY_INLINE Mask is_within(Doubles x, double low, double high) {
  const Doubles size = hn::Abs(x);
  return hn::And(hn::Ge(size, hn::Set(Work(), low)), hn::Le(size, hn::Set(Work(), high)));
}

/// Numbers, by their squares, that are neither 0 nor near the ends of the range: all of complex64
/// but 0 and what is not finite.
HWY_INLINE Mask is_ordinary(Doubles square) { return is_within(square, 0x1p-900, 0x1p900); }

/// |z| of ordinary numbers, for results that are rounded to R: a root that is corrected by what its
/// square lacks, in differences that are nearly exact (Borges, ACM TOMS 46 (2020), without fused
/// operations).
template <class R>
HWY_INLINE Doubles modulus(Doubles re, Doubles im, Doubles square) {
  const Doubles root = hn::Sqrt(square);
  if constexpr (std::is_same_v<R, float>) return root;
  const Doubles x = hn::Max(hn::Abs(re), hn::Abs(im)), y = hn::Min(hn::Abs(re), hn::Abs(im));
  const Doubles two = hn::Set(Work(), 2.0), four = hn::Set(Work(), 4.0);
  const Mask steep = hn::Le(root, hn::Mul(two, y));
  const Doubles delta = hn::Sub(root, hn::IfThenElse(steep, y, x)), twice = hn::Mul(two, delta);
  const Doubles first = hn::IfThenElse(steep, hn::Mul(x, hn::Sub(twice, x)),
                                       hn::Mul(twice, hn::Sub(x, hn::Mul(two, y))));
  const Doubles second =
      hn::IfThenElse(steep, hn::Mul(hn::Sub(delta, hn::Mul(two, hn::Sub(x, y))), delta),
                     hn::Add(hn::Mul(hn::Sub(hn::Mul(four, delta), y), y), hn::Mul(delta, delta)));
  return hn::Sub(root, hn::Div(hn::Add(first, second), hn::Mul(two, root)));
}

struct ComplexAbs {
  template <class R>
  static HWY_INLINE Mask of(Doubles& re, Doubles& im) {
    const Doubles square = square_of(re, im);
    const Mask zero = is_zero(re, im);
    re = hn::IfThenZeroElse(zero, modulus<R>(re, im, square));
    return hn::Not(hn::Or(zero, is_ordinary(square)));
  }
  template <class T>
  static real_t<T> scalar(T z) {
    return scalar::abs(z);
  }
};

struct ComplexSign {
  template <class R>
  static HWY_INLINE Mask of(Doubles& re, Doubles& im) {
    const Doubles square = square_of(re, im), size = modulus<R>(re, im, square);
    const Mask zero = is_zero(re, im);
    re = hn::IfThenZeroElse(zero, hn::Div(re, size));
    im = hn::IfThenZeroElse(zero, hn::Div(im, size));
    return hn::Not(hn::Or(zero, is_ordinary(square)));
  }
  template <class T>
  static T scalar(T z) {
    return scalar::sign(z);
  }
};

/// The root with a positive real part: of the larger part by its square (|re| + |z|) / 2, of the
/// other by 2 re im, which is the imaginary part of z.
struct ComplexSqrt {
  template <class R>
  static HWY_INLINE Mask of(Doubles& re, Doubles& im) {
    const Work d;
    const Doubles square = square_of(re, im), half = hn::Set(d, 0.5);
    const Doubles sum = hn::Add(modulus<R>(re, im, square), hn::Abs(re));
    const Doubles larger = hn::Sqrt(hn::Mul(half, sum));
    const Doubles other = hn::Mul(half, hn::Div(im, larger));
    const Mask right = hn::Gt(re, hn::Zero(d)), zero = is_zero(re, im);
    re = hn::IfThenZeroElse(zero, hn::IfThenElse(right, larger, hn::Abs(other)));
    const Doubles root_im = hn::IfThenElse(right, other, hn::CopySign(larger, im));
    im = hn::IfThenElse(zero, im, root_im);
    return hn::Not(hn::Or(zero, is_ordinary(square)));
  }
  template <class T>
  static T scalar(T z) {
    return scalar::sqrt(z);
  }
};

/// a over b, into a. By the textbook where float64 has range and precision to spare, else by the
/// ratio of the parts of b (Smith, 1962).
template <class R>
HWY_INLINE void divide(Doubles& re, Doubles& im, Doubles b_re, Doubles b_im) {
  if constexpr (std::is_same_v<R, float>) {
    const Doubles square = square_of(b_re, b_im);
    const Doubles above = hn::Add(hn::Mul(re, b_re), hn::Mul(im, b_im));
    im = hn::Div(hn::Sub(hn::Mul(im, b_re), hn::Mul(re, b_im)), square);
    re = hn::Div(above, square);
  } else {
    const Mask steep = hn::Lt(hn::Abs(b_re), hn::Abs(b_im));
    const Doubles large = hn::IfThenElse(steep, b_im, b_re);
    const Doubles small = hn::IfThenElse(steep, b_re, b_im);
    const Doubles ratio = hn::Div(small, large), divisor = hn::Add(hn::Mul(small, ratio), large);
    const Doubles p = hn::IfThenElse(steep, im, re), q = hn::IfThenElse(steep, re, im);
    const Doubles product = hn::Mul(p, ratio);
    const Doubles difference = hn::IfThenElse(steep, hn::Sub(product, q), hn::Sub(q, product));
    re = hn::Div(hn::Add(hn::Mul(q, ratio), p), divisor);
    im = hn::Div(difference, divisor);
  }
}

/// Numbers of whose parts neither quotients nor products of quotients leave the range: what the
/// special cases of a division are about, to the signs of zeros, is elsewhere.
HWY_INLINE Mask is_plain(Doubles re, Doubles im) {
  const Doubles zero = hn::Zero(Work());
  return hn::And(hn::Or(hn::Eq(re, zero), is_within(re, 0x1p-250, 0x1p250)),
                 hn::Or(hn::Eq(im, zero), is_within(im, 0x1p-250, 0x1p250)));
}

struct ComplexDivide {
  template <class R>
  static HWY_INLINE Mask of(Doubles& re, Doubles& im, Doubles b_re, Doubles b_im) {
    const Mask plain = hn::And(is_plain(re, im), is_plain(b_re, b_im));
    const Mask finite = hn::Or(hn::Not(is_zero(b_re, b_im)), is_zero(re, im));  // or 0 / 0, a NaN
    divide<R>(re, im, b_re, b_im);
    return hn::Not(hn::And(plain, finite));
  }
  template <class T>
  static T scalar(T a, T b) {
    return scalar::divide(a, b);
  }
};

struct ComplexReciprocal {
  template <class R>
  static HWY_INLINE Mask of(Doubles& re, Doubles& im) {
    const Doubles b_re = re, b_im = im;
    re = hn::Set(Work(), 1.0);
    im = hn::Zero(Work());
    return ComplexDivide::of<R>(re, im, b_re, b_im);
  }
  template <class T>
  static T scalar(T z) {
    return scalar::reciprocal(z);
  }
};

/// Every other lane, from the first or from the second on.
template <class R, bool kImaginary>
struct PartStep {
  static HWY_INLINE std::int64_t size() { return lanes(Tag<R>()); }
  static HWY_INLINE void run(R* out, const std::complex<R>* in) {
    const Tag<R> d;
    hn::Vec<Tag<R>> re, im;
    hn::LoadInterleaved2(d, reinterpret_cast<const R*>(in), re, im);
    hn::StoreU(kImaginary ? im : re, d, out);
  }
};

template <bool kImaginary>
struct Part {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    using R = real_t<T>;
    walk<PartStep<R, kImaginary>, R, T>(out, in, count);
  }
};

std::span<const Operation> complex_numbers() {
  constexpr Complexes kComplexes;
  static constexpr Operation kOperations[] = {
      {op("real"), Cost::cheap, with<Part<false>>(kComplexes)},
      {op("imag"), Cost::cheap, with<Part<true>>(kComplexes)},
      {op("abs"), Cost::cheap, with<OfOne<ComplexAbs>>(kComplexes)},
      {op("sign"), Cost::cheap, with<OfOne<ComplexSign>>(kComplexes)},
      {op("sqrt"), Cost::cheap, with<OfOne<ComplexSqrt>>(kComplexes)},
      {op("divide"), Cost::cheap, with<OfTwo<ComplexDivide>>(kComplexes)},
      {op("reciprocal"), Cost::cheap, with<OfOne<ComplexReciprocal>>(kComplexes)},
  };
  return kOperations;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(complex_numbers);

std::span<const Operation> complex_operations(const Isa& isa) {
  return pick(HWY_DISPATCH_TABLE(complex_numbers), isa)();
}

}  // namespace loom::native
#endif
