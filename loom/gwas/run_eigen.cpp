#include "loom/gwas/decomposition_input.h"
#include "loom/gwas/matrix_file.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

EigenResult run_eigen(const EigenOptions& options) {
  RunReport report(options);
  const Study study = open_study(options.input);
  report.describe(study);
  report.prepare_folder();
  const Array k = read_analysed_kinship(study, options.kinship);
  const double read = report.seconds();
  Decomposition eigen = decompose_reported(k, report);
  report.add_time("eigen-decomposition", report.seconds() - read);
  std::vector<std::string> files;
  if (report.has_output()) {
    files = {report.path(".eigenD.txt"), report.path(".eigenU.txt")};
    // The large file first: where the disk has no room for it, the small one is not there either.
    write_matrix(files[1], eigen.vectors.span<const double>(), eigen.vectors.shape(1),
                 options.monitor);
    write_matrix(files[0], eigen.values.span<const double>(), 1);
  }
  return {std::move(eigen), report.finish(files)};
}

}  // namespace loom::gwas
