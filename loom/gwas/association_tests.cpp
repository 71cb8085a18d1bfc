#include "loom/gwas/association_tests.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>

namespace loom::gwas {
namespace {

namespace policies = boost::math::policies;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// Where a logarithm is taken of the series instead of the value: doubles end at 1e-308.
constexpr double kSmallP = 1e-280;

// Errors become NaN or 0, never exceptions; doubles are precise enough for p-values.
using QuietPolicy = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>,
    policies::underflow_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;

// The continued fraction of the incomplete beta function I_x(a, 1/2), DLMF 8.17.22, by Lentz's
// method: I_x(a, b) = x^a (1 - x)^b / (a B(a, b)) times the result. Fast for x < (a + 1) / (a + b +
// 2), which holds wherever p is small.
double beta_fraction(double a, double x) {
  constexpr double kTiny = 1e-300;
  constexpr double b = 0.5;
  double numerator = 1.0;
  double denominator = 0.0;
  double fraction = 1.0;
  const auto extend = [&](double coefficient) {
    denominator = 1.0 + coefficient * denominator;
    if (std::abs(denominator) < kTiny) denominator = kTiny;
    denominator = 1.0 / denominator;
    numerator = 1.0 + coefficient / numerator;
    if (std::abs(numerator) < kTiny) numerator = kTiny;
    fraction *= numerator * denominator;
    return std::abs(numerator * denominator - 1.0);
  };
  for (double m = 0.0; m < 1000.0; m += 1.0) {
    extend(-(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)));
    const double even = m + 1.0;
    const double change =
        extend(even * (b - even) * x / ((a + 2.0 * even - 1.0) * (a + 2.0 * even)));
    if (change < 1e-15) break;
  }
  return 1.0 / fraction;
}

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

double f_test_log10_p(double f, double dof) {
  const double p = f_test_p(f, dof);
  if (!(p < kSmallP) || std::isinf(f)) return std::log10(p);
  const double a = 0.5 * dof;
  const double x = dof / (dof + f);
  const double inverse_beta =  // 1 / B(a, 1/2)
      1.0 / (boost::math::tgamma_delta_ratio(a, 0.5, QuietPolicy()) * std::sqrt(std::numbers::pi));
  const double log_p = -a * std::log1p(f / dof) + 0.5 * std::log(f / (dof + f)) +
                       std::log(inverse_beta / a * beta_fraction(a, x));
  return log_p / std::numbers::ln10;
}

double chi2_test_p(double x) {
  if (std::isnan(x)) return kNaN;
  return std::erfc(std::sqrt(0.5 * std::max(x, 0.0)));
}

double chi2_test_log10_p(double x) {
  const double p = chi2_test_p(x);
  if (!(p < kSmallP) || std::isinf(x)) return std::log10(p);
  // erfc(z) = exp(-z^2) / (z sqrt(pi)) (1 - 1/(2 z^2) + 3/(2 z^2)^2 - 15/(2 z^2)^3 + ...), x = 2
  // z^2.
  const double series = 1.0 - (1.0 - (3.0 - (15.0 - 105.0 / x) / x) / x) / x;
  return (-0.5 * x + std::log(series / std::sqrt(0.5 * std::numbers::pi * x))) / std::numbers::ln10;
}

EffectTest wald_test(const SnpForms& snp) { return effect(snp); }

EffectTest score_test(const SnpForms& snp) {
  EffectTest test = effect(snp);
  if (!snp.forms.regular) return test;
  test.f = static_cast<double>(snp.forms.samples) * snp.xy * snp.xy / (snp.yy * snp.xx);
  return test;
}

}  // namespace loom::gwas
