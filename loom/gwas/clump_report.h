#pragma once

#include <string>

#include "loom/gwas/association_outputs.h"
#include "loom/gwas/clumping.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

/// Tells how many clumps there are; `label` says of what, and may be empty.
void describe_clumps(const Clumps& clumps, const std::string& label, RunReport& report);

/// Throws ValueError where the files of a scan will not have what clumps are formed of.
void check_clumpable(const LmmOptions& options, const AssociationOutputs& outputs);

/// Forms clumps of the hits in the files of a scan, each by the linkage among the samples in which
/// they were found, and writes PREFIX.clumps.txt, or one PREFIX.NAME.clumps.txt for each of several
/// phenotypes. Throws what read_hits, form_clumps and write_clumps throw.
void clump_results(const Study& study, const LmmOptions& options, const AssociationOutputs& outputs,
                   RunReport& report);

}  // namespace loom::gwas
