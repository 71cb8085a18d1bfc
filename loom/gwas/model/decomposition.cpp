#include "loom/gwas/model/decomposition.h"

#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/ops/reduction.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr double kSmallestValue = 1e-10;

}  // namespace

Array centred(const Array& kinship) {
  const std::int64_t n = kinship.shape(0);
  const Array rows = mean(kinship, Dims{1});
  const Array columns = mean(kinship, Dims{0}) - mean(rows);
  const double* const of_row = rows.data<double>();
  const double* const of_column = columns.data<double>();
  const double* const from = kinship.span<const double>().data();
  // One pass and one new matrix: at this size, memory that is touched first costs most.
  const Array result = Array::empty({n, n});
  double* const to = result.data<double>();
  parallel_for(n, 16, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        to[i * n + j] = from[i * n + j] - of_row[i] - of_column[j];
      }
    }
  });
  return result;
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

Decomposition decompose(const Array& matrix) {
  linalg::Eigen eigen = linalg::eigh(matrix);
  zero_small_values(eigen.values);
  return {eigen.values, eigen.vectors};
}

}  // namespace loom::gwas
