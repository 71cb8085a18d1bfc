#include "loom/backends/reference/fourier/fft.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "loom/support/error.h"
#include "loom/support/unit_roots.h"

namespace loom::reference {
namespace {

constexpr std::int64_t kMaxLength = std::int64_t{1} << 56;

// The radices of the passes for a length, in order; empty where a prime factor has no butterfly.
std::vector<int> radices_of(std::int64_t n) {
  std::vector<int> radices;
  for (int radix : {4, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31}) {
    for (; n % radix == 0; n /= radix) radices.push_back(radix);
  }
  if (n > 1) radices.clear();
  return radices;
}

// The smallest length of at least `n` that is 1, 3 or 5 times a power of two.
std::int64_t convolution_length(std::int64_t n) {
  std::int64_t best = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t length : {1, 3, 5}) {
    while (length < n) length *= 2;
    best = std::min(best, length);
  }
  return best;
}

}  // namespace

// Bluestein's algorithm. From j k = (j^2 + k^2 - (j - k)^2) / 2 follows
// X[j] = c[j] sum_k (x[k] c[k]) conj(c[j - k]) with c[k] = exp(-pi i k^2 / n): a convolution, done
// by transforms of length at least 2 n - 1. The backward transform is the conjugate of the forward
// transform of the conjugate.
template <class R>
struct FftPlan<R>::Chirp {
  explicit Chirp(std::int64_t n) : plan(convolution_length(2 * n - 1)), chirp(n) {
    const UnitRoots roots(2 * n);
    std::int64_t square = 0;  // k^2 modulo 2 n
    for (std::int64_t k = 0; k < n; ++k) {
      chirp[k] = roots.get<R>(square);
      square = (square + 2 * k + 1) % (2 * n);
    }
    const std::int64_t length = plan.size();
    std::vector<std::complex<R>> wrapped(length);
    for (std::int64_t k = 0; k < n; ++k) {
      wrapped[k] = wrapped[(length - k) % length] = std::conj(chirp[k]) / static_cast<R>(length);
    }
    filter.resize(length);
    std::vector<std::complex<R>> work(plan.workspace());
    plan.forward(wrapped.data(), filter.data(), work.data());
  }

  std::int64_t workspace() const { return plan.size() + plan.workspace(); }

  template <bool kForward>
  void run(const std::complex<R>* in, std::complex<R>* out, std::complex<R>* work) const {
    const auto oriented = [](std::complex<R> x) { return kForward ? x : std::conj(x); };
    const std::int64_t n = std::ssize(chirp);
    std::complex<R>* const convolution = work;
    std::complex<R>* const rest = work + plan.size();
    for (std::int64_t k = 0; k < n; ++k) {
      convolution[k] = stockham::twiddled<true>(oriented(in[k]), chirp[k]);
    }
    std::fill(convolution + n, convolution + plan.size(), std::complex<R>(0));
    plan.forward(convolution, convolution, rest);
    for (std::int64_t k = 0; k < plan.size(); ++k) {
      convolution[k] = stockham::twiddled<true>(convolution[k], filter[k]);
    }
    plan.backward(convolution, convolution, rest);
    for (std::int64_t k = 0; k < n; ++k) {
      out[k] = oriented(stockham::twiddled<true>(convolution[k], chirp[k]));
    }
  }

  FftPlan plan;
  std::vector<std::complex<R>> chirp;
  std::vector<std::complex<R>> filter;  // the spectrum of the conjugate chirp / length
};

template <class R>
FftPlan<R>::FftPlan(std::int64_t n) : n_(n) {
  if (n < 1 || n > kMaxLength) {
    throw ShapeError(fmt::format("[fft] length must be from 1 to 2^56: {}", n));
  }
  const std::vector<int> radices = radices_of(n);
  if (radices.empty() && n > 1) {
    chirp_ = std::make_unique<const Chirp>(n);
  } else {
    plan_passes(radices);
  }
}

template <class R>
FftPlan<R>::~FftPlan() = default;

template <class R>
void FftPlan<R>::plan_passes(const std::vector<int>& radices) {
  const UnitRoots roots(n_);
  std::vector<std::int64_t>
      starts;  // of each pass's tables; pointers wait until these stop growing
  std::int64_t stride = 1;
  for (int radix : radices) {
    const std::int64_t m = n_ / stride / radix;
    starts.push_back(std::ssize(tables_));
    for (std::int64_t p = 0; p < m; ++p) {
      for (int j = 1; j < radix; ++j) tables_.push_back(roots.get<R>(j * p * stride));
    }
    for (int k = 0; k < radix; ++k) tables_.push_back(roots.get<R>(n_ / radix * k));
    passes_.push_back({radix, m, stride, nullptr, nullptr});
    stride *= radix;
  }
  tables_.shrink_to_fit();
  for (std::size_t i = 0; i < passes_.size(); ++i) {
    stockham::Pass<R>& pass = passes_[i];
    pass.twiddles = tables_.data() + starts[i];
    pass.radix_roots = pass.twiddles + (pass.radix - 1) * pass.m;
  }
}

template <class R>
std::int64_t FftPlan<R>::workspace() const {
  return chirp_ ? chirp_->workspace() : n_;
}

template <class R>
std::int64_t FftPlan<R>::bytes() const {
  std::int64_t elements = std::ssize(tables_);
  if (chirp_) elements += std::ssize(chirp_->chirp) + std::ssize(chirp_->filter);
  const std::int64_t own = elements * static_cast<std::int64_t>(sizeof(std::complex<R>));
  return own + (chirp_ ? chirp_->plan.bytes() : 0);
}

template <class R>
template <bool kForward>
void FftPlan<R>::run(const std::complex<R>* in, std::complex<R>* out, std::complex<R>* work) const {
  if (chirp_) return chirp_->template run<kForward>(in, out, work);
  if (passes_.empty()) {
    *out = *in;
    return;
  }
  // The passes alternate between `out` and `work` so that the last one writes `out`.
  std::complex<R>* to = passes_.size() % 2 == 1 ? out : work;
  std::complex<R>* other = passes_.size() % 2 == 1 ? work : out;
  const std::complex<R>* from = in;
  if (from == to) from = std::copy(in, in + n_, work) - n_;
  for (const stockham::Pass<R>& pass : passes_) {
    stockham::run<kForward>(pass, from, to);
    from = to;
    std::swap(to, other);
  }
}

template <class R>
void FftPlan<R>::forward(const std::complex<R>* in, std::complex<R>* out,
                         std::complex<R>* work) const {
  run<true>(in, out, work);
}

template <class R>
void FftPlan<R>::backward(const std::complex<R>* in, std::complex<R>* out,
                          std::complex<R>* work) const {
  run<false>(in, out, work);
}

template class FftPlan<float>;
template class FftPlan<double>;

}  // namespace loom::reference
