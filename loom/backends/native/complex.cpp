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

/// The numbers of a vector.
struct Parts {
  Doubles re, im;
};

HWY_INLINE Parts load(const std::complex<double>* from) {
  Parts z;
  hn::LoadInterleaved2(Work(), reinterpret_cast<const double*>(from), z.re, z.im);
  return z;
}

HWY_INLINE Parts load(const std::complex<float>* from) {
  const hn::Rebind<float, Work> d;
  hn::Vec<decltype(d)> re, im;
  hn::LoadInterleaved2(d, reinterpret_cast<const float*>(from), re, im);
  return {hn::PromoteTo(Work(), re), hn::PromoteTo(Work(), im)};
}

HWY_INLINE void store(const Parts& z, std::complex<double>* to) {
  hn::StoreInterleaved2(z.re, z.im, Work(), reinterpret_cast<double*>(to));
}

HWY_INLINE void store(const Parts& z, std::complex<float>* to) {
  const hn::Rebind<float, Work> d;
  hn::StoreInterleaved2(hn::DemoteTo(d, z.re), hn::DemoteTo(d, z.im), d,
                        reinterpret_cast<float*>(to));
}

HWY_INLINE void store(Doubles x, double* to) { hn::StoreU(x, Work(), to); }

HWY_INLINE void store(Doubles x, float* to) {
  const hn::Rebind<float, Work> d;
  hn::StoreU(hn::DemoteTo(d, x), d, to);
}

/// What a function of complex numbers gives for a vector of them: numbers, or Doubles where they
/// are real, and the lanes that F::scalar has to compute.
template <class Result>
struct Outcome {
  Result result;
  Mask odd;
};

template <class F, class Out, class In>
struct PartsStep {
  static HWY_INLINE std::int64_t size() { return lanes(Work()); }

  template <class... Operand>
  static HWY_INLINE void run(Out* out, const Operand*... in) {
    const auto [result, odd] = F::template of<real_t<In>>(load(in)...);
    if (HWY_LIKELY(hn::AllFalse(Work(), odd))) return store(result, out);
    Out some[kMaxVectorBytes / sizeof(double)];  // `out` may be an input
    store(result, some);
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

HWY_INLINE Doubles square_of(Parts z) { return hn::Add(hn::Mul(z.re, z.re), hn::Mul(z.im, z.im)); }

HWY_INLINE Mask is_zero(Parts z) {
  return hn::Eq(hn::Or(hn::Abs(z.re), hn::Abs(z.im)), hn::Zero(Work()));
}

/// Numbers whose squares, and the squares of quotients of them, lie well within the range of
/// float64. All of complex64 but 0 and what is not finite.
HWY_INLINE Mask is_ordinary(Doubles square) {
  return hn::And(hn::Ge(square, hn::Set(Work(), 0x1p-500)),
                 hn::Le(square, hn::Set(Work(), 0x1p500)));
}

/// |z| of ordinary numbers, rounded to R in the end: a root that is corrected by what its square
/// lacks, in differences that are exact (Borges, ACM TOMS 46 (2020), "fused" apart).
template <class R>
HWY_INLINE Doubles modulus(Parts z, Doubles square) {
  const Doubles root = hn::Sqrt(square);
  if constexpr (std::is_same_v<R, float>) return root;
  const Doubles x = hn::Max(hn::Abs(z.re), hn::Abs(z.im));
  const Doubles y = hn::Min(hn::Abs(z.re), hn::Abs(z.im));
  const Doubles two = hn::Set(Work(), 2.0), four = hn::Set(Work(), 4.0);
  const auto steep = hn::Le(root, hn::Mul(two, y));
  const Doubles delta = hn::Sub(root, hn::IfThenElse(steep, y, x));
  const Doubles twice = hn::Mul(two, delta);
  const Doubles first = hn::IfThenElse(steep, hn::Mul(x, hn::Sub(twice, x)),
                                       hn::Mul(twice, hn::Sub(x, hn::Mul(two, y))));
  const Doubles second =
      hn::IfThenElse(steep, hn::Mul(hn::Sub(delta, hn::Mul(two, hn::Sub(x, y))), delta),
                     hn::Add(hn::Mul(hn::Sub(hn::Mul(four, delta), y), y), hn::Mul(delta, delta)));
  return hn::Sub(root, hn::Div(hn::Add(first, second), hn::Mul(two, root)));
}

struct ComplexAbs {
  template <class R>
  static HWY_INLINE Outcome<Doubles> of(Parts z) {
    const Doubles square = square_of(z);
    const Mask zero = is_zero(z);
    return {hn::IfThenZeroElse(zero, modulus<R>(z, square)),
            hn::Not(hn::Or(zero, is_ordinary(square)))};
  }
  template <class T>
  static real_t<T> scalar(T z) {
    return scalar::abs(z);
  }
};

struct ComplexSign {
  template <class R>
  static HWY_INLINE Outcome<Parts> of(Parts z) {
    const Doubles square = square_of(z), size = modulus<R>(z, square);
    const Mask zero = is_zero(z);
    return {{hn::IfThenZeroElse(zero, hn::Div(z.re, size)),
             hn::IfThenZeroElse(zero, hn::Div(z.im, size))},
            hn::Not(hn::Or(zero, is_ordinary(square)))};
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
  static HWY_INLINE Outcome<Parts> of(Parts z) {
    const Work d;
    const Doubles square = square_of(z), half = hn::Set(d, 0.5);
    const Doubles sum = hn::Add(modulus<R>(z, square), hn::Abs(z.re));
    const Doubles larger = hn::Sqrt(hn::Mul(half, sum));
    const Doubles other = hn::Mul(half, hn::Div(z.im, larger));
    const Mask right = hn::Gt(z.re, hn::Zero(d)), zero = is_zero(z);
    const Doubles re = hn::IfThenElse(right, larger, hn::Abs(other));
    const Doubles im = hn::IfThenElse(right, other, hn::CopySign(larger, z.im));
    return {{hn::IfThenZeroElse(zero, re), hn::IfThenElse(zero, z.im, im)},
            hn::Not(hn::Or(zero, is_ordinary(square)))};
  }
  template <class T>
  static T scalar(T z) {
    return scalar::sqrt(z);
  }
};

/// By the textbook where float64 has range and precision to spare, else by the ratio of the parts
/// of b (Smith, 1962).
template <class R>
HWY_INLINE Parts quotient(Parts a, Parts b) {
  if constexpr (std::is_same_v<R, float>) {
    const Doubles square = square_of(b);
    const Doubles re = hn::Add(hn::Mul(a.re, b.re), hn::Mul(a.im, b.im));
    const Doubles im = hn::Sub(hn::Mul(a.im, b.re), hn::Mul(a.re, b.im));
    return {hn::Div(re, square), hn::Div(im, square)};
  }
  const Mask steep = hn::Lt(hn::Abs(b.re), hn::Abs(b.im));
  const Doubles large = hn::IfThenElse(steep, b.im, b.re);
  const Doubles small = hn::IfThenElse(steep, b.re, b.im);
  const Doubles ratio = hn::Div(small, large), divisor = hn::Add(hn::Mul(small, ratio), large);
  const Doubles p = hn::IfThenElse(steep, a.im, a.re), q = hn::IfThenElse(steep, a.re, a.im);
  const Doubles product = hn::Mul(p, ratio);
  const Doubles difference = hn::IfThenElse(steep, hn::Sub(product, q), hn::Sub(q, product));
  return {hn::Div(hn::Add(hn::Mul(q, ratio), p), divisor), hn::Div(difference, divisor)};
}

/// Numbers of whose parts neither quotients nor products of quotients leave the range: what the
/// special cases of a division are about, to the signs of zeros, is elsewhere.
HWY_INLINE Mask is_plain(Parts z) {
  const auto part = [](Doubles x) HWY_ATTR {
    const Work d;
    const Doubles size = hn::Abs(x);
    const Mask within =
        hn::And(hn::Ge(size, hn::Set(d, 0x1p-250)), hn::Le(size, hn::Set(d, 0x1p250)));
    return hn::Or(within, hn::Eq(x, hn::Zero(d)));
  };
  return hn::And(part(z.re), part(z.im));
}

struct ComplexDivide {
  template <class R>
  static HWY_INLINE Outcome<Parts> of(Parts a, Parts b) {
    const Mask plain = hn::And(is_plain(a), is_plain(b));
    return {quotient<R>(a, b), hn::Not(hn::And(plain, hn::Not(is_zero(b))))};
  }
  template <class T>
  static T scalar(T a, T b) {
    return scalar::divide(a, b);
  }
};

struct ComplexReciprocal {
  template <class R>
  static HWY_INLINE Outcome<Parts> of(Parts z) {
    const Parts one = {hn::Set(Work(), 1.0), hn::Zero(Work())};
    return ComplexDivide::of<R>(one, z);
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
