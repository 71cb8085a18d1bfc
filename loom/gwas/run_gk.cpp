#include "loom/gwas/matrix_outputs.h"
#include "loom/gwas/run_memory.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

GkResult run_gk(const GkOptions& options) {
  RunReport report(options);
  const Study study = open_study(options.input, Missingness::joint);
  const Cohort& cohort = study.cohorts.front();
  report.describe(study);
  report.describe(study, cohort);
  const std::int64_t n = study.genotypes->sample_count();
  const auto phases = [&](double share) {
    const double bytes = share * static_cast<double>(study.genotypes->bytes_per_snp());
    return gk_phases(options.kind, static_cast<std::int64_t>(share * static_cast<double>(n)),
                     static_cast<std::int64_t>(bytes));
  };
  check_memory(phases, n, report);
  report.prepare_folder();
  const double opened = report.seconds();
  Kinship result = kinship(study, cohort, options.thresholds, options.kind, study.all_samples(),
                           options.monitor, {}, options.loco);
  report.describe(result.filter);
  report.warn_of(*study.genotypes);
  const double computed = report.seconds();
  report.add_time("calculating relatedness matrix", computed - opened);
  std::vector<std::string> files;
  if (report.has_output()) {
    files = write_kinship(result.matrix, options.kind, study.genotypes->samples(), "", options.npy,
                          report);
    report.add_time("writing it", report.seconds() - computed);
  }
  return {std::move(result), report.finish(files)};
}

}  // namespace loom::gwas
