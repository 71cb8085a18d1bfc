#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace loom {

/// Plans by key, those that were used last, up to a small number and total size. A plan has
/// `bytes()`. Any thread may ask.
template <class Key, class Plan>
class PlanCache {
 public:
  /// The plan for `key`, made by `build()` (a shared pointer) if need be. One that is too large to
  /// keep still serves its caller.
  template <class Build>
  std::shared_ptr<const Plan> get(const Key& key, Build build) {
    if (auto plan = find(key)) return plan;
    // Built outside the lock: other keys need not wait. Should two threads build the same plan, the
    // later copy is dropped.
    return insert(key, build());
  }

 private:
  static constexpr std::size_t kMaxPlans = 64;
  static constexpr std::int64_t kMaxBytes = std::int64_t{64} << 20;
  using Entry = std::pair<Key, std::shared_ptr<const Plan>>;

  std::shared_ptr<const Plan> find(const Key& key) {
    const std::lock_guard lock(mutex_);
    return find_locked(key);
  }

  std::shared_ptr<const Plan> find_locked(const Key& key) {
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
      if (entry->first != key) continue;
      entries_.splice(entries_.begin(), entries_, entry);
      return entry->second;
    }
    return nullptr;
  }

  std::shared_ptr<const Plan> insert(const Key& key, std::shared_ptr<const Plan> built) {
    const std::lock_guard lock(mutex_);
    if (auto plan = find_locked(key)) return plan;
    if (built->bytes() > kMaxBytes) return built;
    entries_.emplace_front(key, built);
    bytes_ += built->bytes();
    while (bytes_ > kMaxBytes || entries_.size() > kMaxPlans) {
      bytes_ -= entries_.back().second->bytes();
      entries_.pop_back();
    }
    return built;
  }

  std::mutex mutex_;
  std::list<Entry> entries_;
  std::int64_t bytes_ = 0;
};

}  // namespace loom
