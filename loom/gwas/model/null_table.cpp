#include "loom/gwas/model/null_table.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "loom/ops/creation.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr std::int64_t kDegrees = 18;
constexpr double kPieceWidth = 0.5 * std::numbers::ln10;
// Entries that are summed side by side.
constexpr std::int64_t kStrip = 8;

// T_0(t) to T_17(t), each from two of half its degree, so that none waits for all before it.
void chebyshev(double t, double (&polynomials)[kDegrees]) {
  polynomials[0] = 1.0;
  polynomials[1] = t;
  for (std::int64_t i = 2; i < kDegrees; ++i) {
    polynomials[i] = 2.0 * polynomials[i / 2] * polynomials[(i + 1) / 2] - polynomials[i % 2];
  }
}

// The coefficients of one piece, of all entries, from the values at the Chebyshev nodes.
void fit_piece(const ModelView& model, double log_centre, double half_width, std::int64_t entries,
               double* coefficients) {
  std::vector<double> values(projection_size(model.covariates, kMaxOrders));
  for (std::int64_t node = 0; node < kDegrees; ++node) {
    const double t = std::cos((static_cast<double>(node) + 0.5) * std::numbers::pi / kDegrees);
    project_covariates(model, std::exp(log_centre + half_width * t), kMaxOrders, values.data());
    double polynomials[kDegrees];
    chebyshev(t, polynomials);
    polynomials[0] = 0.5;
    for (std::int64_t i = 0; i < kDegrees; ++i) {
      const double weight = polynomials[i] * (2.0 / kDegrees);
      for (std::size_t j = 0; j < values.size(); ++j) {
        coefficients[i * entries + static_cast<std::int64_t>(j)] += weight * values[j];
      }
    }
  }
}

}  // namespace

NullTable::NullTable(const double* coefficients, const Dims& shape, double lower, double upper)
    : coefficients_(coefficients),
      pieces_(shape[0]),
      entries_(shape[2]),
      log_lower_(std::log(lower)),
      pieces_per_log_(static_cast<double>(pieces_) / std::log(upper / lower)) {}

void NullTable::at(double lambda, std::span<double> projection) const {
  const double place = (std::log(lambda) - log_lower_) * pieces_per_log_;
  const double piece = std::clamp(std::floor(place), 0.0, static_cast<double>(pieces_ - 1));
  double polynomials[kDegrees];
  chebyshev(2.0 * (place - piece) - 1.0, polynomials);
  const double* from = coefficients_ + static_cast<std::int64_t>(piece) * kDegrees * entries_;
  const std::int64_t wanted = std::ssize(projection);
  for (std::int64_t first = 0; first < wanted; first += kStrip) {
    double sums[kStrip] = {};
    for (std::int64_t i = 0; i < kDegrees; ++i) {
      const double* row = from + i * entries_ + first;
      for (std::int64_t j = 0; j < kStrip; ++j) sums[j] += polynomials[i] * row[j];
    }
    std::copy_n(sums, std::min(kStrip, wanted - first), projection.data() + first);
  }
}

Array null_table(const ModelView& model, double lower, double upper) {
  const double log_range = std::log(upper / lower);
  const auto pieces = static_cast<std::int64_t>(std::ceil(log_range / kPieceWidth));
  const double half_width = 0.5 * log_range / static_cast<double>(pieces);
  const std::int64_t size = projection_size(model.covariates, kMaxOrders);
  const std::int64_t entries = (size + kStrip - 1) / kStrip * kStrip;
  Array table = zeros({pieces, kDegrees, entries});
  double* coefficients = table.data<double>();
  parallel_for(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const double centre = std::log(lower) + half_width * static_cast<double>(2 * i + 1);
      fit_piece(model, centre, half_width, entries, coefficients + i * kDegrees * entries);
    }
  });
  return table;
}

}  // namespace loom::gwas
