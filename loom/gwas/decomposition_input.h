#pragma once

#include <string>

#include "loom/gwas/decomposition.h"
#include "loom/gwas/run_report.h"

// From what a run is given to the decomposition that it works with.
namespace loom::gwas {

/// The given kinship matrix, of all samples of the study, cut to the analysed ones and centred.
/// Throws as read_kinship and matrix_of do, ValueError where an array is not symmetric,
/// MemoryPlanError.
Array read_analysed_kinship(const Study& study, const Numbers& kinship);

/// `decompose`, and tells the user how many eigenvalues are zero. It is one step of the phase
/// "eigen-decomposition". Throws CancelledError too.
Decomposition decompose_reported(const Array& matrix, RunReport& report);

/// The decomposition that `options` ask for: of a kinship matrix, given or computed, or one made
/// earlier. Throws LinAlgError where every eigenvalue is zero, IoError or ValueError where given
/// vectors are not orthonormal, MemoryPlanError, CancelledError.
Decomposition obtain_decomposition(const Study& study, const LmmOptions& options,
                                   RunReport& report);

}  // namespace loom::gwas
