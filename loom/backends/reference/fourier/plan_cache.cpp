#include "loom/support/plan_cache.h"

#include "loom/backends/reference/fourier/fft.h"

namespace loom::reference {

template <class R>
std::shared_ptr<const FftPlan<R>> fft_plan(std::int64_t n) {
  static PlanCache<std::int64_t, FftPlan<R>> cache;
  return cache.get(n, [n] { return std::make_shared<const FftPlan<R>>(n); });
}

template <class R>
std::shared_ptr<const RealFftPlan<R>> real_fft_plan(std::int64_t n) {
  static PlanCache<std::int64_t, RealFftPlan<R>> cache;
  return cache.get(n, [n] { return std::make_shared<const RealFftPlan<R>>(n); });
}

template std::shared_ptr<const FftPlan<float>> fft_plan(std::int64_t);
template std::shared_ptr<const FftPlan<double>> fft_plan(std::int64_t);
template std::shared_ptr<const RealFftPlan<float>> real_fft_plan(std::int64_t);
template std::shared_ptr<const RealFftPlan<double>> real_fft_plan(std::int64_t);

}  // namespace loom::reference
