#pragma once

#include "loom/gwas/model/p_values.h"
#include "loom/gwas/model/projection.h"

// Tests of one SNP's effect. NaN in gives NaN out; nothing here throws.
namespace loom::gwas {

/// What the tests of an effect are made of, of the column x that is tested.
struct EffectForms {
  double xx;        ///< x'Px, x not projected out
  double xy;        ///< x'Py, x not projected out
  double yy;        ///< y'Py, x not projected out
  double residual;  ///< y'Py, x projected out
};

/// Of the last column of a SNP; all NaN where the forms are not regular.
EffectForms effect_forms(const SnpForms& snp);

/// An estimated effect and a test of it.
struct EffectTest {
  double beta;
  double se;
  double f;  ///< the statistic, F(1, n - c - k) under the null hypothesis
};

/// Wald's test, from the forms at the SNP's REML lambda: beta = x'Py / x'Px, with the residual
/// variance estimated with x in the model, with `dof` = n - c - k degrees of freedom. At lambda = 0
/// it is the t test of a linear model. A residual that rounding made negative counts as 0.
EffectTest wald_test(const EffectForms& forms, double dof);

/// The score test, from the forms at the null model's ML lambda: f = n (x'Py)^2 / (y'Py x'Px), with
/// the residual variance estimated without x. beta and se are Wald's at that lambda, as GEMMA has
/// it.
EffectTest score_test(const EffectForms& forms, double samples, double dof);

/// Twice the gain of the maximised (not restricted) log-likelihood over the null model's, chi^2_1
/// under the null hypothesis.
inline double likelihood_ratio(double alternative, double null) {
  return 2.0 * (alternative - null);
}

}  // namespace loom::gwas
