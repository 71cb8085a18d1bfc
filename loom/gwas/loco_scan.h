#pragma once

#include "loom/gwas/association_outputs.h"
#include "loom/gwas/checkpoint.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

/// Tests the SNPs of every chromosome, or of the one in LmmOptions::loco, in models whose kinship
/// is of the SNPs of all others: one cohort after the other, one chromosome after the other in the
/// order of the data set. Decompositions come from LmmOptions::eigen_folder where it has them.
///
/// Memory for n analysed samples: the sum of LeaveOneOutKinship, and what one chromosome takes.
/// Throws what LeaveOneOutKinship, EigenFolder and CohortScan throw; ValueError for a chromosome
/// that the data set does not have.
std::vector<TraitResult> scan_by_chromosome(const Study& study, const LmmOptions& options,
                                            AssociationOutputs& outputs, Checkpoint& checkpoint,
                                            RunReport& report);

}  // namespace loom::gwas
