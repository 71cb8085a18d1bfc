#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace loom {

/// Below this a result is not worth a look at the machine's memory.
inline constexpr std::int64_t kPlannedBytes = std::int64_t{64} << 20;

/// What a phase of work will need, in bytes, stated before anything is allocated.
class MemoryPlan {
 public:
  explicit MemoryPlan(std::string phase) : phase_(std::move(phase)) {}

  MemoryPlan& add(std::string what, std::int64_t bytes);
  const std::string& phase() const { return phase_; }
  std::int64_t total() const;
  /// "eigen-decomposition: 1.5 GiB (matrix 0.5 GiB, vectors 0.5 GiB, workspace 0.5 GiB)".
  std::string describe() const;
  /// Throws MemoryPlanError with the plan and what is there where the total exceeds
  /// `available_memory()`; `advice` names what would fit.
  void check(const std::string& advice = {}) const;

 private:
  struct Item {
    std::string what;
    std::int64_t bytes;
  };
  std::string phase_;
  std::vector<Item> items_;
};

}  // namespace loom
