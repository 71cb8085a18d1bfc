#include "loom/gwas/output/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

/// The p values that exist. Throws ValueError.
std::vector<double> existing(std::span<const double> p) {
  std::vector<double> values;
  for (const double value : p) {
    if (std::isnan(value)) continue;
    if (value < 0 || value > 1) {
      throw ValueError(fmt::format("[quantile_plot] {} is no p value", value));
    }
    values.push_back(value);
  }
  return values;
}

/// The statistic chi^2_1 whose upper tail is p.
double chi2_quantile(double p) {
  const double root = boost::math::erfc_inv(std::clamp(p, 1e-300, 1.0));
  return 2 * root * root;
}

double minus_log10(double p) {
  return std::abs(std::log10(std::max(p, std::numeric_limits<double>::denorm_min())));
}

/// Ranks from 1 to `count`, each about 4 % above the one before.
std::vector<std::int64_t> spread_ranks(std::int64_t count) {
  std::vector<std::int64_t> ranks;
  for (std::int64_t rank = 1; rank < count; rank += 1 + rank / 25) ranks.push_back(rank);
  if (count > 0) ranks.push_back(count);
  return ranks;
}

}  // namespace

double inflation_of_medians(double p, double next_p) {
  return 0.5 * (chi2_quantile(p) + chi2_quantile(next_p)) / chi2_quantile(0.5);
}

double order_statistic_log10p(std::int64_t rank, std::int64_t count, double tail) {
  const auto a = static_cast<double>(rank), b = static_cast<double>(count - rank + 1);
  return minus_log10(boost::math::ibeta_inv(a, b, tail));
}

double genomic_inflation(std::span<const double> p) {
  std::vector<double> values = existing(p);
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  const bool even = values.size() % 2 == 0;
  return inflation_of_medians(*middle, even ? *std::max_element(values.begin(), middle) : *middle);
}

QuantilePlot quantile_plot(std::span<const double> p, double level) {
  if (!(level > 0 && level < 1)) {
    throw ValueError(fmt::format("[quantile_plot] a level is between 0 and 1, not {}", level));
  }
  std::vector<double> values = existing(p);
  std::ranges::sort(values);
  const std::int64_t m = std::ssize(values);
  const auto expected = [&](std::int64_t rank) {
    return minus_log10((static_cast<double>(rank) - 0.5) / static_cast<double>(m));
  };
  std::vector<double> on_x, on_y, band_x, lower, upper;
  for (std::int64_t i = 0; i < m; ++i) {
    on_x.push_back(expected(i + 1));
    on_y.push_back(minus_log10(values[static_cast<std::size_t>(i)]));
  }
  for (const std::int64_t rank : spread_ranks(m)) {
    band_x.push_back(expected(rank));
    lower.push_back(order_statistic_log10p(rank, m, 0.5 + 0.5 * level));
    upper.push_back(order_statistic_log10p(rank, m, 0.5 - 0.5 * level));
  }
  return {Array::from(on_x), Array::from(on_y), Array::from(band_x), Array::from(lower),
          Array::from(upper)};
}

}  // namespace loom::gwas
