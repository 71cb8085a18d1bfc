#pragma once

#include <nlohmann/json_fwd.hpp>

#include "loom/gwas/cohort_scan.h"
#include "loom/gwas/runs.h"

// What a scan has found so far, as JSON that gives back every bit.
namespace loom::gwas {

/// What `scan` has counted.
nlohmann::json state_of(const CohortScan& scan);
/// Makes `scan`, of which nothing was tested yet, go on from there.
void resume(CohortScan& scan, const nlohmann::json& state);

nlohmann::json to_state(const FilterReport& filter);
FilterReport filter_of_state(const nlohmann::json& state);

nlohmann::json to_state(const std::vector<TraitResult>& results);
std::vector<TraitResult> results_of_state(const Study& study, const nlohmann::json& state);

}  // namespace loom::gwas
