#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "loom/dispatch/trace.h"
#include "loom/gwas/clumping.h"
#include "loom/gwas/genotypes/snp_filter.h"
#include "loom/gwas/genotypes/study.h"
#include "loom/gwas/model/decomposition.h"
#include "loom/gwas/model/kinship.h"
#include "loom/gwas/model/lambda_search.h"
#include "loom/gwas/model/null_model.h"
#include "loom/gwas/model/scan.h"
#include "loom/gwas/output/association_file.h"

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
  std::string loco;  ///< a chromosome that is left out; empty = none
  bool npy = false;  ///< write the matrix in NumPy's format instead of as text
};
struct GkResult {
  Kinship kinship;  ///< of all samples
  RunSummary summary;
};
/// Writes the matrix, and the names of its samples, as `write_kinship` does.
GkResult run_gk(const GkOptions& options);

/// How a file holds a kinship matrix; the values are GEMMA's -km.
enum class KinshipFormat {
  matrix = 1,  ///< rows and columns of numbers
  pairs = 2,   ///< lines of two individuals and their kinship
};

/// A kinship matrix of the samples; see `GivenKinship` for how they are found in a file. An array
/// is of all samples of the data set, in its order.
struct KinshipInput : Numbers {
  KinshipFormat format = KinshipFormat::matrix;
};

struct EigenOptions : RunOptions {
  KinshipInput kinship;
  bool npy = false;  ///< write NumPy's format instead of text
};
struct EigenResult {
  Decomposition decomposition;  ///< of the analysed samples
  RunSummary summary;
};
/// Writes the decomposition, and the names of the analysed samples, as `write_decomposition` does.
EigenResult run_eigen(const EigenOptions& options);

/// Takes results as the scan makes them, in the order of the data set: of one phenotype (an index
/// into LmmResult::traits) and some SNPs, of which `row.snp` is one.
using AssociationSink = std::function<void(std::int64_t trait, std::span<const Snp> snps,
                                           std::span<const AssociationRow> rows)>;

/// How association results are written.
struct ResultOptions {
  std::string columns;          ///< names with commas between; empty = GEMMA's columns
  bool log10p = false;          ///< -log10 p in the place of every p value
  std::string suffix = ".txt";  ///< or ".txt.gz", ".txt.zst", ".parquet"
  bool summary = false;         ///< inflation of the p values and the most significant SNPs
  bool filter_report = false;   ///< a line for every SNP that is dropped
  bool plot = false;            ///< Manhattan and quantile plots, as PNG and as SVG
};

/// What scans have in common.
struct ScanOptions : RunOptions {
  LmmTest test = LmmTest::wald;
  ChromosomeList chromosomes;  ///< whose SNPs are tested
  ResultOptions results;
  AssociationSink sink;  ///< besides the files; may be empty
  /// How many seconds of work may be lost when the run is killed: see Checkpoint. Nothing = all of
  /// it. Where results go to the sink, there is no checkpoint.
  std::optional<double> checkpoint_seconds = 30;
  bool resume = false;  ///< go on from the checkpoint of a run that was ended, where there is one
};

struct LmmOptions : ScanOptions {
  /// This, or both of the following; or none of the three, and the kinship of the analysed samples
  /// is computed from the SNPs that pass the filters.
  KinshipInput kinship;
  Numbers eigen_values;  ///< as run_eigen makes them, for the same analysed samples
  Numbers eigen_vectors;
  KinshipKind kind = KinshipKind::centred;  ///< of a kinship that is computed
  /// A chromosome, whose SNPs alone are tested; empty = all. A kinship that is computed is made of
  /// the SNPs of all other chromosomes.
  std::string loco;
  /// Every chromosome is tested like that, one after the other; the kinship is computed.
  bool loco_all = false;
  bool save_kinship =
      false;                ///< write a kinship that is computed, of the analysed samples, as .npy
  bool save_eigen = false;  ///< write the decomposition, as .npy
  /// Folder that keeps decompositions of a kinship that is computed, see EigenFolder; empty = none.
  std::string eigen_folder;
  LambdaRange range;
  std::int64_t permutations = 0;         ///< see PermutationTest
  std::uint64_t seed = 1;                ///< of the permutations
  std::optional<ClumpThresholds> clump;  ///< form clumps of the hits, too
  bool residuals = false;  ///< fit the model without a SNP and write its residuals; test nothing
};
/// The model without a SNP, and what became of the SNPs that were tested against it.
struct TraitFit {
  std::string chromosome;         ///< that the kinship leaves out; empty = none
  std::int64_t kinship_snps = 0;  ///< SNPs of a kinship that was computed
  std::int64_t tested = 0;
  NullModel null;
  ScanOutcomes outcomes;
};
/// What is known of one phenotype after the scan.
struct TraitResult {
  std::int64_t number = 1;  ///< its column
  std::string name;         ///< empty where the columns have no names
  std::int64_t analysed = 0;
  FilterReport filter;
  SampleSelection selection;    ///< whose `samples` are the analysed ones
  std::int64_t covariates = 0;  ///< columns of fixed effects, with the intercept
  /// Of the mixed model: one, or one for each chromosome that was tested on its own.
  std::vector<TraitFit> fits;
  std::vector<double> smallest_p;  ///< of each permutation; see PermutationTest
};
struct LmmResult {
  std::vector<TraitResult> traits;  ///< as asked for
  RunSummary summary;
};
/// Writes PREFIX.assoc.txt and PREFIX.summary.txt, and what else `results` asks for:
/// PREFIX.filter.txt, PREFIX.manhattan.png, .svg, PREFIX.qq.png, .svg. Of several phenotypes each
/// has its own files, PREFIX.NAME.assoc.txt and so on. With `residuals` it writes instead of these
/// PREFIX.residU.txt and PREFIX.residE.txt, one number for each analysed sample.
LmmResult run_lmm(const LmmOptions& options);

struct LmOptions : ScanOptions {};
struct LmResult {
  std::vector<TraitResult> traits;  ///< as asked for
  RunSummary summary;
};
/// Tests SNPs in the linear model, without a kinship. Writes as run_lmm does.
LmResult run_lm(const LmOptions& options);

/// Of an association file that is there already.
struct ClumpOptions : RunOptions {
  std::string associations;
  std::string field;  ///< its column of p values, see read_hits
  ClumpThresholds clump;
  /// Take the linkage among all samples instead of those that run_lmm would analyse.
  bool all_samples = false;
};
struct ClumpResult {
  Clumps clumps;
  RunSummary summary;
};
/// Writes PREFIX.clumps.txt as write_clumps does.
ClumpResult run_clump(const ClumpOptions& options);

}  // namespace loom::gwas
