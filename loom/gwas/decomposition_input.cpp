#include "loom/gwas/decomposition_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "loom/dispatch/memory_plan.h"
#include "loom/gwas/matrix_file.h"
#include "loom/ops/creation.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

/// A cheap look at a matrix of eigenvectors, which finds one that is something else: columns and
/// their products with their neighbours. Empty where nothing is wrong.
std::string not_orthonormal(const Array& vectors) {
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
      return fmt::format(
          "not eigenvectors: column {} has length {:.6g} and product {:.6g} with the next", j + 1,
          std::sqrt(lengths[j]), products[j]);
    }
  }
  return {};
}

/// `given` as float64 (rows, columns).
Array obtain_matrix(const char* name, const Numbers& given, const ExpectedRows& rows,
                    std::int64_t columns) {
  if (given.array) return matrix_of(name, *given.array, rows, columns);
  Array matrix = Array::empty({rows.count, columns});
  read_matrix(given.file, rows, columns, matrix.span<double>());
  return matrix;
}

Decomposition obtain_given(const Study& study, const LmmOptions& options) {
  const std::int64_t n = study.analysed();
  const ExpectedRows rows{n, "one for each analysed sample"};
  MemoryPlan("eigenvectors").add("as read", 8 * n * n).check();
  const Array values = obtain_matrix("eigenvalues", options.eigen_values, rows, 1);
  const Array vectors = obtain_matrix("eigenvectors", options.eigen_vectors, rows, n);
  const std::string wrong = not_orthonormal(vectors);
  if (!wrong.empty() && options.eigen_vectors.array) {
    throw ValueError("[eigenvectors] " + wrong);
  }
  if (!wrong.empty()) throw IoError(options.eigen_vectors.file + ": " + wrong);
  const Decomposition result{copy(values.squeeze(1)), vectors};
  zero_small_values(result.values);
  return result;
}

Array compute_kinship(const Study& study, const LmmOptions& options, RunReport& report) {
  const double start = report.seconds();
  const Kinship result =
      kinship(study, options.thresholds, options.kind, study.analysed_samples(), options.monitor);
  report.add_time("calculating relatedness matrix", report.seconds() - start);
  return centred(result.matrix);
}

}  // namespace

Array read_analysed_kinship(const Study& study, const Numbers& kinship) {
  const std::int64_t n = study.genotypes.sample_count(), m = study.analysed();
  MemoryPlan("kinship matrix")
      .add("as read", 8 * n * n)
      .add("analysed samples, centred", 24 * m * m)
      .check();
  const ExpectedRows rows = study.genotypes.one_row_per_sample();
  if (!kinship.array) {
    const Array k = Array::empty({n, n});
    read_kinship(kinship.file, rows, k.span<double>());
    return centred_submatrix(k, study.selection.samples);
  }
  const Array k = matrix_of("kinship", *kinship.array, rows, n);
  const std::string asymmetric = asymmetry(k.span<const double>(), n);
  if (!asymmetric.empty()) throw ValueError("[kinship] not symmetric: " + asymmetric);
  return centred_submatrix(k, study.selection.samples);
}

Decomposition decompose_reported(const Array& matrix, RunReport& report) {
  report.monitor().update("eigen-decomposition", 0, 1);
  Decomposition result = decompose(matrix);
  report.monitor().update("eigen-decomposition", 1, 1);
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
  double start = report.seconds();
  Decomposition eigen;
  if (options.eigen_values.given()) {
    eigen = obtain_given(study, options);
  } else if (options.kinship.given()) {
    eigen = decompose_reported(read_analysed_kinship(study, options.kinship), report);
  } else {
    const Array k = compute_kinship(study, options, report);
    start = report.seconds();
    eigen = decompose_reported(k, report);
  }
  report.add_time("reading K and eigen-decomposition", report.seconds() - start);
  if (std::ranges::max(eigen.values.span<double>()) == 0) {
    throw LinAlgError(
        "[lmm] every eigenvalue of the centred kinship matrix counts as zero (is below "
        "1e-10): it tells no samples apart");
  }
  return eigen;
}

}  // namespace loom::gwas
