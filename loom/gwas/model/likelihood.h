#pragma once

#include "loom/gwas/model/projection.h"

namespace loom::gwas {

/// Derivatives with respect to lambda; NaN where the sums had too few orders.
struct Derivatives {
  double slope;
  double curvature;
};

/// A log-likelihood of y = X b + u + e at a variance ratio lambda = vg / ve, maximised over b and
/// the residual variance.
class Likelihood {
 public:
  /// Maximum likelihood: with q = n,
  /// f = q/2 (log q - log 2 pi - 1) - 1/2 log det H - q/2 log y'Py.
  static Likelihood maximum() { return Likelihood(false, 0.0); }

  /// Restricted maximum likelihood: the same with q = n - k, less 1/2 log det X'H^-1X, plus
  /// 1/2 log det X'X, whose log determinant is `unweighted_log_det`: log_determinant() of the forms
  /// at lambda = 0.
  static Likelihood restricted(double unweighted_log_det) {
    return Likelihood(true, unweighted_log_det);
  }

  /// f; NaN where y'Py is not positive or the forms are not regular.
  double value(const Forms& forms) const;
  /// f' and f''; NaN too where f is.
  Derivatives derivatives(const Forms& forms) const;

 private:
  Likelihood(bool restricted, double unweighted_log_det)
      : restricted_(restricted), unweighted_log_det_(unweighted_log_det) {}

  bool restricted_;
  double unweighted_log_det_;
};

/// log det X'H^-1X.
double log_determinant(const Forms& forms);

}  // namespace loom::gwas
