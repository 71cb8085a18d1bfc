#pragma once

#include <string>

#include "loom/gwas/decomposition.h"
#include "loom/gwas/run_report.h"

// From the files of a run to the decomposition that it works with.
namespace loom::gwas {

/// The kinship matrix of `file`, all samples of the study, cut to the analysed ones and centred.
/// Throws as read_kinship does, MemoryPlanError.
Array read_analysed_kinship(const Study& study, const std::string& file);

/// `decompose`, and tells the user how many eigenvalues are zero.
Decomposition decompose_reported(const Array& matrix, RunReport& report);

/// The decomposition that `options` ask for: of a kinship matrix, or read from the files of an
/// earlier one. Throws LinAlgError where every eigenvalue is zero, IoError where the vectors read
/// are not orthonormal, MemoryPlanError.
Decomposition obtain_decomposition(const Study& study, const LmmOptions& options,
                                   RunReport& report);

}  // namespace loom::gwas
