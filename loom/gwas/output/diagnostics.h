#pragma once

#include <cstdint>
#include <span>

#include "loom/array/array.h"

// What p values look like as a whole: the numbers behind a quantile-quantile plot. NaN is left out.
namespace loom::gwas {

/// The factor of genomic control: the median of the statistics chi^2_1 that belong to `p`, over the
/// median of their distribution, 0.4549 (Devlin and Roeder, Biometrics 55, 1999). 1 where nothing
/// but chance and a few associations are at work. NaN without p values. Throws ValueError for one
/// outside of [0, 1].
double genomic_inflation(std::span<const double> p);

/// The same from the chi^2_1 whose upper tails are the two p values in the middle of all (twice the
/// same where their number is odd).
double inflation_of_medians(double p, double next_p);

/// -log10 of what the `rank`-th smallest of `count` independent uniform numbers is below with
/// probability `tail`: a quantile of Beta(rank, count - rank + 1).
double order_statistic_log10p(std::int64_t rank, std::int64_t count, double tail);

/// P values beside those that chance alone would give, as -log10, the smallest p first. All arrays
/// are float64 vectors.
struct QuantilePlot {
  Array expected;  ///< of the i-th smallest of m: -log10((i - 1/2) / m)
  Array observed;  ///< p = 0 counts as the smallest positive number
  /// Where the i-th smallest of m independent uniform numbers lies with probability `level`: the
  /// quantiles of Beta(i, m - i + 1). At a few hundred i, dense where p is small.
  Array band_expected;
  Array band_lower;
  Array band_upper;
};

/// Throws ValueError for a p value outside of [0, 1], or a level outside of (0, 1).
QuantilePlot quantile_plot(std::span<const double> p, double level = 0.95);

}  // namespace loom::gwas
