#include <nlohmann/json.hpp>

#include "loom/gwas/analysis_identity.h"
#include "loom/gwas/association_outputs.h"
#include "loom/gwas/checkpoint.h"
#include "loom/gwas/cohort_scan.h"
#include "loom/gwas/fit_report.h"
#include "loom/gwas/genotypes/block_feed.h"
#include "loom/gwas/model/linear_scan.h"
#include "loom/gwas/run_memory.h"
#include "loom/gwas/run_report.h"
#include "loom/gwas/scan_state.h"
#include "loom/ops/manipulation.h"

namespace loom::gwas {
namespace {

/// The phenotypes of one cohort, which share its filtered and decoded SNPs.
class LinearCohort {
 public:
  LinearCohort(const Study& study, const Cohort& cohort, const LmOptions& options, DropSink drops)
      : cohort_(cohort),
        selector_(study, cohort, options.thresholds, std::move(drops),
                  {.chromosome = {}, .among = options.chromosomes}) {
    const Array design = cohort.design_array();
    for (const Trait& trait : cohort.traits) {
      scans_.emplace_back(design, Array::from(trait.values), options.test);
    }
    collinear_.resize(scans_.size());
  }

  void test(const GenotypeBlock& block, AssociationOutputs& outputs) {
    const SnpChunk chunk = selector_.select(block);
    if (chunk.size() == 0) return;
    const Array columns = columns_of(cohort_, chunk, selector_.samples());
    const Array x = reshape(columns, {chunk.size(), snp_columns(cohort_), columns.shape(1)});
    for (std::size_t i = 0; i < scans_.size(); ++i) {
      ScanResult result = scans_[i].test(x);
      describe_snps(chunk, result.rows);
      outputs.append(cohort_.traits[i], chunk.genotypes.snps, result.rows);
      collinear_[i] += result.outcomes.collinear;
    }
  }

  nlohmann::json state() const {
    return {{"filter", to_state(selector_.report())}, {"collinear", collinear_}};
  }
  /// Goes on from there.
  void resume(const nlohmann::json& state) {
    selector_.resume(filter_of_state(state.at("filter")));
    collinear_ = state.at("collinear").get<std::vector<std::int64_t>>();
  }

  std::vector<TraitResult> finish(RunReport& report) const {
    check_any_kept(selector_.report());
    report.describe(selector_.report());
    std::vector<TraitResult> results;
    for (std::size_t i = 0; i < scans_.size(); ++i) {
      results.push_back(result_of(cohort_, cohort_.traits[i]));
      results.back().filter = selector_.report();
      describe_collinear(collinear_[i], report);
    }
    return results;
  }

 private:
  const Cohort& cohort_;
  SnpSelector selector_;
  std::vector<LinearScan> scans_;        ///< by phenotype
  std::vector<std::int64_t> collinear_;  ///< SNPs, by phenotype
};

/// Tests all SNPs, from the one on where the checkpoint says.
void scan(const Study& study, const LmOptions& options, std::vector<LinearCohort>& cohorts,
          AssociationOutputs& outputs, Checkpoint& checkpoint) {
  std::int64_t next = 0;
  if (const nlohmann::json& found = checkpoint.state(); !found.is_null()) {
    next = found.at("next");
    for (std::size_t i = 0; i < cohorts.size(); ++i) cohorts[i].resume(found.at("cohorts").at(i));
  }
  const auto state = [&]() -> nlohmann::json {
    nlohmann::json states = nlohmann::json::array();
    for (const LinearCohort& cohort : cohorts) states.push_back(cohort.state());
    return {{"next", next}, {"cohorts", states}};
  };
  read_all(
      *study.genotypes, checkpoint.chunk(), "association", options.monitor,
      [&](const GenotypeBlock& block) {
        for (LinearCohort& cohort : cohorts) cohort.test(block, outputs);
        next += block.size();
        checkpoint.after_chunk(outputs, state);
      },
      next);
  checkpoint.after_scan(outputs, state());
}

}  // namespace

LmResult run_lm(const LmOptions& options) {
  RunReport report(options);
  const Study study = open_study(options.input, Missingness::each);
  const RunSizes sizes = sizes_of(study, options);
  check_memory(sizes, report);
  report.prepare_folder();
  report.describe(study);
  Checkpoint checkpoint(
      options, [&] { return lm_identity(study, options); }, scan_chunk(sizes), report);
  AssociationOutputs outputs(study, options, {false, static_cast<int>(options.test)}, report,
                             checkpoint.positions());
  checkpoint.begin();
  std::vector<LinearCohort> cohorts;
  for (const Cohort& cohort : study.cohorts) {
    report.describe(study, cohort);
    cohorts.emplace_back(study, cohort, options, outputs.drops(cohort));
  }
  const double start = report.seconds();
  checkpoint.telling_how_to_resume([&] { scan(study, options, cohorts, outputs, checkpoint); });
  report.add_time("association", report.seconds() - start);
  report.warn_of(*study.genotypes);
  std::vector<TraitResult> results;
  for (const LinearCohort& cohort : cohorts) {
    for (TraitResult& result : cohort.finish(report)) results.push_back(std::move(result));
  }
  sort_as_asked(results, study);
  outputs.commit(report);
  checkpoint.remove();
  return {std::move(results), report.finish(outputs.files())};
}

}  // namespace loom::gwas
