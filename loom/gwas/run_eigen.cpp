#include "loom/gwas/decomposition_input.h"
#include "loom/gwas/matrix_outputs.h"
#include "loom/gwas/run_memory.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

EigenResult run_eigen(const EigenOptions& options) {
  RunReport report(options);
  const Study study = open_study(options.input, Missingness::joint);
  const Cohort& cohort = study.cohorts.front();
  report.describe(study);
  report.describe(study, cohort);
  const std::int64_t kept = kinship_samples_kept(study, options.kinship);
  const std::int64_t analysed = cohort.analysed();
  check_memory(
      [=](double share) {
        return eigen_phases(static_cast<std::int64_t>(share * kept),
                            static_cast<std::int64_t>(share * analysed));
      },
      study.genotypes->sample_count(), report);
  report.prepare_folder();
  const Array k = GivenKinship(study, options.kinship, report).analysed(cohort);
  const double read = report.seconds();
  Decomposition eigen = decompose_reported(k, report);
  report.add_time("eigen-decomposition", report.seconds() - read);
  std::vector<std::string> files;
  if (report.has_output()) {
    files = write_decomposition(eigen, study.samples_of(cohort), "", options.npy, report);
  }
  return {std::move(eigen), report.finish(files)};
}

}  // namespace loom::gwas
