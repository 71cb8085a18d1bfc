#pragma once

#include <string>

#include "loom/gwas/eigen_folder.h"
#include "loom/gwas/kinship_input.h"
#include "loom/gwas/model/decomposition.h"
#include "loom/gwas/model/low_rank.h"
#include "loom/gwas/run_report.h"

// From what a run is given to the decomposition that it works with.
namespace loom::gwas {

/// `decompose`, and tells the user how many eigenvalues are zero. It is one step of the phase
/// "eigen-decomposition". Throws CancelledError too.
Decomposition decompose_reported(const Array& matrix, RunReport& report);

/// The same of a kinship matrix that is never made, since it has fewer SNPs than samples, without
/// a chromosome; empty = none. Throws Error where no SNP is left, too.
KeptDecomposition decompose_reported(const KinshipFactor& factor, const std::string& left_out,
                                     RunReport& report);

/// Whether a kinship matrix that is computed need not be made, and all of its eigenvectors be
/// there: it is not written, and nothing is permuted.
bool may_decompose_few_snps(const LmmOptions& options);
/// Whether it is not made then, since it has fewer SNPs than samples; see has_few_snps.
bool decomposes_few_snps(const Study& study, const Cohort& cohort, const LmmOptions& options);

/// Throws LinAlgError where every eigenvalue is zero.
void check_tells_samples_apart(const Decomposition& eigen);

/// The decomposition that `options` ask for, without leaving out a chromosome: of `kinship`, where
/// one is given, of a kinship matrix that is computed, or one made earlier. The rows of given
/// vectors are matched to the analysed samples by name, where a file beside them has names (see
/// `eigen_ids_file`). Throws LinAlgError where every eigenvalue is zero, IoError or ValueError
/// where given vectors are not orthonormal, Error where their samples are not those analysed,
/// MemoryPlanError, CancelledError.
KeptDecomposition obtain_decomposition(const Study& study, const Cohort& cohort,
                                       const LmmOptions& options, GivenKinship& kinship,
                                       RunReport& report);

}  // namespace loom::gwas
