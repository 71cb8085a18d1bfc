#include "loom/gwas/association_tests.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <limits>

namespace loom::gwas {
namespace {

namespace policies = boost::math::policies;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Errors become NaN or 0, never exceptions; doubles are precise enough for p-values.
using QuietPolicy = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>,
    policies::underflow_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;

// beta, se and the Wald statistic with the residual variance of the model with x.
EffectTest effect(const SnpForms& snp) {
  const double dof = static_cast<double>(snp.forms.samples - snp.forms.projected);
  if (!snp.forms.regular) return {kNaN, kNaN, kNaN, dof};
  const double variance = snp.forms.yy[0] / dof;
  const double beta = snp.xy / snp.xx;
  return {beta, std::sqrt(variance / snp.xx), beta * snp.xy / variance, dof};
}

}  // namespace

double f_test_p(double f, double dof) {
  if (std::isnan(f) || !(dof > 0.0)) return kNaN;
  if (f <= 0.0) return 1.0;
  if (std::isinf(f)) return 0.0;
  // I_x(dof/2, 1/2) at x = dof / (dof + f), by whichever of x and 1 - x is small and so exact.
  if (f < dof) return boost::math::ibetac(0.5, 0.5 * dof, f / (dof + f), QuietPolicy());
  return boost::math::ibeta(0.5 * dof, 0.5, dof / (dof + f), QuietPolicy());
}

double chi2_test_p(double x) {
  if (std::isnan(x)) return kNaN;
  return std::erfc(std::sqrt(0.5 * std::max(x, 0.0)));
}

EffectTest wald_test(const SnpForms& snp) { return effect(snp); }

EffectTest score_test(const SnpForms& snp) {
  EffectTest test = effect(snp);
  if (!snp.forms.regular) return test;
  test.f = static_cast<double>(snp.forms.samples) * snp.xy * snp.xy / (snp.yy * snp.xx);
  return test;
}

}  // namespace loom::gwas
