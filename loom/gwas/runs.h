#pragma once

#include <string>

#include "loom/gwas/association_file.h"
#include "loom/gwas/kinship.h"
#include "loom/gwas/lambda_search.h"

// Whole analyses, from files to files: what `loom gk`, `loom eigen` and `loom lmm` do. Each writes
// FOLDER/PREFIX.log.txt beside its results; a file has its final name only when it is complete.
// They throw what reading, computing and writing throw, and leave nothing behind then.
namespace loom::gwas {

struct RunOptions {
  StudyFiles files;
  SnpThresholds thresholds;
  std::string folder = "./output";
  std::string prefix = "result";
  std::string command_line;  ///< for the log
  bool quiet = false;        ///< nothing on standard output, no progress bar
};

struct GkOptions : RunOptions {
  KinshipKind kind = KinshipKind::centred;
};
/// Writes PREFIX.cXX.txt (centred) or PREFIX.sXX.txt (standardised).
void run_gk(const GkOptions& options);

struct EigenOptions : RunOptions {
  std::string kinship;  ///< text file of all samples
};
/// Writes PREFIX.eigenD.txt and PREFIX.eigenU.txt of the analysed samples.
void run_eigen(const EigenOptions& options);

struct LmmOptions : RunOptions {
  std::string kinship;       ///< text file of all samples; or both of the following
  std::string eigen_values;  ///< as written by run_eigen, for the same analysed samples
  std::string eigen_vectors;
  LambdaRange range;
  LmmTest test = LmmTest::wald;
};
/// Writes PREFIX.assoc.txt.
void run_lmm(const LmmOptions& options);

}  // namespace loom::gwas
