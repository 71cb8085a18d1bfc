#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "loom/gwas/model/decomposition.h"
#include "loom/support/monitor.h"

namespace loom::gwas {

/// A decomposition and how many SNPs its kinship matrix was made of.
struct KeptDecomposition {
  Decomposition eigen;
  std::int64_t snps = 0;
};

/// What is remembered of a decomposition that lies in two files.
struct DecompositionRecord {
  std::int64_t snps = 0;
  std::int64_t eigenvalues = 0;
  std::string fingerprint;
};

/// The two files: `stem` and a suffix.
std::filesystem::path eigenvalues_file(const std::filesystem::path& stem);
std::filesystem::path eigenvectors_file(const std::filesystem::path& stem);

/// Writes them. Throws IoError, CancelledError.
DecompositionRecord write_kept(const std::filesystem::path& stem, const KeptDecomposition& kept,
                               const Monitor& monitor);

/// Reads them: a decomposition of `samples` samples. Throws IoError where they are no longer as
/// they were written, MemoryPlanError.
KeptDecomposition read_kept(const std::filesystem::path& stem, const DecompositionRecord& record,
                            std::int64_t samples);

}  // namespace loom::gwas
