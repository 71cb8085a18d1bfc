#include <list>
#include <mutex>
#include <utility>

#include "loom/backends/reference/fourier/fft.h"

namespace loom::reference {
namespace {

// Plans by length, the most recently used first. A plan too large to keep still serves its caller.
template <class Plan>
class PlanCache {
 public:
  std::shared_ptr<const Plan> get(std::int64_t n) {
    if (auto plan = find(n)) return plan;
    // Built outside the lock: other lengths need not wait. Should two threads build the same plan,
    // the later copy is dropped.
    auto built = std::make_shared<const Plan>(n);
    return insert(std::move(built));
  }

 private:
  static constexpr std::size_t kMaxPlans = 64;
  static constexpr std::int64_t kMaxBytes = std::int64_t{64} << 20;

  std::shared_ptr<const Plan> find(std::int64_t n) {
    const std::lock_guard lock(mutex_);
    return find_locked(n);
  }

  std::shared_ptr<const Plan> find_locked(std::int64_t n) {
    for (auto it = plans_.begin(); it != plans_.end(); ++it) {
      if ((*it)->size() != n) continue;
      plans_.splice(plans_.begin(), plans_, it);
      return plans_.front();
    }
    return nullptr;
  }

  std::shared_ptr<const Plan> insert(std::shared_ptr<const Plan> built) {
    const std::lock_guard lock(mutex_);
    if (auto plan = find_locked(built->size())) return plan;
    if (built->bytes() > kMaxBytes) return built;
    plans_.push_front(built);
    bytes_ += built->bytes();
    while (bytes_ > kMaxBytes || plans_.size() > kMaxPlans) {
      bytes_ -= plans_.back()->bytes();
      plans_.pop_back();
    }
    return built;
  }

  std::mutex mutex_;
  std::list<std::shared_ptr<const Plan>> plans_;
  std::int64_t bytes_ = 0;
};

}  // namespace

template <class R>
std::shared_ptr<const FftPlan<R>> fft_plan(std::int64_t n) {
  static PlanCache<FftPlan<R>> cache;
  return cache.get(n);
}

template <class R>
std::shared_ptr<const RealFftPlan<R>> real_fft_plan(std::int64_t n) {
  static PlanCache<RealFftPlan<R>> cache;
  return cache.get(n);
}

template std::shared_ptr<const FftPlan<float>> fft_plan(std::int64_t);
template std::shared_ptr<const FftPlan<double>> fft_plan(std::int64_t);
template std::shared_ptr<const RealFftPlan<float>> real_fft_plan(std::int64_t);
template std::shared_ptr<const RealFftPlan<double>> real_fft_plan(std::int64_t);

}  // namespace loom::reference
