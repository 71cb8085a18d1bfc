#include "loom/gwas/loco_scan.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "loom/gwas/cohort_scan.h"
#include "loom/gwas/decomposition_input.h"
#include "loom/gwas/fit_report.h"
#include "loom/gwas/genotypes/block_feed.h"
#include "loom/gwas/matrix_outputs.h"
#include "loom/gwas/model/kinship.h"
#include "loom/gwas/scan_state.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

/// Decompositions of the kinship without one chromosome, from the folder or computed.
class LocoDecompositions {
 public:
  LocoDecompositions(const Study& study, const Cohort& cohort, const LmmOptions& options,
                     RunReport& report)
      : study_(study),
        cohort_(cohort),
        options_(options),
        report_(report),
        few_snps_(decomposes_few_snps(study, cohort, options)),
        folder_(study, cohort, options, report) {}

  const std::vector<Chromosome>& chromosomes() {
    if (folder_.chromosomes().empty()) {
      read();
      folder_.keep_chromosomes(few_snps_ ? factor_->chromosomes() : kinship_->chromosomes());
    }
    return folder_.chromosomes();
  }

  KeptDecomposition without(const Chromosome& chromosome) {
    std::optional<KeptDecomposition> kept = folder_.find(chromosome.name);
    if (!kept) {
      read();
      kept = few_snps_ ? decompose_reported(*factor_, chromosome.name, report_)
                       : decompose(kinship_->without(chromosome));
      folder_.keep(chromosome.name, *kept);
      time("eigen-decomposition");
    }
    check_tells_samples_apart(kept->eigen);
    return *kept;
  }

  /// Tells where they came from, and of what was odd in the genotypes.
  void report_use() const {
    folder_.report_use();
    if (!warned_) report_.warn_of(*study_.genotypes);
  }

 private:
  /// What all matrices are made of, once it is needed.
  void read() {
    since_ = report_.seconds();
    if (factor_ || kinship_) return;
    if (few_snps_) {
      factor_.emplace(study_, cohort_, options_.thresholds, options_.kind, options_.monitor);
    } else {
      kinship_.emplace(study_, cohort_, options_.thresholds, options_.kind, options_.monitor);
    }
    time("calculating relatedness matrix");
    report_.warn_of(*study_.genotypes);  // now: later passes would count again
    warned_ = true;
  }

  KeptDecomposition decompose(LeaveOneOutKinship::Part part) {
    time("calculating relatedness matrix");
    centre(part.matrix);
    return {decompose_reported(part.matrix, report_), part.snps};
  }

  /// Adds the time since the last call.
  void time(const char* part) {
    report_.add_time(part, report_.seconds() - since_);
    since_ = report_.seconds();
  }

  const Study& study_;
  const Cohort& cohort_;
  const LmmOptions& options_;
  RunReport& report_;
  bool few_snps_;
  EigenFolder folder_;
  std::optional<KinshipFactor> factor_;        ///< of few SNPs, once it is needed
  std::optional<LeaveOneOutKinship> kinship_;  ///< of many
  double since_ = 0;
  bool warned_ = false;
};

/// How far a scan has come.
struct LocoProgress {
  /// `state` as state() returned it; null = the beginning.
  LocoProgress(const Study& study, const nlohmann::json& state) {
    if (state.is_null()) return;
    results = results_of_state(study, state.at("results"));
    cohort = state.at("cohort");
    current = results_of_state(study, state.at("current"));
    filter = filter_of_state(state.at("filter"));
    for (const nlohmann::json& c : state.at("chromosomes")) {
      chromosomes.push_back({c.at("name"), c.at("first"), c.at("count")});
    }
    chromosome = state.at("chromosome");
    next = state.at("next");
    scan = state.at("scan");
  }

  nlohmann::json state() const {
    nlohmann::json all = nlohmann::json::array();
    for (const Chromosome& c : chromosomes) {
      all.push_back({{"name", c.name}, {"first", c.first}, {"count", c.count}});
    }
    return {{"results", to_state(results)},
            {"cohort", cohort},
            {"current", to_state(current)},
            {"filter", to_state(filter)},
            {"chromosomes", all},
            {"chromosome", chromosome},
            {"next", next},
            {"scan", scan}};
  }

  std::vector<TraitResult> results;  ///< of the cohorts that are done
  std::size_t cohort = 0;
  std::vector<TraitResult> current;  ///< of that cohort, with a fit for each chromosome done
  FilterReport filter;               ///< of those chromosomes
  std::vector<Chromosome> chromosomes;
  std::size_t chromosome = 0;  ///< among those
  std::int64_t next = 0;       ///< SNPs of it that are done
  nlohmann::json scan;         ///< what they added up to
};

/// What a saved decomposition is called.
std::string name_of(const Study& study, const LocoProgress& progress) {
  return fmt::format("{}.part{}", cohort_part(study, study.cohorts[progress.cohort]),
                     progress.chromosome + 1);
}

/// The rest of the present chromosome.
void scan_chromosome(const Study& study, const LmmOptions& options,
                     LocoDecompositions& decompositions, LocoProgress& progress,
                     AssociationOutputs& outputs, Checkpoint& checkpoint, RunReport& report) {
  const Cohort& cohort = study.cohorts[progress.cohort];
  const Chromosome& chromosome = progress.chromosomes[progress.chromosome];
  const std::string name = name_of(study, progress);
  CohortScan scan(study, cohort,
                  checkpoint.decomposition(name, cohort.analysed(),
                                           [&] { return decompositions.without(chromosome); }),
                  options, outputs.drops(cohort));
  if (!progress.scan.is_null()) resume(scan, progress.scan);
  const Chromosome rest{chromosome.name, chromosome.first + progress.next,
                        chromosome.count - progress.next};
  read_chromosome(*study.genotypes, rest, checkpoint.chunk(),
                  "association on chromosome " + chromosome.name, options.monitor,
                  [&](const GenotypeBlock& block) {
                    scan.test(block, outputs);
                    progress.next += block.size();
                    checkpoint.after_chunk(outputs, [&] {
                      progress.scan = state_of(scan);
                      return progress.state();
                    });
                  });
  const std::vector<TraitFit> fits = fits_of(scan, chromosome.name);
  for (std::size_t i = 0; i < fits.size(); ++i) progress.current[i].fits.push_back(fits[i]);
  progress.filter += scan.selector().report();
  add_times(scan, report);
  checkpoint.forget(name);
}

/// The rest of the present cohort.
void scan_cohort(const Study& study, const LmmOptions& options, LocoProgress& progress,
                 AssociationOutputs& outputs, Checkpoint& checkpoint, RunReport& report) {
  const Cohort& cohort = study.cohorts[progress.cohort];
  report.describe(study, cohort);
  LocoDecompositions decompositions(study, cohort, options, report);
  if (progress.chromosomes.empty()) {
    progress.chromosomes = decompositions.chromosomes();
    if (!options.loco.empty()) {
      progress.chromosomes = {find_chromosome(progress.chromosomes, options.loco)};
    }
    std::erase_if(progress.chromosomes, [&](const Chromosome& chromosome) {
      return !options.chromosomes.contains(chromosome.name);
    });
    if (progress.chromosomes.empty()) {
      throw ValueError("[lmm] the data set has none of the chromosomes that are to be tested");
    }
    for (const Trait& trait : cohort.traits) {
      progress.current.push_back(result_of(cohort, trait));
    }
  }
  while (progress.chromosome < progress.chromosomes.size()) {
    scan_chromosome(study, options, decompositions, progress, outputs, checkpoint, report);
    ++progress.chromosome;
    progress.next = 0;
    progress.scan = nullptr;
  }
  check_any_kept(progress.filter);
  report.describe(progress.filter);
  decompositions.report_use();
  for (std::size_t i = 0; i < cohort.traits.size(); ++i) {
    TraitResult& result = progress.current[i];
    result.filter = progress.filter;
    describe_chromosomes(cohort.traits[i], result.fits, report);
    progress.results.push_back(std::move(result));
  }
}

}  // namespace

std::vector<TraitResult> scan_by_chromosome(const Study& study, const LmmOptions& options,
                                            AssociationOutputs& outputs, Checkpoint& checkpoint,
                                            RunReport& report) {
  LocoProgress progress(study, checkpoint.state());
  while (progress.cohort < study.cohorts.size()) {
    scan_cohort(study, options, progress, outputs, checkpoint, report);
    const std::size_t next = progress.cohort + 1;
    std::vector<TraitResult> results = std::move(progress.results);
    progress = LocoProgress(study, nullptr);
    progress.results = std::move(results);
    progress.cohort = next;
  }
  checkpoint.after_scan(outputs, progress.state());
  return std::move(progress.results);
}

}  // namespace loom::gwas
