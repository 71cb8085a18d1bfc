#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "loom/dispatch/memory_plan.h"
#include "loom/gwas/run_report.h"

// What a whole run will hold in memory, stated before it begins, and the sizes of its chunks.
namespace loom::gwas {

/// A phase of a run. What stays of it is held in every later phase too.
struct MemoryPhase {
  MemoryPlan plan;
  std::int64_t stays = 0;
};

/// What of a run its memory depends on.
struct RunSizes {
  enum class Source { kinship, eigen, genotypes, none };

  std::int64_t samples = 0;            ///< of the data set
  std::vector<std::int64_t> analysed;  ///< samples of each cohort
  Source source = Source::kinship;     ///< of the decomposition
  KinshipKind kind = KinshipKind::centred;
  std::int64_t kinship_kept = 0;  ///< samples; see kinship_samples_kept
  std::int64_t kinship_snps = 0;  ///< at most, where few need not be made a matrix of; 0 = many
  bool leaves_out = false;        ///< chromosomes, one cohort and one chromosome after the other
  bool residuals = false;         ///< instead of a scan
  std::int64_t covariates = 1;
  std::int64_t traits = 1;       ///< of all cohorts
  std::int64_t snp_columns = 1;  ///< of a SNP in the model
  std::int64_t lambdas = 0;      ///< that all SNPs share
  std::int64_t permutations = 0;
  std::int64_t gathered = 0;       ///< bytes for the summary and plots of a trait
  std::int64_t bytes_per_snp = 0;  ///< as it is read
};

RunSizes sizes_of(const Study& study, const ScanOptions& options);
RunSizes sizes_of(const Study& study, const LmmOptions& options);

/// The phases of run_gk, run_eigen and run_lmm, the last also of run_lm, where the source of the
/// decomposition is none. `chunk`: SNPs of the scan at a time.
std::vector<MemoryPhase> gk_phases(KinshipKind kind, std::int64_t samples,
                                   std::int64_t bytes_per_snp);
std::vector<MemoryPhase> eigen_phases(std::int64_t kinship_kept, std::int64_t analysed);
std::vector<MemoryPhase> lmm_phases(const RunSizes& sizes, std::int64_t chunk);

/// How many SNPs the scan takes at a time: as many as keep products fast and rounds of searches
/// few, less where memory is short. It is halved then, so that little changes of what is held do
/// not change it.
std::int64_t scan_chunk(const RunSizes& sizes);

/// Tells the user what the phases will hold: "memory: kinship 30.0 MiB, scan 45.0 MiB of 2.0 GiB
/// allowed (limit)", each with what is held already. Throws MemoryPlanError where that is too much,
/// with how much is short, how many `samples` would fit and the `remedy`. `phases` are those of a
/// run with that share of the samples.
void check_memory(const std::function<std::vector<MemoryPhase>(double share)>& phases,
                  std::int64_t samples, const RunReport& report, const std::string& remedy = {});

/// The same for run_lmm and run_lm, with what would help.
void check_memory(const RunSizes& sizes, const RunReport& report);

}  // namespace loom::gwas
