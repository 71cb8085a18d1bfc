#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "loom/gwas/analysis_identity.h"
#include "loom/gwas/association_outputs.h"
#include "loom/gwas/checkpoint.h"
#include "loom/gwas/clump_report.h"
#include "loom/gwas/cohort_scan.h"
#include "loom/gwas/decomposition_input.h"
#include "loom/gwas/fit_report.h"
#include "loom/gwas/genotypes/block_feed.h"
#include "loom/gwas/loco_scan.h"
#include "loom/gwas/matrix_outputs.h"
#include "loom/gwas/model/residuals.h"
#include "loom/gwas/run_memory.h"
#include "loom/gwas/run_report.h"
#include "loom/gwas/scan_state.h"
#include "loom/gwas/tables/matrix_file.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

bool computes_kinship(const LmmOptions& options) {
  return !options.kinship.given() && !options.eigen_values.given();
}

/// Whether each chromosome has a kinship of its own, which has to be computed.
bool leaves_out_chromosomes(const LmmOptions& options) {
  return options.loco_all || (!options.loco.empty() && computes_kinship(options));
}

void check_options(const LmmOptions& options) {
  if (options.loco_all && !computes_kinship(options)) {
    throw ValueError("[lmm] a kinship matrix that is given cannot leave out every chromosome");
  }
  if (options.loco_all && !options.loco.empty()) {
    throw ValueError(
        fmt::format("[lmm] only chromosome {} is to be tested, and every one", options.loco));
  }
  if (leaves_out_chromosomes(options) && (options.save_kinship || options.save_eigen)) {
    throw ValueError("[lmm] matrices without a chromosome are kept in a folder of their own");
  }
  if (leaves_out_chromosomes(options) && options.residuals) {
    throw ValueError("[lmm] residuals are of one model, not of one for each chromosome");
  }
  if (options.save_kinship && !computes_kinship(options)) {
    throw ValueError("[lmm] the kinship matrix is given: there is none to write");
  }
  if (options.clump && !options.output) {
    throw ValueError("[lmm] clumps are written: there is no output");
  }
  if (options.residuals && (options.permutations > 0 || options.clump || options.resume)) {
    throw ValueError("[lmm] residuals take no scan: nothing to permute, to clump or to resume");
  }
  if (options.permutations > 0 && options.input.environment.given()) {
    throw ValueError("[lmm] interactions cannot be tested by permutations");
  }
  if (!options.eigen_folder.empty() && !computes_kinship(options)) {
    throw ValueError("[lmm] a folder keeps decompositions of a kinship that is computed");
  }
}

/// How far a pass over the data set has come.
struct OnePass {
  /// `state` as state() returned it; null = the beginning.
  OnePass(std::span<const std::unique_ptr<CohortScan>> of, const nlohmann::json& state)
      : scans(of) {
    if (state.is_null()) return;
    next = state.at("next");
    for (std::size_t i = 0; i < scans.size(); ++i) resume(*scans[i], state.at("scans").at(i));
  }

  nlohmann::json state() const {
    nlohmann::json states = nlohmann::json::array();
    for (const auto& scan : scans) states.push_back(state_of(*scan));
    return {{"next", next}, {"scans", states}};
  }

  std::span<const std::unique_ptr<CohortScan>> scans;
  std::int64_t next = 0;  ///< index of a SNP
};

/// A scan of all cohorts in one pass over the data set.
std::vector<TraitResult> scan_in_one_pass(const Study& study, const LmmOptions& options,
                                          AssociationOutputs& outputs, Checkpoint& checkpoint,
                                          RunReport& report) {
  GivenKinship kinship(study, options.kinship, report);
  std::vector<std::unique_ptr<CohortScan>> scans;
  for (const Cohort& cohort : study.cohorts) {
    report.describe(study, cohort);
    KeptDecomposition kept = checkpoint.decomposition(
        cohort_part(study, cohort), cohort.analysed(),
        [&] { return obtain_decomposition(study, cohort, options, kinship, report); });
    scans.push_back(std::make_unique<CohortScan>(study, cohort, std::move(kept), options,
                                                 outputs.drops(cohort)));
  }
  OnePass pass(scans, checkpoint.state());
  ChromosomeFinder chromosomes;
  read_all(
      *study.genotypes, checkpoint.chunk(), "association", options.monitor,
      [&](const GenotypeBlock& block) {
        chromosomes.add(block.snps);
        for (const auto& scan : scans) scan->test(block, outputs);
        pass.next += block.size();
        checkpoint.after_chunk(outputs, [&] { return pass.state(); });
      },
      pass.next);
  // What is resumed may have that chromosome behind it.
  if (!options.loco.empty() && checkpoint.state().is_null()) {
    find_chromosome(chromosomes.found(), options.loco);
  }
  checkpoint.after_scan(outputs, pass.state());
  report.warn_of(*study.genotypes);

  std::vector<TraitResult> results;
  for (const auto& scan : scans) {
    const FilterReport& filter = scan->selector().report();
    check_any_kept(filter);
    report.describe(filter);
    describe_models(study, *scan, report);
    add_times(*scan, report);
    const std::vector<TraitFit> fits = fits_of(*scan);
    for (std::size_t i = 0; i < fits.size(); ++i) {
      TraitResult& result =
          results.emplace_back(result_of(scan->cohort(), scan->cohort().traits[i]));
      result.filter = filter;
      result.fits = {fits[i]};
    }
  }
  return results;
}

/// Fits the null models and writes what they leave of the phenotypes.
std::vector<TraitResult> write_residuals(const Study& study, const LmmOptions& options,
                                         RunReport& report) {
  const std::vector<std::string> names = file_names(study.phenotypes);
  GivenKinship kinship(study, options.kinship, report);
  std::vector<TraitResult> results;
  for (const Cohort& cohort : study.cohorts) {
    report.describe(study, cohort);
    const CohortScan scan(
        study, cohort, obtain_decomposition(study, cohort, options, kinship, report), options, {});
    describe_models(study, scan, report);
    const std::vector<TraitFit> fits = fits_of(scan);
    for (std::size_t i = 0; i < fits.size(); ++i) {
      const Trait& trait = cohort.traits[i];
      results.push_back(result_of(cohort, trait));
      results.back().fits = {fits[i]};
      if (!report.has_output()) continue;
      const Residuals left =
          null_residuals(scan.traits()[i]->model(), fits[i].null, scan.coordinates().basis());
      const auto place = std::ranges::find(study.phenotypes, trait.number, &PhenotypeId::number);
      const std::string part =
          study.several_phenotypes
              ? "." + names[static_cast<std::size_t>(place - study.phenotypes.begin())]
              : "";
      const std::string genetic = report.path(part + ".residU.txt");
      const std::string residual = report.path(part + ".residE.txt");
      write_matrix(genetic, left.u.span<const double>(), 1);
      write_matrix(residual, left.e.span<const double>(), 1);
      report.add_files({genetic, residual});
    }
  }
  return results;
}

/// Tests the SNPs, and writes what was found.
std::vector<TraitResult> scan(const Study& study, const LmmOptions& options, std::int64_t chunk,
                              RunReport& report) {
  Checkpoint checkpoint(
      options, [&] { return lmm_identity(study, options); }, chunk, report);
  AssociationOutputs outputs(study, options, options.test, report, checkpoint.positions(),
                             options.permutations);
  if (options.clump) check_clumpable(options, outputs);
  checkpoint.begin();
  const auto run = leaves_out_chromosomes(options) ? scan_by_chromosome : scan_in_one_pass;
  std::vector<TraitResult> results = checkpoint.telling_how_to_resume(
      [&] { return run(study, options, outputs, checkpoint, report); });
  outputs.commit(report);
  if (options.permutations > 0) {
    for (TraitResult& result : results) {
      result.smallest_p = outputs.permutations(result.number).smallest_p();
    }
  }
  if (options.clump) clump_results(study, options, outputs, report);
  report.add_files(outputs.files());
  checkpoint.remove();
  return results;
}

}  // namespace

LmmResult run_lmm(const LmmOptions& options) {
  check_options(options);
  RunReport report(options);
  const Study study = open_study(options.input, Missingness::each);
  const RunSizes sizes = sizes_of(study, options);
  check_memory(sizes, report);
  report.prepare_folder();
  report.describe(study);
  std::vector<TraitResult> results = options.residuals
                                         ? write_residuals(study, options, report)
                                         : scan(study, options, scan_chunk(sizes), report);
  sort_as_asked(results, study);
  return {std::move(results), report.finish({})};
}

}  // namespace loom::gwas
