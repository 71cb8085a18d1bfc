#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loom/gwas/genotypes/chromosomes.h"
#include "loom/gwas/kept_decomposition.h"
#include "loom/gwas/run_report.h"

namespace loom::gwas {

/// Decompositions of computed kinship matrices that are kept in a folder from run to run:
/// chrNAME.eigenD.npy and chrNAME.eigenU.npy of the matrix without chromosome NAME, all.eigenD.npy
/// and all.eigenU.npy of that of all SNPs, and manifest.json, which says what they depend on: the
/// files of the data set, its samples, those that are analysed and their covariates, the filters,
/// the kind of matrix and the version of Loom. They are used where all of that is the same, and
/// computed and written anew where it is not; the user is told which. Each of several
/// cohorts has names of its own, as chrNAME.pheno3.eigenD.npy (see `cohort_part`).
class EigenFolder {
 public:
  /// Reads the manifest of `cohort`. Without LmmOptions::eigen_folder nothing is kept. What is
  /// passed must outlive this. Throws IoError, Error where the files of the data set are not known.
  EigenFolder(const Study& study, const Cohort& cohort, const LmmOptions& options,
              RunReport& report);

  /// The chromosomes of the data set; none where the folder does not know them.
  const std::vector<Chromosome>& chromosomes() const { return chromosomes_; }
  void keep_chromosomes(const std::vector<Chromosome>& chromosomes) { chromosomes_ = chromosomes; }

  /// The decomposition without a chromosome, of all SNPs where `chromosome` is empty; nothing where
  /// the folder does not have it, or no longer as it was written.
  std::optional<KeptDecomposition> find(const std::string& chromosome);
  /// Throws IoError, CancelledError.
  void keep(const std::string& chromosome, const KeptDecomposition& kept);

  /// Tells the user how many decompositions came from the folder.
  void report_use() const;

 private:
  bool given() const { return !folder_.empty(); }
  /// The files of a decomposition without their suffix.
  std::filesystem::path stem(const std::string& name) const;
  std::filesystem::path manifest() const;
  void read_manifest();
  void write_manifest() const;

  std::filesystem::path folder_;
  std::string cohort_part_;
  const Cohort& cohort_;
  RunReport& report_;
  std::string dependencies_;  ///< a JSON object
  std::vector<Chromosome> chromosomes_;
  std::map<std::string, DecompositionRecord> entries_;  ///< by name
  bool complete_;  ///< one of few SNPs, with fewer vectors than samples, is of no use
  std::int64_t reused_ = 0;
  std::int64_t computed_ = 0;
};

}  // namespace loom::gwas
