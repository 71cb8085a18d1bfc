#include <algorithm>

#include "loom/backends/reference/fourier/fft.h"
#include "loom/support/unit_roots.h"

namespace loom::reference {

// Even n = 2 m: with z[k] = x[2 k] + i x[2 k + 1] and Z its transform of length m, the even and odd
// elements have the transforms E[k] = (Z[k] + conj Z[m - k]) / 2 and
// O[k] = (Z[k] - conj Z[m - k]) / (2 i), and X[k] = E[k] + w^k O[k] with w = exp(-2 pi i / n).
// The terms k and m - k are made together, X[m - k] being conj(E[k] - w^k O[k]).

template <class R>
RealFftPlan<R>::RealFftPlan(std::int64_t n)
    : n_(n), complex_plan_(fft_plan<R>(n % 2 == 0 && n > 0 ? n / 2 : n)) {
  if (n % 2 == 1) return;
  const UnitRoots roots(n);
  for (std::int64_t k = 0; k <= n / 4; ++k) twiddles_.push_back(roots.get<R>(k));
}

template <class R>
std::int64_t RealFftPlan<R>::workspace() const {
  return complex_plan_->size() + complex_plan_->workspace();
}

template <class R>
std::int64_t RealFftPlan<R>::bytes() const {
  const std::int64_t own = std::ssize(twiddles_) * std::int64_t{sizeof(std::complex<R>)};
  return own + complex_plan_->bytes();
}

template <class R>
void RealFftPlan<R>::forward(const R* in, std::complex<R>* out, std::complex<R>* work) const {
  const std::int64_t m = complex_plan_->size();
  std::complex<R>* const packed = work;
  if (n_ % 2 == 1) {
    std::copy(in, in + n_, packed);
    complex_plan_->forward(packed, packed, work + m);
    std::copy(packed, packed + n_ / 2 + 1, out);
    out[0] = out[0].real();  // Bluestein's algorithm leaves a residue
    return;
  }
  for (std::int64_t k = 0; k < m; ++k) packed[k] = {in[2 * k], in[2 * k + 1]};
  complex_plan_->forward(packed, out, work + m);
  out[m] = out[0];
  for (std::int64_t k = 0; k <= m / 2; ++k) {
    const std::complex<R> mirror = std::conj(out[m - k]);
    const std::complex<R> even = (out[k] + mirror) * R(0.5);
    const std::complex<R> odd = stockham::quarter_turn<true>(out[k] - mirror) * R(0.5);
    const std::complex<R> turned = stockham::twiddled<true>(odd, twiddles_[k]);
    out[k] = even + turned;
    out[m - k] = std::conj(even - turned);
  }
}

template <class R>
void RealFftPlan<R>::backward(const std::complex<R>* in, R* out, std::complex<R>* work) const {
  const std::int64_t m = complex_plan_->size();
  std::complex<R>* const packed = work;
  if (n_ % 2 == 1) {
    packed[0] = in[0].real();
    for (std::int64_t k = 1; k <= n_ / 2; ++k) {
      packed[k] = in[k];
      packed[n_ - k] = std::conj(in[k]);
    }
    complex_plan_->backward(packed, packed, work + m);
    for (std::int64_t k = 0; k < n_; ++k) out[k] = packed[k].real();
    return;
  }
  const auto term = [in, m](std::int64_t k) {
    return k == 0 || k == m ? std::complex<R>(in[k].real()) : in[k];
  };
  for (std::int64_t k = 0; k <= m / 2; ++k) {
    const std::complex<R> mirror = std::conj(term(m - k));
    const std::complex<R> even = term(k) + mirror;
    const std::complex<R> odd = stockham::twiddled<false>(term(k) - mirror, twiddles_[k]);
    const std::complex<R> turned = stockham::quarter_turn<false>(odd);
    if (k > 0) packed[m - k] = std::conj(even - turned);
    packed[k] = even + turned;
  }
  complex_plan_->backward(packed, packed, work + m);
  for (std::int64_t k = 0; k < m; ++k) {
    out[2 * k] = packed[k].real();
    out[2 * k + 1] = packed[k].imag();
  }
}

template class RealFftPlan<float>;
template class RealFftPlan<double>;

}  // namespace loom::reference
