#include "loom/gwas/output/p_value_tally.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "loom/gwas/output/diagnostics.h"
#include "loom/gwas/output/state.h"

namespace loom::gwas {
namespace {

// A bin is the exponent of a value and the first 12 binary digits of its mantissa: the upper bits
// of the double. Below the first bin p is 1 within a millionth.
constexpr int kDroppedBits = 40;
constexpr double kLowest = 0x1p-22, kHighest = 0x1p20;

std::uint64_t upper_bits(double value) {
  return std::bit_cast<std::uint64_t>(value) >> kDroppedBits;
}

std::size_t bin_of(double log10p) {
  return static_cast<std::size_t>(upper_bits(std::clamp(log10p, kLowest, kHighest)) -
                                  upper_bits(kLowest));
}

double middle_of(std::size_t bin) {
  constexpr std::uint64_t kHalf = std::uint64_t{1} << (kDroppedBits - 1);
  return std::bit_cast<double>(((bin + upper_bits(kLowest)) << kDroppedBits) + kHalf);
}

double p_of(double log10p) { return std::pow(10.0, -log10p); }

}  // namespace

void PValueTally::add(double log10p) {
  if (std::isnan(log10p)) return;
  ++count_;
  if (count_ <= exact_) {
    kept_.push_back(log10p);
  } else {
    std::vector<double>().swap(kept_);
  }
  const std::size_t bin = bin_of(log10p);
  if (bin >= bins_.size()) bins_.resize(bin + 1);
  ++bins_[bin];
}

double PValueTally::inflation() const {
  if (count_ == 0) return std::numeric_limits<double>::quiet_NaN();
  if (count_ <= exact_) return kept_median_inflation();
  return inflation_of_medians(p_of(value_of_rank(count_ / 2)),
                              p_of(value_of_rank((count_ - 1) / 2)));
}

double PValueTally::kept_median_inflation() const {
  std::vector<double> values = kept_;
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  const bool even = values.size() % 2 == 0;
  return inflation_of_medians(p_of(*middle),
                              p_of(even ? *std::max_element(values.begin(), middle) : *middle));
}

/// The value of `rank` from 0 on in ascending order, as its bin has it.
double PValueTally::value_of_rank(std::int64_t rank) const {
  std::size_t bin = 0;
  for (; rank >= bins_[bin]; ++bin) rank -= bins_[bin];
  return middle_of(bin);
}

std::vector<PValueTally::Step> PValueTally::steps() const {
  std::vector<Step> steps;
  for (std::size_t bin = bins_.size(); bin-- > 0;) {
    if (bins_[bin] > 0) steps.push_back({middle_of(bin), bins_[bin]});
  }
  return steps;
}

nlohmann::json PValueTally::state() const {
  return {{"count", count_}, {"kept", bytes_of(kept_)}, {"bins", bytes_of(bins_)}};
}

void PValueTally::resume(const nlohmann::json& state) {
  count_ = state.at("count");
  kept_ = values_of<double>(state.at("kept"));
  bins_ = values_of<std::int64_t>(state.at("bins"));
}

}  // namespace loom::gwas
