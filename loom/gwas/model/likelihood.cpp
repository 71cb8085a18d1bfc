#include "loom/gwas/model/likelihood.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool defined(const Forms& forms) { return forms.regular && forms.yy[0] > 0.0; }

double degrees_of_freedom(const Forms& forms, bool restricted) {
  return static_cast<double>(restricted ? forms.samples - forms.projected : forms.samples);
}

}  // namespace

double log_determinant(const Forms& forms) { return forms.log_pivots + std::log(forms.pivots); }

double Likelihood::value(const Forms& forms) const {
  if (!defined(forms)) return kNaN;
  const double q = degrees_of_freedom(forms, restricted_);
  double log_dets = forms.log_det;
  if (restricted_) log_dets += log_determinant(forms) - unweighted_log_det_;
  return 0.5 *
         (q * (std::log(q / (2.0 * std::numbers::pi)) - 1.0 - std::log(forms.yy[0])) - log_dets);
}

Derivatives Likelihood::derivatives(const Forms& forms) const {
  if (!defined(forms)) return {kNaN, kNaN};
  const double q = degrees_of_freedom(forms, restricted_);
  const double trace1 = restricted_ ? forms.trace_pk : forms.trace_hk;
  const double trace2 = restricted_ ? forms.trace_pkpk : forms.trace_hkhk;
  const double ratio1 = forms.yy[1] / forms.yy[0];  // y'PKPy / y'Py, and the next order
  const double ratio2 = forms.yy[2] / forms.yy[0];
  return {0.5 * (q * ratio1 - trace1), 0.5 * (trace2 - q * (2.0 * ratio2 - ratio1 * ratio1))};
}

}  // namespace loom::gwas
