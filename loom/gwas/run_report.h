#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "loom/gwas/output/run_log.h"
#include "loom/gwas/runs.h"
#include "loom/support/progress.h"

namespace loom::gwas {

/// What a run tells of itself: lines for the user, the facts that it returns and, where there is an
/// output, the log file. Starts the clock and the tally of operations.
class RunReport {
 public:
  /// Throws what `get_backend` throws: a backend that cannot be had is known before any work.
  explicit RunReport(const RunOptions& options);
  /// Removes the folders that prepare_folder() made if nothing was written there.
  ~RunReport();
  RunReport(const RunReport&) = delete;
  RunReport& operator=(const RunReport&) = delete;

  /// Makes the folder of the output, if there is one. Throws IoError where that or writing there is
  /// not possible: to be called before the work begins.
  void prepare_folder();

  RunLog& log() { return log_; }
  /// A line for the user.
  void say(const std::string& text) const;
  /// Something that the user must not miss.
  void warn(const std::string& text);
  /// What the files of the data set call for.
  void describe(const Study& study);
  void describe(const Study& study, const Cohort& cohort);
  void describe(const FilterReport& filter);
  /// Passes on what the reader warns of.
  void warn_of(const GenotypeReader& genotypes);
  /// How long a part of the run took; times of the same part add up.
  void add_time(const std::string& part, double seconds);
  /// Results besides those that the run ends with.
  void add_files(const std::vector<std::string>& files);
  /// Adds times and operations, writes the log and says where the `results` are.
  RunSummary finish(const std::vector<std::string>& results);

  double seconds() const { return now_seconds() - start_; }
  const Monitor& monitor() const { return options_.monitor; }
  bool has_output() const { return options_.output.has_value(); }
  /// FOLDER/PREFIX and the suffix; there must be an output.
  std::string path(const std::string& suffix) const;

 private:
  const RunOptions& options_;
  std::vector<std::filesystem::path> folders_made_;
  double start_;
  TraceSummary trace_;
  RunLog log_;
  RunSummary summary_;
};

}  // namespace loom::gwas
