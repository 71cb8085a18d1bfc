#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "loom/array/array.h"
#include "loom/gwas/model/rotated_model.h"

namespace loom::gwas {

/// How strongly each of some SNPs goes with a phenotype, and with permutations of it: what the
/// largest of all statistics of a scan is where no SNP has an effect.
///
/// With the variance ratio lambda of the model without a SNP, H = lambda K + I = U diag(1 / h) U',
/// samples are decorrelated by H^-1/2 = U diag(sqrt h) U'. The residuals r = M H^-1/2 y, where M
/// projects the decorrelated covariates out, are permuted, brought back by H^1/2, and fitted with
/// the covariates and the same lambda again (M. Abney, "Permutation testing in the presence of
/// polygenic variation", Genetic Epidemiology 39, 2015, with the residuals themselves in the place
/// of n - c combinations of them). At lambda = 0 and without covariates but the intercept this is
/// the permutation of the phenotype. Permutation k is the same for every phenotype and chromosome:
/// a function of the seed, k and n.
///
/// The statistic is that of the SNP's F test at that lambda, which its squared correlation r2 with
/// the residuals, both decorrelated and with the covariates projected out, gives as
/// F = dof r2 / (1 - r2), dof = n - c - 1. Since lambda is not fitted again, all permutations of a
/// chunk of SNPs are one matrix product.
class PermutationTest {
 public:
  /// Permutations that share a matrix product: as fast as all at once, and products stay small.
  static constexpr std::int64_t kTogether = 256;

  /// `vectors` are U, float64 (n, n), by which `model` was rotated. Throws ValueError where count
  /// or lambda is negative.
  PermutationTest(const RotatedModel& model, const Array& vectors, double lambda,
                  std::int64_t count, std::uint64_t seed);

  /// Takes rotated SNPs, float64 (p, n), centred before that: raises `largest`, one number for each
  /// permutation, to the largest r2 of a SNP with it, and returns the r2 of each SNP with the
  /// phenotype; NaN where the SNP is a combination of the covariates.
  std::vector<double> test(const Array& x, std::span<double> largest) const;

  /// n - c - 1
  double dof() const { return dof_; }

 private:
  Array weights_;  ///< h, float64 (n, 1)
  Array fixed_;    ///< (n, 1 + c): the phenotype and the covariates, as SNPs meet them
  std::vector<Array> permuted_;  ///< (n, some permutations)
  double dof_;
};

/// The p value of a squared correlation with `dof` degrees of freedom.
double correlation_p(double r2, double dof);

/// The level of p below which a fraction `level` of permutations has a SNP.
struct PermutationThreshold {
  double level;
  double p;    ///< NaN where there are too few permutations
  double low;  ///< of a confidence interval of 95 %, from the order statistics
  double high;
};

/// `smallest`: the smallest p of each permutation. With N of them, p is the k-th smallest,
/// k = level (N + 1) rounded down, so that a SNP at or below it is found in at most that fraction
/// of data sets in which no SNP has an effect.
PermutationThreshold permutation_threshold(std::span<const double> smallest, double level);

}  // namespace loom::gwas
