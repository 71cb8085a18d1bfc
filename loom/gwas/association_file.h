#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "loom/gwas/plink.h"
#include "loom/support/file.h"

namespace loom::gwas {

/// The tests that `loom lmm` can make, with the numbers GEMMA's -lmm gives them.
enum class LmmTest { wald = 1, likelihood_ratio = 2, score = 3, all = 4 };

/// What is known of one tested SNP. The tests that are not made leave their statistics alone; a
/// statistic that does not exist is NaN.
struct AssociationRow {
  std::int64_t snp = 0;     ///< index into the SNPs of the data set
  std::int64_t n_miss = 0;  ///< analysed samples whose genotype is missing
  double af = 0;            ///< frequency of allele1 among the analysed samples
  double beta = 0;
  double se = 0;
  double logl = 0;  ///< log-likelihood of the alternative: REML in the Wald test alone, else ML
  double lambda_remle = 0;
  double lambda_mle = 0;
  double p_wald = 0;
  double p_lrt = 0;
  double p_score = 0;
};

/// A statistic and its name in the header of an association file.
struct AssociationStatistic {
  const char* name;
  double AssociationRow::*value;
};

/// The statistics that `test` gives, in the order of the file. Throws ValueError for a test that
/// does not exist.
std::span<const AssociationStatistic> statistics_of(LmmTest test);

/// Writes association results in GEMMA's form: tab separated, with a header line, `af` as "%.3f",
/// every statistic as "%.6e", "nan" for NaN.
class AssociationWriter {
 public:
  /// Writes the header line. `snps` must live as long as the writer. Throws IoError; ValueError for
  /// a test that does not exist.
  AssociationWriter(std::filesystem::path file, LmmTest test, const std::vector<Snp>& snps);

  void append(std::span<const AssociationRow> rows);
  /// Gives the file its final name. Without it no file is left.
  void commit() { output_.commit(); }

 private:
  void format(const AssociationRow& row, std::string& text) const;

  std::span<const AssociationStatistic> statistics_;
  const std::vector<Snp>& snps_;
  OutputFile output_;
};

}  // namespace loom::gwas
