#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "loom/dispatch/trace.h"
#include "loom/gwas/association_file.h"
#include "loom/gwas/decomposition.h"
#include "loom/gwas/kinship.h"
#include "loom/gwas/lambda_search.h"
#include "loom/gwas/null_model.h"
#include "loom/gwas/scan.h"

// Whole analyses: what `loom gk`, `loom eigen` and `loom lmm` do, and what the Python package
// calls. Results are returned and, where an output is asked for, written. They throw what reading,
// computing and writing throw, and CancelledError where the monitor asks for a stop; they leave
// nothing behind then.
namespace loom::gwas {

/// Where results are written: FOLDER/PREFIX.log.txt and, beside it, files named for what they hold.
/// A file has its final name only when it is complete.
struct RunOutput {
  std::string folder = "./output";
  std::string prefix = "result";
  std::string command_line;  ///< for the log
};

struct RunOptions {
  StudyInput input;
  SnpThresholds thresholds;
  std::optional<RunOutput> output;  ///< nothing is written without one
  Monitor monitor;
};

/// A part of a run and how long it took.
struct PhaseTime {
  std::string name;
  double seconds;
};

/// The facts of a run.
struct RunSummary {
  std::string backend;  ///< "auto (blas OpenBLAS 0.3.21, Haswell, 8 threads)"
  std::vector<Sample> samples;
  std::vector<std::int64_t> analysed;  ///< rows of the data set
  std::int64_t without_phenotype = 0;
  std::int64_t without_covariate = 0;  ///< among those that have the phenotype
  std::int64_t covariates = 0;         ///< columns of fixed effects, with the intercept
  FilterReport filter;                 ///< empty where no SNP was looked at
  std::vector<PhaseTime> phases;
  double seconds = 0;                        ///< from start to end
  std::vector<OperationSummary> operations;  ///< which backend computed what
  std::vector<std::string> warnings;
  std::vector<std::string> files;  ///< results written
};

struct GkOptions : RunOptions {
  KinshipKind kind = KinshipKind::centred;
};
struct GkResult {
  Kinship kinship;  ///< of all samples
  RunSummary summary;
};
/// Writes PREFIX.cXX.txt (centred) or PREFIX.sXX.txt (standardised).
GkResult run_gk(const GkOptions& options);

struct EigenOptions : RunOptions {
  Numbers kinship;  ///< of all samples
};
struct EigenResult {
  Decomposition decomposition;  ///< of the analysed samples
  RunSummary summary;
};
/// Writes PREFIX.eigenD.txt and PREFIX.eigenU.txt of the analysed samples.
EigenResult run_eigen(const EigenOptions& options);

/// Takes results as the scan makes them, in the order of the data set; `row.snp` counts in `snps`.
using AssociationSink =
    std::function<void(const std::vector<Snp>& snps, std::span<const AssociationRow> rows)>;

struct LmmOptions : RunOptions {
  /// Of all samples; or both of the following; or none of the three, and the kinship of the
  /// analysed samples is computed from the SNPs that pass the filters.
  Numbers kinship;
  Numbers eigen_values;  ///< as run_eigen makes them, for the same analysed samples
  Numbers eigen_vectors;
  KinshipKind kind = KinshipKind::centred;  ///< of a kinship that is computed
  LambdaRange range;
  LmmTest test = LmmTest::wald;
  AssociationSink sink;  ///< besides the file; may be empty
};
struct LmmResult {
  NullModel null;
  ScanOutcomes outcomes;
  RunSummary summary;
};
/// Writes PREFIX.assoc.txt.
LmmResult run_lmm(const LmmOptions& options);

}  // namespace loom::gwas
