#include "loom/gwas/decomposition_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "loom/gwas/matrix_outputs.h"
#include "loom/gwas/tables/matrix_file.h"
#include "loom/gwas/tables/sample_ids.h"
#include "loom/gwas/tables/sample_match.h"
#include "loom/ops/creation.h"
#include "loom/ops/indexing.h"
#include "loom/ops/reduction.h"
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

/// `vectors` with the rows of the analysed samples in their order, where the file beside them says
/// whose they are.
Array order_by_name(const Study& study, const Cohort& cohort, const Numbers& given,
                    const Array& vectors) {
  const std::filesystem::path file = eigen_ids_file(given.file);
  std::error_code ignored;
  if (given.array || !std::filesystem::exists(file, ignored)) return vectors;
  const std::vector<Sample> analysed = study.samples_of(cohort);
  const std::vector<Sample> ids = read_ids(file);
  if (are_numbered(ids) != are_numbered(study.genotypes->samples())) return vectors;
  const std::vector<std::int64_t> places =
      match_samples({analysed, "the analysed samples of " + study.genotypes->samples_file()},
                    {ids, file.string()});
  const auto lacking = std::ranges::find(places, -1);
  if (lacking != places.end() || ids.size() != analysed.size()) {
    throw Error(fmt::format(
        "[eigenvectors] {} names {} samples, which are not the {} analysed ones{}", file.string(),
        ids.size(), analysed.size(),
        lacking == places.end()
            ? ""
            : ": " + name_of(analysed[static_cast<std::size_t>(lacking - places.begin())]) +
                  " is not among them"));
  }
  return std::ranges::is_sorted(places) ? vectors : take(vectors, Array::from(places), 0);
}

Decomposition obtain_given(const Study& study, const Cohort& cohort, const LmmOptions& options) {
  const std::int64_t n = cohort.analysed();
  const ExpectedRows rows{n, "one for each analysed sample"};
  const Array values = obtain_matrix("eigenvalues", options.eigen_values, rows, 1);
  const Array vectors = obtain_matrix("eigenvectors", options.eigen_vectors, rows, n);
  const std::string wrong = not_orthonormal(vectors);
  if (!wrong.empty() && options.eigen_vectors.array) {
    throw ValueError("[eigenvectors] " + wrong);
  }
  if (!wrong.empty()) throw IoError(options.eigen_vectors.file + ": " + wrong);
  const Decomposition result{copy(values.squeeze(1)),
                             order_by_name(study, cohort, options.eigen_vectors, vectors)};
  zero_small_values(result.values);
  return result;
}

/// What `work` returns, one step of the phase "eigen-decomposition"; tells of zero eigenvalues.
template <class Work>
Decomposition reported(RunReport& report, Work work) {
  report.monitor().update("eigen-decomposition", 0, 1);
  Decomposition result = work();
  report.monitor().update("eigen-decomposition", 1, 1);
  // A decomposition of low rank leaves out the others.
  const std::int64_t n = result.vectors.shape(0);
  const std::int64_t positive = count_nonzero(result.values).item<std::int64_t>();
  if (n - positive > 1) {
    report.log().add("number of eigenvalues set to zero", n - positive);
    report.say(fmt::format("{} of {} eigenvalues are zero", n - positive, n));
  }
  return result;
}

/// Of a kinship matrix that is never made, since it has fewer SNPs than samples.
KeptDecomposition compute_from_few_snps(const Study& study, const Cohort& cohort,
                                        const LmmOptions& options, RunReport& report) {
  const double start = report.seconds();
  const KinshipFactor factor(study, cohort, options.thresholds, options.kind, options.monitor);
  const double read = report.seconds();
  report.add_time("reading the SNPs of the relatedness matrix", read - start);
  KeptDecomposition kept = decompose_reported(factor, "", report);
  report.add_time("eigen-decomposition", report.seconds() - read);
  return kept;
}

/// Of the kinship matrix of the analysed samples.
KeptDecomposition compute(const Study& study, const Cohort& cohort, const LmmOptions& options,
                          RunReport& report) {
  EigenFolder folder(study, cohort, options, report);
  std::optional<KeptDecomposition> kept;
  if (!options.save_kinship) kept = folder.find("");
  if (!kept && decomposes_few_snps(study, cohort, options)) {
    kept = compute_from_few_snps(study, cohort, options, report);
    folder.keep("", *kept);
  }
  if (!kept) {
    const double start = report.seconds();
    Kinship result =
        kinship(study, cohort, options.thresholds, options.kind, cohort.samples(), options.monitor);
    const double computed = report.seconds();
    report.add_time("calculating relatedness matrix", computed - start);
    if (options.save_kinship && report.has_output()) {
      report.add_files(write_kinship(result.matrix, options.kind, study.samples_of(cohort),
                                     cohort_part(study, cohort), true, report));
    }
    centre(result.matrix);
    kept = {decompose_reported(result.matrix, report), result.filter.kept()};
    folder.keep("", *kept);
    report.add_time("eigen-decomposition", report.seconds() - computed);
  }
  folder.report_use();
  return *kept;
}

}  // namespace

Decomposition decompose_reported(const Array& matrix, RunReport& report) {
  if (const std::string slow = slow_decomposition(matrix.shape(0)); !slow.empty()) {
    report.say(slow);  // now, since warnings are told at the end of a run
    report.warn(slow);
  }
  return reported(report, [&] { return decompose(matrix); });
}

KeptDecomposition decompose_reported(const KinshipFactor& factor, const std::string& left_out,
                                     RunReport& report) {
  const Array genotypes = factor.genotypes(left_out);
  return {reported(report, [&] { return decompose_factor(genotypes); }), genotypes.shape(0)};
}

bool may_decompose_few_snps(const LmmOptions& options) {
  return !options.save_kinship && !options.save_eigen && options.permutations == 0;
}

bool decomposes_few_snps(const Study& study, const Cohort& cohort, const LmmOptions& options) {
  return may_decompose_few_snps(options) && has_few_snps(study, cohort.analysed());
}

void check_tells_samples_apart(const Decomposition& eigen) {
  if (std::ranges::max(eigen.values.span<double>()) > 0) return;
  throw LinAlgError(
      "[lmm] every eigenvalue of the centred kinship matrix counts as zero (is below 1e-10): it "
      "tells no samples apart");
}

KeptDecomposition obtain_decomposition(const Study& study, const Cohort& cohort,
                                       const LmmOptions& options, GivenKinship& kinship,
                                       RunReport& report) {
  const double start = report.seconds();
  KeptDecomposition kept;
  if (options.eigen_values.given()) {
    kept.eigen = obtain_given(study, cohort, options);
    report.add_time("reading eigenvectors", report.seconds() - start);
  } else if (options.kinship.given()) {
    kept.eigen = decompose_reported(kinship.analysed(cohort), report);
    report.add_time("reading K and eigen-decomposition", report.seconds() - start);
  } else {
    kept = compute(study, cohort, options, report);
  }
  check_tells_samples_apart(kept.eigen);
  if (options.save_eigen && report.has_output()) {
    report.add_files(write_decomposition(kept.eigen, study.samples_of(cohort),
                                         cohort_part(study, cohort), true, report));
  }
  return kept;
}

}  // namespace loom::gwas
