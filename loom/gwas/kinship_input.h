#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loom/dispatch/memory_plan.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

/// How many samples' kinship is kept of what is read: those of any cohort where a file is a matrix,
/// else all of the data set.
std::int64_t kinship_samples_kept(const Study& study, const KinshipInput& input);

/// What reading takes for the largest cohort, of `analysed` samples.
MemoryPlan kinship_input_memory(std::int64_t kept, std::int64_t analysed);

/// The kinship matrix that a run is given. It is read when it is first asked for, and its rows are
/// matched to the data set's samples by name where it has names: a file of the names beside it (see
/// `find_ids_file`), or pairs. Otherwise its rows are the samples of the data set in its order,
/// which is taken on trust and told.
class GivenKinship {
 public:
  /// What is passed must outlive this.
  GivenKinship(const Study& study, const KinshipInput& input, RunReport& report)
      : study_(study), input_(input), report_(report), uses_(study.cohorts.size()) {}

  /// The kinship of the analysed samples of `cohort`, centred. To be called once for each cohort of
  /// the study: the last call drops what was read. Throws as read_kinship, read_ids,
  /// read_kinship_pairs and matrix_of do, ValueError where an array is not symmetric, Error where
  /// an analysed sample is not in the matrix, MemoryPlanError.
  Array analysed(const Cohort& cohort);

 private:
  void read();
  void read_pairs();
  void read_matrix_file();
  Array room() const;
  void take_on_trust(const std::string& file);
  std::vector<std::int64_t> places_of(const Cohort& cohort) const;

  const Study& study_;
  const KinshipInput& input_;
  RunReport& report_;
  std::size_t uses_;                ///< cohorts that have not asked yet
  Array matrix_;                    ///< of the samples that are kept
  std::vector<std::int64_t> rows_;  ///< of each sample of the data set; -1 where it has none
  std::string source_;              ///< where the rows have their names from
};

}  // namespace loom::gwas
