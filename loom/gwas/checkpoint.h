#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "loom/gwas/association_outputs.h"
#include "loom/gwas/kept_decomposition.h"
#include "loom/gwas/run_report.h"
#include "loom/support/error.h"

namespace loom::gwas {

/// What lets a scan that was ended, by Ctrl-C or by loss of power, go on in another process and
/// write the same bytes: PREFIX.checkpoint says which SNP comes next, where each file of results
/// ends there, what was counted so far and, for summaries and plots, what was gathered. Files of
/// results are called FILE.partial until the end.
///
/// What takes longer than ScanOptions::checkpoint_seconds is not lost: a scan is saved behind a
/// chunk of SNPs each time that long has gone by, though never so often that it takes more than a
/// hundredth of the time; a decomposition that took that long is saved at once, as
/// PREFIX.checkpoint.NAME.eigenD.npy and .eigenU.npy. A shorter run leaves nothing behind. All of
/// it is removed when the results are complete.
class Checkpoint {
 public:
  /// Reads what is there where `options` ask to resume: throws Error where that is of another
  /// analysis, with what differs, and IoError. `identity` says what the results are a function of,
  /// `chunk` how many SNPs this process would take at a time. What is passed must outlive this.
  Checkpoint(const ScanOptions& options, const std::function<nlohmann::json()>& identity,
             std::int64_t chunk, RunReport& report);
  /// To be called when the outputs are open, and so no other process writes them: removes what is
  /// not gone on with, and tells the user.
  void begin();

  /// SNPs to take at a time: those of the process that began, so that the bits do not change.
  std::int64_t chunk() const { return chunk_; }
  /// Where the results begin that are still to be written.
  const ResultPositions& positions() const { return positions_; }
  /// What the scan handed to `after_chunk`; null where it begins.
  const nlohmann::json& state() const { return state_; }

  /// The decomposition `name` of `samples` samples: the one that is saved, or what `compute`
  /// returns.
  KeptDecomposition decomposition(const std::string& name, std::int64_t samples,
                                  const std::function<KeptDecomposition()>& compute);
  /// Lets go of a decomposition that is not needed again.
  void forget(const std::string& name);

  /// To be called behind every chunk: saves the scan where it is time, or the monitor asks for a
  /// stop and it is worth it.
  void after_chunk(AssociationOutputs& outputs, const std::function<nlohmann::json()>& state);
  /// To be called when the scan is done and before its results get their final names.
  void after_scan(AssociationOutputs& outputs, const nlohmann::json& state);
  /// To be called when everything is written: removes what was saved, and what the processes that
  /// were ended left unfinished.
  void remove();

  /// What `scan` returns. Where that is stopped and something is saved, the error tells how to go
  /// on.
  template <class Scan>
  auto telling_how_to_resume(Scan scan) const {
    try {
      return scan();
    } catch (const CancelledError& error) {
      if (!saved_) throw;
      throw CancelledError(error.what() + how_to_resume());
    }
  }

 private:
  bool enabled() const;
  std::string how_to_resume() const;
  std::filesystem::path path() const;
  std::filesystem::path stem(const std::string& name) const;
  void read();
  void save();
  void save_scan(AssociationOutputs& outputs, nlohmann::json state, bool complete);

  const ScanOptions& options_;
  RunReport& report_;
  nlohmann::json identity_;
  std::int64_t chunk_;
  ResultPositions positions_;
  nlohmann::json state_;
  std::map<std::string, DecompositionRecord> decompositions_;
  std::vector<std::string> forgotten_;
  std::vector<std::int64_t> processes_;  ///< that worked on it, and may have left unfinished files
  bool saved_ = false;                   ///< there is a file
  double last_ = 0;                      ///< when a scan was saved last, or begun
  double last_cost_ = 0;                 ///< how long that took
};

}  // namespace loom::gwas
