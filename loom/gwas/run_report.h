#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "loom/gwas/run_log.h"
#include "loom/gwas/runs.h"
#include "loom/support/progress.h"

namespace loom::gwas {

/// What a run tells its user: lines on standard output and the log file. Starts the clock and the
/// tally of operations.
class RunReport {
 public:
  /// Throws what `get_backend` throws: a backend that cannot be had is known before any work.
  explicit RunReport(const RunOptions& options);
  /// Removes the folders that prepare_folder() made if nothing was written there.
  ~RunReport();
  RunReport(const RunReport&) = delete;
  RunReport& operator=(const RunReport&) = delete;

  /// Makes the folder of the results. Throws IoError where that or writing there is not possible:
  /// to be called before the work begins.
  void prepare_folder();

  RunLog& log() { return log_; }
  /// A line on standard output, unless the run is quiet.
  void say(const std::string& text) const;
  /// A line on standard error, quiet or not.
  static void warn(const std::string& text);
  void describe(const Study& study);
  void describe(const FilterReport& filter);
  /// Adds total time and operations, writes the log and says where `results` are.
  void finish(const std::vector<std::string>& results);

  double seconds() const { return now_seconds() - start_; }
  std::string path(const std::string& suffix) const;
  bool quiet() const { return options_.quiet; }

 private:
  const RunOptions& options_;
  std::vector<std::filesystem::path> folders_made_;
  double start_;
  TraceSummary trace_;
  RunLog log_;
};

/// Minutes with six digits, GEMMA's unit of time.
std::string minutes(double seconds);

}  // namespace loom::gwas
