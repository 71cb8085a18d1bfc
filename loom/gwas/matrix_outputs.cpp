#include "loom/gwas/matrix_outputs.h"

#include <algorithm>

#include "loom/gwas/association_outputs.h"
#include "loom/gwas/tables/matrix_file.h"
#include "loom/gwas/tables/sample_ids.h"

namespace loom::gwas {

std::string cohort_part(const Study& study, const Cohort& cohort) {
  if (study.cohorts.size() == 1) return "";
  const auto first =
      std::ranges::find(study.phenotypes, cohort.traits.front().number, &PhenotypeId::number);
  const auto place = static_cast<std::size_t>(first - study.phenotypes.begin());
  return "." + file_names(study.phenotypes)[place];
}

std::vector<std::string> write_kinship(const Array& matrix, KinshipKind kind,
                                       std::span<const Sample> samples, const std::string& part,
                                       bool npy, const RunReport& report) {
  const std::string name = part + (kind == KinshipKind::centred ? ".cXX" : ".sXX");
  const std::string file = report.path(name + (npy ? ".npy" : ".txt"));
  write_matrix(file, matrix.span<const double>(), matrix.shape(1), report.monitor());
  write_ids(ids_file(file), samples);
  return {file, ids_file(file).string()};
}

std::vector<std::string> write_decomposition(const Decomposition& eigen,
                                             std::span<const Sample> samples,
                                             const std::string& part, bool npy,
                                             const RunReport& report) {
  const char* const end = npy ? ".npy" : ".txt";
  const std::string values = report.path(part + ".eigenD" + end);
  const std::string vectors = report.path(part + ".eigenU" + end);
  // The large file first: where the disk has no room for it, the small ones are not there either.
  write_matrix(vectors, eigen.vectors.span<const double>(), eigen.vectors.shape(1),
               report.monitor());
  write_matrix(values, eigen.values.span<const double>(), 1);
  write_ids(eigen_ids_file(vectors), samples);
  return {values, vectors, eigen_ids_file(vectors).string()};
}

}  // namespace loom::gwas
