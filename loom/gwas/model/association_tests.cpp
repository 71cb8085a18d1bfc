#include "loom/gwas/model/association_tests.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace loom::gwas {

EffectForms effect_forms(const SnpForms& snp) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  if (!snp.forms.regular) return {kNaN, kNaN, kNaN, kNaN};
  return {snp.xx, snp.xy, snp.yy, snp.forms.yy[0]};
}

EffectTest wald_test(const EffectForms& forms, double dof) {
  // The order of the arguments keeps a NaN.
  const double variance = std::max(forms.residual, 0.0) / dof;
  const double beta = forms.xy / forms.xx;
  return {beta, std::sqrt(variance / forms.xx), beta * forms.xy / variance};
}

EffectTest score_test(const EffectForms& forms, double samples, double dof) {
  EffectTest test = wald_test(forms, dof);
  test.f = samples * forms.xy * forms.xy / (forms.yy * forms.xx);
  return test;
}

}  // namespace loom::gwas
