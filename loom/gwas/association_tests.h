#pragma once

#include "loom/gwas/projection.h"

// Tests of one SNP's effect. NaN in gives NaN out; nothing here throws.
namespace loom::gwas {

/// Pr[F(1, dof) > f]; 1 for f < 0 (rounding of a null effect), NaN for dof <= 0.
double f_test_p(double f, double dof);

/// Pr[chi^2_1 > x]; 1 for x < 0.
double chi2_test_p(double x);

/// An estimated effect and a test of it.
struct EffectTest {
  double beta;
  double se;
  double f;    ///< the statistic, F(1, n - c - 1) under the null hypothesis
  double dof;  ///< n - c - 1

  double p() const { return f_test_p(f, dof); }
};

/// Wald's test, from the forms at the SNP's REML lambda: beta = x'Py / x'Px, with the residual
/// variance estimated with x in the model. All NaN where the forms are not regular. At lambda = 0
/// it is the t test of a linear model.
EffectTest wald_test(const SnpForms& snp);

/// The score test, from the forms at the null model's ML lambda: f = n (x'Py)^2 / (y'Py x'Px), with
/// the residual variance estimated without x. beta and se are Wald's at that lambda, as GEMMA has
/// it.
EffectTest score_test(const SnpForms& snp);

/// Twice the gain of the maximised (not restricted) log-likelihood over the null model's, chi^2_1
/// under the null hypothesis.
inline double likelihood_ratio(double alternative, double null) {
  return 2.0 * (alternative - null);
}

}  // namespace loom::gwas
