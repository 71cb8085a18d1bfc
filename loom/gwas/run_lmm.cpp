#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "loom/gwas/decomposition_input.h"
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
    report.warn("no variance ratio maximises the null model's likelihood");
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

/// Streams all SNPs through the scan to `sink`.
void scan_all(const Study& study, const LmmOptions& options, Scan& scan, RunReport& report,
              const AssociationSink& sink) {
  const std::int64_t snps = study.genotypes.snp_count();
  SnpStream stream(study, options.thresholds, chunk_size(study.analysed()));
  options.monitor.update("association", 0, snps);
  while (std::optional<SnpChunk> chunk = stream.next()) {
    sink(study.genotypes.snps(), scan.test(*chunk));
    options.monitor.update("association", chunk->next_index, snps);
  }
  check_any_kept(stream.report());
  report.describe(stream.report());
  report.add_time("calculating UtX", scan.rotation_seconds());
  report.add_time("optimization", scan.optimisation_seconds());
}

}  // namespace

LmmResult run_lmm(const LmmOptions& options) {
  RunReport report(options);
  const Study study = open_study(options.input);
  check_phenotype_varies(study.phenotype, options.input.phenotype);
  report.describe(study);
  report.prepare_folder();
  const Decomposition eigen = obtain_decomposition(study, options, report);

  const Array design =
      Array::from(study.design.values, Dims{study.design.rows, study.design.columns});
  const RotatedModel model =
      rotate_model(eigen.values, eigen.vectors, design, Array::from(study.phenotype));
  const std::vector<double> grid = lambda_grid(options.range, model.columns.largest_eigenvalue());
  NullModel null = fit_null_model(model.columns, grid);
  Scan scan(study, eigen.vectors, model, null, grid, options.test);

  std::vector<std::string> files;
  std::optional<AssociationWriter> out;
  if (report.has_output()) {
    files.push_back(report.path(".assoc.txt"));
    out.emplace(files[0], options.test, study.genotypes.snps());
  }
  scan_all(study, options, scan, report,
           [&](const std::vector<Snp>& snps, std::span<const AssociationRow> rows) {
             if (out) out->append(rows);
             if (options.sink) options.sink(snps, rows);
           });
  describe_null(null, report);
  describe_outcomes(scan.outcomes(), report);
  if (out) out->commit();
  return {std::move(null), scan.outcomes(), report.finish(files)};
}

}  // namespace loom::gwas
