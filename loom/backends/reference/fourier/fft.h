#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

#include "loom/backends/reference/fourier/passes.h"

// Discrete Fourier transforms of any length in O(n log n), scalar. Forward is
// X[j] = sum_k x[k] exp(-2 pi i j k / n), backward has the opposite sign; neither is scaled.
namespace loom::reference {

/// The tables for transforms of one length. Immutable once built, so threads may share it.
///
/// Lengths whose prime factors are all at most 31 run as Stockham passes, others as a convolution
/// of smooth length (Bluestein 1970, "A linear filtering approach to the computation of discrete
/// Fourier transform"). Measured relative error in the 2-norm: below eps * log2(n).
template <class R>
class FftPlan {
 public:
  /// Throws ShapeError unless 1 <= n <= 2^56.
  explicit FftPlan(std::int64_t n);
  FftPlan(const FftPlan&) = delete;
  FftPlan& operator=(const FftPlan&) = delete;
  ~FftPlan();

  std::int64_t size() const { return n_; }

  /// Complex elements that `work` must have.
  std::int64_t workspace() const;

  /// Bytes that the tables hold.
  std::int64_t bytes() const;

  /// Transforms `in` to `out`, n elements each; `out` may be `in`, but may not overlap it
  /// otherwise.
  void forward(const std::complex<R>* in, std::complex<R>* out, std::complex<R>* work) const;
  void backward(const std::complex<R>* in, std::complex<R>* out, std::complex<R>* work) const;

 private:
  struct Chirp;

  void plan_passes(const std::vector<int>& radices);
  template <bool kForward>
  void run(const std::complex<R>* in, std::complex<R>* out, std::complex<R>* work) const;

  std::int64_t n_;
  std::vector<stockham::Pass<R>> passes_;
  std::vector<std::complex<R>> tables_;  // what the passes point into
  std::unique_ptr<const Chirp> chirp_;   // only for lengths with a large prime factor
};

/// Transforms between n reals and the n / 2 + 1 first terms of their Hermitian spectrum. Even
/// lengths cost one complex transform of length n / 2, odd ones a complex transform of length n.
template <class R>
class RealFftPlan {
 public:
  /// Throws ShapeError unless 1 <= n <= 2^56.
  explicit RealFftPlan(std::int64_t n);

  std::int64_t size() const { return n_; }

  /// Complex elements that `work` must have.
  std::int64_t workspace() const;

  /// Bytes that the tables hold, those of the complex plan included.
  std::int64_t bytes() const;

  /// `in`: n reals, `out`: n / 2 + 1 terms. They may not overlap.
  void forward(const R* in, std::complex<R>* out, std::complex<R>* work) const;

  /// `in`: n / 2 + 1 terms, `out`: n reals, n times those that `forward` would take to `in`. The
  /// imaginary part of the first term, and for even n of the last, counts as zero. No overlap.
  void backward(const std::complex<R>* in, R* out, std::complex<R>* work) const;

 private:
  std::int64_t n_;
  std::shared_ptr<const FftPlan<R>> complex_plan_;  // of length n / 2, or n where n is odd
  std::vector<std::complex<R>> twiddles_;           // exp(-2 pi i k / n), k <= n / 4; even n
};

/// The plan for a length, built on first use and kept among the most recently used ones up to a
/// small total size. Any thread may call it.
template <class R>
std::shared_ptr<const FftPlan<R>> fft_plan(std::int64_t n);
template <class R>
std::shared_ptr<const RealFftPlan<R>> real_fft_plan(std::int64_t n);

}  // namespace loom::reference
