#include "loom/gwas/matrix_file.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

GkResult run_gk(const GkOptions& options) {
  RunReport report(options);
  const Study study = open_study(options.input);
  report.describe(study);
  report.prepare_folder();
  const double opened = report.seconds();
  Kinship result =
      kinship(study, options.thresholds, options.kind, study.all_samples(), options.monitor);
  report.describe(result.filter);
  const double computed = report.seconds();
  report.add_time("calculating relatedness matrix", computed - opened);
  std::vector<std::string> files;
  if (report.has_output()) {
    const bool centred = options.kind == KinshipKind::centred;
    files.push_back(report.path(centred ? ".cXX.txt" : ".sXX.txt"));
    write_matrix(files[0], result.matrix.span<const double>(), result.matrix.shape(1),
                 options.monitor);
    report.add_time("writing it", report.seconds() - computed);
  }
  return {std::move(result), report.finish(files)};
}

}  // namespace loom::gwas
