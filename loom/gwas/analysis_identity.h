#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "loom/gwas/genotypes/study.h"
#include "loom/gwas/runs.h"

// What tells two analyses apart, as JSON objects, for results that are kept from one run to
// another.
namespace loom::gwas {

/// All that the computed kinship matrix of a cohort is a function of: the files of the data set
/// (size, time of the last change and beginning of each), samples, covariates, filters, kind of
/// matrix and version of Loom. Throws IoError, Error where the files are not known.
nlohmann::json kinship_identity(const Study& study, const Cohort& cohort,
                                const LmmOptions& options);

/// All that the results of run_lm are a function of: the data set, and of each cohort samples,
/// covariates and phenotypes; the tests, how results are written, and the backend.
nlohmann::json lm_identity(const Study& study, const LmOptions& options);

/// The same of run_lmm: where the decomposition comes from, too.
nlohmann::json lmm_identity(const Study& study, const LmmOptions& options);

/// Where two identities differ, by name and where they say something with the values: "maf was
/// 0.01, is 0.05; data set d.bed".
std::string identity_differences(const nlohmann::json& before, const nlohmann::json& now);

}  // namespace loom::gwas
