#include "loom/gwas/decomposition.h"

#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/ops/reduction.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr double kSmallestValue = 1e-10;

Array submatrix(const Array& kinship, std::span<const std::int64_t> samples) {
  const std::int64_t n = std::ssize(samples), stride = kinship.shape(0);
  Array result = Array::empty({n, n});
  const double* from = kinship.span<double>().data();
  double* to = result.data<double>();
  parallel_for(n, 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      for (std::int64_t j = 0; j < n; ++j) to[i * n + j] = from[samples[i] * stride + samples[j]];
    }
  });
  return result;
}

}  // namespace

Array centred(const Array& kinship) {
  const Array by_row = mean(kinship, Dims{1}, true), by_column = mean(kinship, Dims{0}, true);
  return kinship - by_row - (by_column - mean(by_row));
}

Array centred_submatrix(const Array& kinship, std::span<const std::int64_t> samples) {
  return centred(submatrix(kinship, samples));
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
