#pragma once

#include <array>
#include <complex>
#include <cstdint>

// The passes of Stockham's transform (Cochran et al. 1967, "What is the fast Fourier transform?"),
// decimation in frequency, any radix. A transform of length n = r m that is applied to `stride`
// interleaved sequences is a pass of radix r followed by a transform of length m on r * stride
// sequences; after the last pass the result stands in its natural order.
namespace loom::reference::stockham {

/// The largest prime that has a butterfly of its own.
inline constexpr int kLargestRadix = 31;

/// One pass: y[q + stride (r p + j)] = w^(j p) sum_k x[q + stride (p + m k)] v^(j k) for q <
/// stride, p < m, j < r, with w and v the principal roots of order r m and r (conjugate going
/// backward).
template <class R>
struct Pass {
  int radix;
  std::int64_t m;
  std::int64_t stride;
  const std::complex<R>* twiddles;     ///< w^(j p) at [(r - 1) p + j - 1]
  const std::complex<R>* radix_roots;  ///< v^k for k < r; only odd radices read it
};

// The product with w or its conjugate. std::complex's own operator also repairs infinite operands,
// which costs more than the transform.
template <bool kForward, class R>
inline std::complex<R> twiddled(std::complex<R> a, std::complex<R> w) {
  const R s = kForward ? w.imag() : -w.imag();
  return {a.real() * w.real() - a.imag() * s, a.real() * s + a.imag() * w.real()};
}

// The product with -i going forward, with i going backward.
template <bool kForward, class R>
inline std::complex<R> quarter_turn(std::complex<R> a) {
  if constexpr (kForward) return {a.imag(), -a.real()};
  return {-a.imag(), a.real()};
}

// A butterfly maps `x`, whose elements are `step` apart, to the r sums that follow each other
// `stride` apart in `y`. kPlain leaves out the twiddles, which are 1 where p = 0.
template <bool kForward, bool kPlain, class R>
struct Butterfly2 {
  explicit Butterfly2(const Pass<R>& /*pass*/) {}
  static constexpr int radix() { return 2; }

  void operator()(const std::complex<R>* x, std::int64_t step, const std::complex<R>* w,
                  std::complex<R>* y, std::int64_t stride) const {
    const std::complex<R> a = x[0];
    const std::complex<R> b = x[step];
    y[0] = a + b;
    y[stride] = kPlain ? a - b : twiddled<kForward>(a - b, w[0]);
  }
};

template <bool kForward, bool kPlain, class R>
struct Butterfly4 {
  explicit Butterfly4(const Pass<R>& /*pass*/) {}
  static constexpr int radix() { return 4; }

  void operator()(const std::complex<R>* x, std::int64_t step, const std::complex<R>* w,
                  std::complex<R>* y, std::int64_t stride) const {
    const std::complex<R> sum02 = x[0] + x[2 * step];
    const std::complex<R> dif02 = x[0] - x[2 * step];
    const std::complex<R> sum13 = x[step] + x[3 * step];
    const std::complex<R> dif13 = quarter_turn<kForward>(x[step] - x[3 * step]);
    y[0] = sum02 + sum13;
    y[stride] = kPlain ? dif02 + dif13 : twiddled<kForward>(dif02 + dif13, w[0]);
    y[2 * stride] = kPlain ? sum02 - sum13 : twiddled<kForward>(sum02 - sum13, w[1]);
    y[3 * stride] = kPlain ? dif02 - dif13 : twiddled<kForward>(dif02 - dif13, w[2]);
  }
};

/// Any odd radix up to kLargestRadix: elements k and r - k are combined first, so that each pair of
/// outputs costs one real product per term. kRadix = 0 takes the radix from the pass.
template <int kRadix>
struct ButterflyOdd {
  template <bool kForward, bool kPlain, class R>
  struct Of {
    explicit Of(const Pass<R>& pass) : radix_(pass.radix), roots_(pass.radix_roots) {}
    int radix() const { return kRadix > 0 ? kRadix : radix_; }

    void operator()(const std::complex<R>* x, std::int64_t step, const std::complex<R>* w,
                    std::complex<R>* y, std::int64_t stride) const {
      constexpr int kMaxPairs = ((kRadix > 0 ? kRadix : kLargestRadix) - 1) / 2;
      const int pairs = (radix() - 1) / 2;
      // Real and imaginary parts stay apart, and elements are not copied as a whole: from
      // std::complex gcc 12 makes detours through memory here that cost a factor of four.
      std::array<R, kMaxPairs> sum_re, sum_im, dif_re, dif_im;
      const R first_re = x[0].real();
      const R first_im = x[0].imag();
      R total_re = first_re;
      R total_im = first_im;
      for (int k = 1; k <= pairs; ++k) {
        const std::complex<R>& a = x[k * step];
        const std::complex<R>& b = x[(radix() - k) * step];
        sum_re[k - 1] = a.real() + b.real();
        sum_im[k - 1] = a.imag() + b.imag();
        dif_re[k - 1] = a.real() - b.real();
        dif_im[k - 1] = a.imag() - b.imag();
        total_re += sum_re[k - 1];
        total_im += sum_im[k - 1];
      }
      y[0] = {total_re, total_im};
      for (int j = 1; j <= pairs; ++j) {
        R even_re = first_re, even_im = first_im, odd_re = 0, odd_im = 0;
        for (int k = 1, index = j; k <= pairs; ++k, index += j) {
          if (index >= radix()) index -= radix();
          const R c = roots_[index].real();
          const R s = roots_[index].imag();
          even_re += sum_re[k - 1] * c;
          even_im += sum_im[k - 1] * c;
          odd_re -= dif_re[k - 1] * s;
          odd_im -= dif_im[k - 1] * s;
        }
        const std::complex<R> even(even_re, even_im);
        const std::complex<R> odd = quarter_turn<kForward>(std::complex<R>(odd_re, odd_im));
        const int mirror = radix() - j;
        y[j * stride] = kPlain ? even + odd : twiddled<kForward>(even + odd, w[j - 1]);
        y[mirror * stride] = kPlain ? even - odd : twiddled<kForward>(even - odd, w[mirror - 1]);
      }
    }

   private:
    int radix_;
    const std::complex<R>* roots_;
  };
};

template <template <bool, bool, class> class Butterfly, bool kForward, class R>
void run_pass(const Pass<R>& pass, const std::complex<R>* __restrict x,
              std::complex<R>* __restrict y) {
  const Butterfly<kForward, true, R> plain(pass);
  const Butterfly<kForward, false, R> general(pass);
  const std::int64_t step = pass.stride * pass.m;
  for (std::int64_t q = 0; q < pass.stride; ++q) {
    plain(x + q, step, pass.twiddles, y + q, pass.stride);
  }
  for (std::int64_t p = 1; p < pass.m; ++p) {
    const std::complex<R>* w = pass.twiddles + (general.radix() - 1) * p;
    const std::complex<R>* from = x + pass.stride * p;
    std::complex<R>* to = y + pass.stride * general.radix() * p;
    for (std::int64_t q = 0; q < pass.stride; ++q) {
      general(from + q, step, w, to + q, pass.stride);
    }
  }
}

/// Runs a pass from `x` to `y`, which must not overlap.
template <bool kForward, class R>
void run(const Pass<R>& pass, const std::complex<R>* x, std::complex<R>* y) {
  switch (pass.radix) {
    case 2:
      return run_pass<Butterfly2, kForward>(pass, x, y);
    case 3:
      return run_pass<ButterflyOdd<3>::template Of, kForward>(pass, x, y);
    case 4:
      return run_pass<Butterfly4, kForward>(pass, x, y);
    case 5:
      return run_pass<ButterflyOdd<5>::template Of, kForward>(pass, x, y);
    case 7:
      return run_pass<ButterflyOdd<7>::template Of, kForward>(pass, x, y);
    default:
      return run_pass<ButterflyOdd<0>::template Of, kForward>(pass, x, y);
  }
}

}  // namespace loom::reference::stockham
