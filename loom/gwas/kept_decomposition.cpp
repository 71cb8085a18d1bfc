#include "loom/gwas/kept_decomposition.h"

#include <fmt/format.h>

#include "loom/dispatch/memory_plan.h"
#include "loom/gwas/tables/matrix_file.h"
#include "loom/support/error.h"
#include "loom/support/fingerprint.h"

namespace loom::gwas {
namespace {

namespace fs = std::filesystem;

std::string fingerprint_of(const Decomposition& eigen) {
  Fingerprint fingerprint;
  fingerprint.add(eigen.values.span<const double>());
  fingerprint.add(eigen.vectors.span<const double>());
  return fingerprint.text();
}

fs::path with_suffix(fs::path stem, const char* suffix) { return stem += suffix; }

}  // namespace

fs::path eigenvalues_file(const fs::path& stem) { return with_suffix(stem, ".eigenD.npy"); }
fs::path eigenvectors_file(const fs::path& stem) { return with_suffix(stem, ".eigenU.npy"); }

DecompositionRecord write_kept(const fs::path& stem, const KeptDecomposition& kept,
                               const Monitor& monitor) {
  const auto& [values, vectors] = kept.eigen;
  write_matrix(eigenvectors_file(stem), vectors.span<const double>(), vectors.shape(1), monitor);
  write_matrix(eigenvalues_file(stem), values.span<const double>(), 1);
  return {kept.snps, values.size(), fingerprint_of(kept.eigen)};
}

KeptDecomposition read_kept(const fs::path& stem, const DecompositionRecord& record,
                            std::int64_t samples) {
  const std::int64_t values = record.eigenvalues;
  MemoryPlan("eigenvectors").add("as read", 8 * samples * values).check();
  const Decomposition eigen{Array::empty({values}), Array::empty({samples, values})};
  read_matrix(eigenvalues_file(stem), {values, "as it was written"}, 1,
              eigen.values.span<double>());
  read_matrix(eigenvectors_file(stem), {samples, "one for each analysed sample"}, values,
              eigen.vectors.span<double>());
  if (fingerprint_of(eigen) != record.fingerprint) {
    throw IoError(fmt::format("{}: no longer as it was written", eigenvectors_file(stem).string()));
  }
  return {eigen, record.snps};
}

}  // namespace loom::gwas
