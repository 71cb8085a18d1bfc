#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "loom/dispatch/memory_plan.h"
#include "loom/gwas/matrix_file.h"
#include "loom/gwas/phenotype.h"
#include "loom/gwas/run_report.h"
#include "loom/gwas/scan.h"

namespace loom::gwas {
namespace {

// A chunk of rotated genotypes takes about this much, within bounds that keep the products fast and
// the rounds of the searches few.
constexpr std::int64_t kChunkBytes = std::int64_t{16} << 20;

std::int64_t chunk_size(std::int64_t samples) {
  return std::clamp<std::int64_t>(kChunkBytes / (8 * samples), 128, 4096);
}

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

void describe_null(const NullModel& null, RunReport& report) {
  RunLog& log = report.log();
  log.add("REMLE log-likelihood in the null model", null.reml.log_likelihood);
  log.add("MLE log-likelihood in the null model", null.ml.log_likelihood);
  log.add("pve estimate in the null model", null.pve);
  log.add("se(pve) in the null model", null.pve_se);
  log.add("vg estimate in the null model", null.genetic_variance);
  log.add("ve estimate in the null model", null.residual_variance);
  log.add("beta estimate in the null model", null.beta);
  log.add("se(beta)", null.beta_se);
  if (!null.reml.found() || !null.ml.found()) {
    RunReport::warn("no variance ratio maximises the null model's likelihood");
  }
  report.say(fmt::format("pve estimate = {:.6g}\nse(pve) = {:.6g}", null.pve, null.pve_se));
}

void describe_searches(const char* name, const std::array<std::int64_t, kLambdaOutcomes>& outcomes,
                       RunReport& report) {
  if (std::accumulate(outcomes.begin(), outcomes.end(), std::int64_t{0}) == 0) return;
  std::string list;
  for (int i = 0; i < kLambdaOutcomes; ++i) {
    if (outcomes[i] == 0) continue;
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", outcomes[i],
                        to_string(static_cast<LambdaOutcome>(i)));
  }
  report.log().add(fmt::format("{} searches by where they ended", name), list);
}

void describe_outcomes(const ScanOutcomes& outcomes, RunReport& report) {
  describe_searches("REML", outcomes.reml, report);
  describe_searches("ML", outcomes.ml, report);
  if (outcomes.collinear == 0) return;
  report.log().add("number of SNPs collinear with the covariates (all statistics nan)",
                   outcomes.collinear);
  report.say(fmt::format("{} SNPs are collinear with the covariates: their statistics are nan",
                         outcomes.collinear));
}

/// Streams all SNPs through the scan into PREFIX.assoc.txt, which is not committed yet.
FilterReport scan_all(const Study& study, const LmmOptions& options, Scan& scan,
                      AssociationWriter& out) {
  SnpStream stream(study, options.thresholds, chunk_size(study.analysed()));
  Progress bar("association", study.genotypes.snp_count(), !options.quiet);
  while (std::optional<SnpChunk> chunk = stream.next()) {
    out.append(scan.test(*chunk));
    bar.update(chunk->next_index);
  }
  check_any_kept(stream.report());
  return stream.report();
}

}  // namespace

void run_lmm(const LmmOptions& options) {
  RunReport report(options);
  const Study study = open_study(options.files);
  check_phenotype_varies(study.phenotype, options.files.phenotype);
  report.describe(study);
  report.prepare_folder();
  const double opened = report.seconds();
  const Decomposition eigen = obtain_decomposition(study, options, report);
  const double decomposed = report.seconds();

  const Array design =
      Array::from(study.design.values, Dims{study.design.rows, study.design.columns});
  const RotatedModel model =
      rotate_model(eigen.values, eigen.vectors, design, Array::from(study.phenotype));
  const std::vector<double> grid = lambda_grid(options.range, model.columns.largest_eigenvalue());
  const NullModel null = fit_null_model(model.columns, grid);
  Scan scan(study, eigen.vectors, model, null, grid, options.test);

  const std::string file = report.path(".assoc.txt");
  AssociationWriter out(file, options.test, study.genotypes.snps());
  report.describe(scan_all(study, options, scan, out));
  describe_null(null, report);
  describe_outcomes(scan.outcomes(), report);
  out.commit();

  report.log().section("Computation Time");
  report.log().add("time on reading K and eigen-decomposition", minutes(decomposed - opened));
  report.log().add("time on calculating UtX", minutes(scan.rotation_seconds()));
  report.log().add("time on optimization", minutes(scan.optimisation_seconds()));
  report.finish({file});
}

}  // namespace loom::gwas
