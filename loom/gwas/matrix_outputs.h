#pragma once

#include <span>
#include <string>
#include <vector>

#include "loom/gwas/model/decomposition.h"
#include "loom/gwas/model/kinship.h"
#include "loom/gwas/run_report.h"

// Kinship matrices and decompositions among the results of a run.
namespace loom::gwas {

/// What stands behind the prefix in the names of a cohort's files: nothing where it is the only
/// one, else a dot and the name of its first phenotype as `file_names` has it.
std::string cohort_part(const Study& study, const Cohort& cohort);

/// Writes PREFIX.cXX.txt (centred) or PREFIX.sXX.txt (standardised), or with `npy` the same in
/// NumPy's format and full precision as .npy, and the names of the `samples` to PREFIX.cXX.id or
/// PREFIX.sXX.id. Returns the files. Throws IoError, CancelledError.
std::vector<std::string> write_kinship(const Array& matrix, KinshipKind kind,
                                       std::span<const Sample> samples, const std::string& part,
                                       bool npy, const RunReport& report);

/// Writes PREFIX.eigenD.txt and PREFIX.eigenU.txt, or with `npy` the same as .npy, and the names of
/// the `samples` to PREFIX.eigen.id. Returns the files. Throws IoError, CancelledError.
std::vector<std::string> write_decomposition(const Decomposition& eigen,
                                             std::span<const Sample> samples,
                                             const std::string& part, bool npy,
                                             const RunReport& report);

}  // namespace loom::gwas
