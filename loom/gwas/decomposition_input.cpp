#include "loom/gwas/decomposition_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "loom/dispatch/memory_plan.h"
#include "loom/gwas/matrix_file.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

/// A cheap look at a matrix of eigenvectors, which finds one that is something else: columns and
/// their products with their neighbours.
void check_orthonormal(const std::string& file, const Array& vectors) {
  constexpr double kTolerance = 1e-6;  // printing ten digits leaves 1e-10
  const std::int64_t n = vectors.shape(1);
  std::vector<double> lengths(n), products(n);
  for (std::int64_t i = 0; i < n; ++i) {
    const double* row = vectors.data<double>() + i * n;
    for (std::int64_t j = 0; j < n; ++j) {
      lengths[j] += row[j] * row[j];
      products[j] += row[j] * row[(j + 1) % n];
    }
  }
  for (std::int64_t j = 0; j < n; ++j) {
    if (std::abs(lengths[j] - 1) > kTolerance || std::abs(products[j]) > kTolerance) {
      throw IoError(
          fmt::format("{}: not eigenvectors: column {} has length {:.6g} and product "
                      "{:.6g} with the next",
                      file, j + 1, std::sqrt(lengths[j]), products[j]));
    }
  }
}

Decomposition read_decomposition(const Study& study, const LmmOptions& options) {
  const std::int64_t n = study.analysed();
  const ExpectedRows rows{n, "one for each analysed sample"};
  MemoryPlan("eigenvectors").add("as read", 8 * n * n).check();
  Decomposition result{Array::empty({n}), Array::empty({n, n})};
  read_matrix(options.eigen_values, rows, 1, result.values.span<double>());
  read_matrix(options.eigen_vectors, rows, n, result.vectors.span<double>());
  check_orthonormal(options.eigen_vectors, result.vectors);
  zero_small_values(result.values);
  return result;
}

}  // namespace

Array read_analysed_kinship(const Study& study, const std::string& file) {
  const std::int64_t n = study.genotypes.sample_count(), m = study.analysed();
  MemoryPlan("kinship matrix")
      .add("as read", 8 * n * n)
      .add("analysed samples, centred", 24 * m * m)
      .check();
  Array k = Array::empty({n, n});
  read_kinship(file, study.genotypes.one_row_per_sample(), k.span<double>());
  return centred_submatrix(k, study.selection.samples);
}

Decomposition decompose_reported(const Array& matrix, RunReport& report) {
  Decomposition result = decompose(matrix);
  const std::span<double> values = result.values.span<double>();
  const auto zeros = std::count(values.begin(), values.end(), 0.0);
  if (zeros > 1) {
    report.log().add("number of eigenvalues set to zero", static_cast<std::int64_t>(zeros));
    report.say(fmt::format("{} of {} eigenvalues are zero", zeros, values.size()));
  }
  return result;
}

Decomposition obtain_decomposition(const Study& study, const LmmOptions& options,
                                   RunReport& report) {
  Decomposition eigen =
      options.kinship.empty()
          ? read_decomposition(study, options)
          : decompose_reported(read_analysed_kinship(study, options.kinship), report);
  if (std::ranges::max(eigen.values.span<double>()) == 0) {
    throw LinAlgError(
        "[lmm] every eigenvalue of the centred kinship matrix counts as zero (is below "
        "1e-10): it tells no samples apart");
  }
  return eigen;
}

}  // namespace loom::gwas
