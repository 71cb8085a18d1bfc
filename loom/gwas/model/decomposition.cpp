#include "loom/gwas/model/decomposition.h"

#include <fmt/format.h>

#include "loom/dispatch/execute.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/ops/reduction.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr double kSmallestValue = 1e-10;
/// Samples whose decomposition by the backend reference takes more than a minute.
constexpr std::int64_t kManySamples = 4000;

}  // namespace

void centre(const Array& kinship) {
  const std::int64_t n = kinship.shape(0);
  const Array rows = mean(kinship, Dims{1});
  const Array columns = mean(kinship, Dims{0}) - mean(rows);
  const double* const of_row = rows.data<double>();
  const double* const of_column = columns.data<double>();
  // In place: at this size, memory that is touched first costs more than the sums.
  double* const elements = kinship.span<double>().data();
  parallel_for(n, 16, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      double* const row = elements + i * n;
      for (std::int64_t j = 0; j < n; ++j) row[j] = row[j] - of_row[i] - of_column[j];
    }
  });
}

std::int64_t zero_small_values(const Array& values) {
  std::int64_t count = 0;
  for (double& value : values.span<double>()) {
    if (value >= kSmallestValue) continue;
    value = 0;
    ++count;
  }
  return count;
}

std::string slow_decomposition(std::int64_t samples) {
  if (samples < kManySamples) return {};
  const dispatch::Explanation chosen = linalg::explain_eigh(samples);
  if (chosen.backend != "reference") return {};
  std::string why;
  for (const auto& [name, reason] : chosen.passed_over)
    why += fmt::format("; {}: {}", name, reason);
  return fmt::format(
      "the eigen-decomposition of {} samples goes to reference, which takes an order of magnitude "
      "longer than a library of linear algebra such as OpenBLAS with 64-bit integers{}",
      samples, why);
}

Decomposition decompose(const Array& matrix) {
  linalg::Eigen eigen = linalg::eigh(matrix);
  zero_small_values(eigen.values);
  return {eigen.values, eigen.vectors};
}

}  // namespace loom::gwas
