#pragma once

#include <cstdint>
#include <limits>

namespace loom::gwas {

/// The tests that `loom lmm` can make, with the numbers GEMMA's -lmm gives them; those of `loom lm`
/// are the first four.
enum class LmmTest {
  wald = 1,
  likelihood_ratio = 2,
  score = 3,
  all = 4,
  likelihood_ratio_effect = 9  ///< the likelihood ratio, with the effect from the score test
};

/// What a test consists of.
struct TestParts {
  bool wald = false;
  bool likelihood_ratio = false;
  bool score = false;
};

constexpr TestParts parts_of(LmmTest test) {
  switch (test) {
    case LmmTest::wald:
      return {.wald = true};
    case LmmTest::likelihood_ratio:
      return {.likelihood_ratio = true};
    case LmmTest::score:
      return {.score = true};
    case LmmTest::all:
      return {.wald = true, .likelihood_ratio = true, .score = true};
    case LmmTest::likelihood_ratio_effect:
      return {.likelihood_ratio = true, .score = true};
  }
  return {};
}

/// What is known of one tested SNP. A statistic that does not exist, or whose test was not made, is
/// NaN.
struct AssociationRow {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  std::int64_t snp = 0;     ///< index into the SNPs that it is handed on with
  std::int64_t n_miss = 0;  ///< analysed samples whose genotype is missing
  std::int64_t n_obs = 0;   ///< the other analysed samples
  double af = 0;            ///< frequency of allele1 among the analysed samples
  double beta = kNone;
  double se = kNone;
  double logl = kNone;  ///< log-likelihood of the alternative: REML in the Wald test alone, else ML
  double lambda_remle = kNone;
  double lambda_mle = kNone;
  double p_wald = kNone;
  double p_lrt = kNone;
  double p_score = kNone;
  double log10p_wald = kNone;  ///< -log10 of p_wald, also where that is below the smallest double
  double log10p_lrt = kNone;
  double log10p_score = kNone;
};

}  // namespace loom::gwas
