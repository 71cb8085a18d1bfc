#pragma once

#include <complex>
#include <cstdint>
#include <memory>

#include "loom/backends/native/fourier/kernels.h"

// Plans that are kept, and transforms of single lines by them. A long line is worked on by all
// threads; no bit depends on how many there are.
namespace loom::native::fourier {

template <class R>
std::shared_ptr<const LinePlan<R>> line_plan(const Kernels<R>& kernels, std::int64_t n);
template <class R>
std::shared_ptr<const RowPlan<R>> row_plan(std::int64_t n);
template <class R>
std::shared_ptr<const RealTurns<R>> real_turns(std::int64_t n);

/// Complex numbers, side by side. `out` may be `in`.
template <class R>
void transform_line(const Kernels<R>& kernels, const LinePlan<R>& plan, const std::complex<R>* in,
                    std::complex<R>* out, Ends<R> ends);

/// Transforms between n reals and the n / 2 + 1 first terms of their Hermitian spectrum. Even
/// lengths cost one complex transform of length n / 2, odd ones of length n.
template <class R>
class RealLine {
 public:
  RealLine(const Kernels<R>& kernels, std::int64_t n);

  /// No overlap. The result is multiplied by `scale`.
  void forward(const R* in, std::complex<R>* out, R scale) const;
  /// The imaginary part of the first term, and for even n of the last, counts as zero. No overlap.
  void backward(const std::complex<R>* in, R* out, R scale) const;

 private:
  const Kernels<R>& kernels_;
  std::int64_t n_;
  std::shared_ptr<const LinePlan<R>> plan_;
  std::shared_ptr<const RealTurns<R>> turns_;  // even n
};

/// Upper bound of the bytes that a line of n elements takes beside its plan.
std::int64_t line_workspace(std::int64_t n, std::int64_t item_size);

}  // namespace loom::native::fourier
