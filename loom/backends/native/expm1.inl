// e^x - 1, and the hyperbolic tangent, which is made of it. Included as loops.inl.
#if defined(LOOM_BACKENDS_NATIVE_EXPM1) == defined(HWY_TARGET_TOGGLE)
#ifdef LOOM_BACKENDS_NATIVE_EXPM1
#undef LOOM_BACKENDS_NATIVE_EXPM1
#else
#define LOOM_BACKENDS_NATIVE_EXPM1
#endif

#include "loom/backends/native/exponential.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

/// e^x - 1 = sum + rest, where |x| <= kPlain: (scale - 1) + scale r + scale (e^r - 1 - r), of which
/// the last is small, while the rounding errors of the others join it. The sum is 0 for x = -0.
template <class D, class V>
HWY_INLINE void split_expm1(D d, V x, V& sum, V& rest) {
  using Constants = ExponentialConstants<hn::TFromD<D>>;
  hn::Vec<hn::RebindToUnsigned<D>> scale_bits;
  V n, exact_r, tail;
  reduce_exponential(d, x, n, exact_r, scale_bits, tail);
  const V n_rest = hn::Set(d, Constants::kUnitRest);
  const V r = hn::NegMulAdd(n, n_rest, exact_r);
  const V r_rest = hn::NegMulAdd(n, n_rest, hn::Sub(exact_r, r));
  const V r2 = hn::Mul(r, r);
  const V small = hn::MulAdd(r2, exponential_polynomial(d, r, r2), hn::Add(r_rest, tail));

  const V scale = hn::BitCast(d, scale_bits), one = hn::Set(d, hn::TFromD<D>(1));
  const V less_one = hn::Sub(scale, one);
  // Either of scale and 1 may be the larger.
  const V part = hn::Sub(less_one, scale);
  const V lost1 = hn::Sub(hn::Sub(scale, hn::Sub(less_one, part)), hn::Add(one, part));
  const V linear = hn::Mul(scale, r);
  const V lost2 = hn::MulSub(scale, r, linear);
  sum = hn::Add(less_one, linear);
  // `less_one` is 0 or more than `linear`.
  const V lost3 = hn::Sub(linear, hn::Sub(sum, less_one));
  rest = hn::MulAdd(scale, small, hn::Add(lost1, hn::Add(lost2, lost3)));
}

/// For vectors that have large arguments or NaN.
template <class D, class V>
HWY_NOINLINE V expm1_of_any(D d, V x) {
  using Constants = ExponentialConstants<hn::TFromD<D>>;
  const V most = hn::Set(d, Constants::kPlain);
  V sum, rest;
  split_expm1(d, hn::Clamp(x, hn::Neg(most), most), sum, rest);
  const V result = hn::CopySign(hn::Add(sum, rest), x);
  const auto plain = hn::Le(x, most);  // or so far below it that the result is -1 all the same
  return hn::IfThenElse(plain, result, exponential_of_any(d, x));
}

/// e^x - 1 for all x, within 0.75 units in the last place.
template <class D, class V>
HWY_INLINE V expm1(D d, V x) {
  using Constants = ExponentialConstants<hn::TFromD<D>>;
  const auto plain = hn::Le(hn::Abs(x), hn::Set(d, Constants::kPlain));
  if (HWY_UNLIKELY(!hn::AllTrue(d, plain))) return expm1_of_any(d, x);
  V sum, rest;
  split_expm1(d, x, sum, rest);
  return hn::CopySign(hn::Add(sum, rest), x);
}

/// tanh x = -y / (2 + y) with y = e^(-2|x|) - 1 in two parts, for all x, within 0.7 units in the
/// last place.
template <class D, class V>
HWY_INLINE V tanh(D d, V x) {
  using T = hn::TFromD<D>;
  const V two = hn::Set(d, T(2));
  const V most = hn::Set(d, T(22));  // from where on the result is 1
  V sum, rest;
  split_expm1(d, hn::Mul(hn::Set(d, T(-2)), hn::Min(hn::Abs(x), most)), sum, rest);
  const V y = hn::Add(sum, rest);
  const V y_rest = hn::Sub(rest, hn::Sub(y, sum));
  const V divisor = hn::Add(two, y);
  const V divisor_rest = hn::Add(hn::Sub(y, hn::Sub(divisor, two)), y_rest);
  const V inverse = hn::Div(hn::Set(d, T(1)), divisor);
  const V quotient = hn::Mul(y, inverse);
  const V lacks =
      hn::Add(hn::NegMulAdd(quotient, divisor, y), hn::NegMulAdd(quotient, divisor_rest, y_rest));
  const V result = hn::MulAdd(lacks, inverse, quotient);
  return hn::IfThenElse(hn::IsNaN(x), x, hn::CopySign(result, x));
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard that toggles
