#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace loom::gwas {

/// P values as a whole, as -log10 of them, in bounded memory: each of the first `exact`, and of all
/// how many lie where.
class PValueTally {
 public:
  /// As many values at 8 bytes are kept one by one.
  static constexpr std::int64_t kExact = 1'000'000;

  explicit PValueTally(std::int64_t exact = kExact) : exact_(exact) {}

  /// `log10p` is -log10 of a p value, at least 0; NaN is left out.
  void add(double log10p);

  std::int64_t count() const { return count_; }

  /// The factor of genomic control, as genomic_inflation has it; NaN without values. Exact where
  /// every value was kept; else within 1e-4 of it, because the median then is known to 2^-13 of
  /// its -log10.
  double inflation() const;

  /// Values that agree in 12 binary digits, or infinite ones.
  struct Step {
    double log10p;
    std::int64_t count;
  };
  /// All values as steps, the most significant first.
  std::vector<Step> steps() const;

  nlohmann::json state() const;
  void resume(const nlohmann::json& state);

 private:
  double kept_median_inflation() const;
  double value_of_rank(std::int64_t rank) const;

  std::int64_t exact_;
  std::int64_t count_ = 0;
  std::vector<double> kept_;
  std::vector<std::int64_t> bins_;
};

}  // namespace loom::gwas
