#include "loom/gwas/likelihood.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Both likelihoods with the `dof` and the traces that belong to them; `log_dets` is what the value
// loses half of.
LikelihoodValue likelihood(const Forms& forms, double dof, double log_dets, double trace1,
                           double trace2) {
  const double p = forms.yy[0];
  if (!forms.regular || !(p > 0.0)) return {kNaN, kNaN, kNaN};
  const double ratio1 = forms.yy[1] / p;  // y'PKPy / y'Py, and the next order
  const double ratio2 = forms.yy[2] / p;
  return {0.5 * (dof * (std::log(dof / (2.0 * std::numbers::pi)) - 1.0 - std::log(p)) - log_dets),
          0.5 * (dof * ratio1 - trace1), 0.5 * (trace2 - dof * (2.0 * ratio2 - ratio1 * ratio1))};
}

}  // namespace

LikelihoodValue maximum_likelihood(const Forms& forms) {
  return likelihood(forms, static_cast<double>(forms.samples), forms.log_det, forms.trace_hk,
                    forms.trace_hkhk);
}

LikelihoodValue restricted_likelihood(const Forms& forms, double unweighted_log_pivots) {
  return likelihood(forms, static_cast<double>(forms.samples - forms.projected),
                    forms.log_det + forms.log_pivots - unweighted_log_pivots, forms.trace_pk,
                    forms.trace_pkpk);
}

}  // namespace loom::gwas
