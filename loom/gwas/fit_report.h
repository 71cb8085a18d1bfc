#pragma once

#include <string>
#include <vector>

#include "loom/gwas/association_outputs.h"
#include "loom/gwas/cohort_scan.h"
#include "loom/gwas/run_report.h"

// What a run tells of the models that it fitted and of the SNPs that it tested.
namespace loom::gwas {

/// What is known of a phenotype before the scan.
TraitResult result_of(const Cohort& cohort, const Trait& trait);

/// Puts the results of phenotypes in the order in which these were asked for.
void sort_as_asked(std::vector<TraitResult>& results, const Study& study);

/// The fits of a scan that is done, one for each of its phenotypes; `chromosome` is the one that
/// its kinship leaves out.
std::vector<TraitFit> fits_of(const CohortScan& scan, const std::string& chromosome = {});

/// Tells of the null model and the searches of each phenotype of a scan.
void describe_models(const Study& study, const CohortScan& scan, RunReport& report);

/// Tells of SNPs whose statistics are NaN.
void describe_collinear(std::int64_t snps, RunReport& report);

/// The same of scans of one chromosome after the other: `fits` of one phenotype, a line for each.
void describe_chromosomes(const Trait& trait, const std::vector<TraitFit>& fits, RunReport& report);

/// Adds how long the parts of the scan took.
void add_times(const CohortScan& scan, RunReport& report);

}  // namespace loom::gwas
