#include "loom/gwas/model/p_values.h"

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>

namespace loom::gwas {
namespace {

namespace policies = boost::math::policies;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Below, p-values come near the end of the normal numbers: logarithms are computed without them,
// and they from logarithms, because Boost's beta function ends with the normal numbers.
constexpr double kSmallestP = 1e-290;
// Terms of the continued fraction; those that are not needed end before.
constexpr int kMaxTerms = 10000;

// Errors become NaN or 0, never exceptions; doubles are precise enough for p-values.
using QuietPolicy = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>,
    policies::underflow_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;

// I_x(dof/2, 1/2) at x = dof / (dof + f), by whichever of x and 1 - x is small and so exact.
double f_tail(double f, double dof) {
  if (f < dof) return boost::math::ibetac(0.5, 0.5 * dof, f / (dof + f), QuietPolicy());
  return boost::math::ibeta(0.5 * dof, 0.5, dof / (dof + f), QuietPolicy());
}

// The continued fraction 1 + d_1 / (1 + d_2 / (1 + ...)) by which x^a (1 - x)^b / (a B(a, b)) is to
// be divided for I_x(a, b) (NIST Handbook of Mathematical Functions, 8.17.22), evaluated from the
// front by Lentz's method. All partial denominators are positive for the small x at hand.
double beta_fraction(double a, double b, double x) {
  double fraction = 1.0, numerators = 1.0, denominators = 0.0;
  for (int i = 1; i < kMaxTerms; ++i) {
    const double m = i / 2;
    const double d = i % 2 == 0 ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    denominators = 1.0 / (1.0 + d * denominators);
    numerators = 1.0 + d / numerators;
    const double factor = numerators * denominators;
    fraction *= factor;
    if (std::abs(factor - 1.0) < 1e-15) break;
  }
  return fraction;
}

// log of f_tail for large f.
double log_f_tail(double f, double dof) {
  const double a = 0.5 * dof, x = dof / (dof + f);
  const double a_beta =
      a * std::sqrt(std::numbers::pi) * boost::math::tgamma_delta_ratio(a, 0.5, QuietPolicy());
  return -a * std::log1p(f / dof) + 0.5 * std::log(f / (dof + f)) - std::log(a_beta) -
         std::log(beta_fraction(a, 0.5, x));
}

// log erfc(sqrt(x / 2)) for x above a thousand, where this many terms of the asymptotic series
// suffice.
double log_chi2_tail(double x) {
  double series = 0.0;
  for (int k = 8; k >= 1; --k) series = (2 * k - 1) / x * (-1.0 - series);
  return -0.5 * x - 0.5 * std::log(0.5 * std::numbers::pi * x) + std::log1p(series);
}

PValue with_log10(double p, double (*log_tail)(double, double), double statistic, double dof) {
  if (p > kSmallestP) return {p, 0.0 - std::log10(p)};
  const double log_p = log_tail(statistic, dof);
  return {std::exp(log_p), -std::numbers::log10e * log_p};
}

}  // namespace

PValue f_test(double f, double dof) {
  if (std::isnan(f) || !(dof > 0.0)) return {kNaN, kNaN};
  if (f <= 0.0) return {1.0, 0.0};
  if (std::isinf(f)) return {0.0, kInfinity};
  return with_log10(f_tail(f, dof), log_f_tail, f, dof);
}

PValue chi2_test(double x) {
  if (std::isnan(x)) return {kNaN, kNaN};
  if (x <= 0.0) return {1.0, 0.0};
  if (std::isinf(x)) return {0.0, kInfinity};
  const double p = std::erfc(std::sqrt(0.5 * x));
  return with_log10(
      p, [](double at, double) { return log_chi2_tail(at); }, x, 0.0);
}

}  // namespace loom::gwas
