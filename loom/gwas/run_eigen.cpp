#include "loom/gwas/decomposition_input.h"
#include "loom/gwas/matrix_file.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

void run_eigen(const EigenOptions& options) {
  RunReport report(options);
  const Study study = open_study(options.files);
  report.describe(study);
  report.prepare_folder();
  const Array k = read_analysed_kinship(study, options.kinship);
  const double read = report.seconds();
  const Decomposition eigen = decompose_reported(k, report);
  const double decomposed = report.seconds();
  const std::string values = report.path(".eigenD.txt"), vectors = report.path(".eigenU.txt");
  // The large file first: where the disk has no room for it, the small one is not there either.
  write_matrix(vectors, eigen.vectors.span<const double>(), eigen.vectors.shape(1));
  write_matrix(values, eigen.values.span<const double>(), 1);
  report.log().section("Computation Time");
  report.log().add("time on eigen-decomposition", minutes(decomposed - read));
  report.finish({values, vectors});
}

}  // namespace loom::gwas
