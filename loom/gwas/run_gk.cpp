#include "loom/gwas/matrix_file.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

void run_gk(const GkOptions& options) {
  RunReport report(options);
  const Study study = open_study(options.files);
  report.describe(study);
  report.prepare_folder();
  Progress bar("kinship", study.genotypes.snp_count(), !options.quiet);
  const Kinship result = kinship(study, options.thresholds, options.kind,
                                 [&](std::int64_t done) { bar.update(done); });
  report.describe(result.filter);
  const double computed = report.seconds();
  const bool centred = options.kind == KinshipKind::centred;
  const std::string file = report.path(centred ? ".cXX.txt" : ".sXX.txt");
  write_matrix(file, result.matrix.span<const double>(), result.matrix.shape(1));
  report.log().section("Computation Time");
  report.log().add("time on calculating relatedness matrix", minutes(computed));
  report.log().add("time on writing it", minutes(report.seconds() - computed));
  report.finish({file});
}

}  // namespace loom::gwas
