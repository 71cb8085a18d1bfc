#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "loom/gwas/genotypes/snp_selector.h"
#include "loom/gwas/output/association_file.h"
#include "loom/gwas/output/association_summary.h"
#include "loom/gwas/output/filter_file.h"
#include "loom/gwas/output/manhattan_points.h"
#include "loom/gwas/permutation_tally.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

/// What is known of results that are not complete, for a run that goes on in another process.
struct ResultPositions {
  /// By phenotype, where its files end and what is gathered for those that are written at the end;
  /// null = all begin.
  nlohmann::json files;
  bool complete = false;  ///< every row is written; files may have their final names
};

/// What the files of several phenotypes are called by: their names, or "pheno2" for one without,
/// with "_" for every character that does not suit a file's name, and "_2" and so on behind one
/// that is there already.
std::vector<std::string> file_names(std::span<const PhenotypeId> phenotypes);

/// The results of each phenotype on their way out: to its files, where the run has an output, and
/// to the sink of the options.
class AssociationOutputs {
 public:
  /// Opens PREFIX.assoc.txt, or one PREFIX.NAME.assoc.txt for each where several phenotypes are
  /// asked for, to go on where `resumed` says. What is passed must outlive this. Throws IoError,
  /// ValueError for columns that the analysis does not have, Error where plots are wanted and
  /// cannot be drawn.
  AssociationOutputs(const Study& study, const ScanOptions& options, const Analysis& analysis,
                     const RunReport& report, const ResultPositions& resumed = {},
                     std::int64_t permutations = 0);

  /// The place of a phenotype's column among those asked for.
  std::size_t place(std::int64_t number) const;
  /// What the filters of a cohort tell of SNPs that they drop; empty where nobody wants to know.
  DropSink drops(const Cohort& cohort);
  void append(const Trait& trait, std::span<const Snp> snps, std::span<const AssociationRow> rows);
  /// Of the phenotype of that column, where permutations are asked for.
  PermutationTally& permutations(std::int64_t number) { return tallies_[place(number)]; }
  /// Whether the files can be gone on with: a pipe cannot.
  bool resumable() const { return resumable_; }
  /// Brings everything to the disk and returns where it ends.
  ResultPositions checkpoint();
  /// Tells what the scan found as a whole, draws, and gives all files their final names.
  void commit(RunReport& report);

  /// Of the files.
  const std::vector<AssociationColumn>& columns() const { return columns_; }
  /// The rows of each phenotype; once they are committed, behind them whatever else was written.
  const std::vector<std::string>& files() const { return files_; }
  /// What stands behind the prefix in the names of each phenotype's files: "", or ".pheno2".
  const std::vector<std::string>& parts() const { return parts_; }
  std::size_t count() const { return phenotypes_.size(); }

 private:
  /// The files of one phenotype.
  struct Files {
    std::string prefix;  ///< of their names
    AssociationWriter rows;
    AssociationSummary summary;
    std::optional<ManhattanPoints> points;
    std::unique_ptr<FilterReportWriter> filters;  ///< with the first phenotype of a cohort
  };

  void open(const Study& study, const Analysis& analysis, const RunReport& report,
            const ResultPositions& resumed);
  void open_filters(Files& files, std::int64_t position, bool complete);
  void draw(const Files& files, const std::string& title);

  const ScanOptions& options_;
  std::span<const PhenotypeId> phenotypes_;  ///< as asked for
  std::vector<AssociationColumn> columns_;
  std::vector<std::string> parts_;
  std::vector<std::string> files_;
  std::vector<Files> outputs_;  ///< by phenotype; none where the run has no output
  bool resumable_ = false;
  std::vector<PermutationTally> tallies_;  ///< none without permutations
};

}  // namespace loom::gwas
