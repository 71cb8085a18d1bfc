#pragma once

#include "loom/gwas/projection.h"

// The log-likelihoods of y = X b + u + e at a variance ratio lambda = vg / ve, maximised over b and
// the residual variance.
namespace loom::gwas {

/// A log-likelihood and its derivatives with respect to lambda; a derivative is NaN where the sums
/// had too few orders for it.
struct LikelihoodValue {
  double value;
  double slope;
  double curvature;
};

/// Maximum likelihood: with q = n,
/// f = q/2 (log q - log 2 pi - 1) - 1/2 log det H - q/2 log y'Py.
/// NaN where y'Py is not positive or the forms are not regular.
LikelihoodValue maximum_likelihood(const Forms& forms);

/// Restricted maximum likelihood: the same with q = n - k, less 1/2 log det X'H^-1X, plus
/// 1/2 log det X'X. The last is `log_pivots` of the forms at lambda = 0.
LikelihoodValue restricted_likelihood(const Forms& forms, double unweighted_log_pivots);

}  // namespace loom::gwas
