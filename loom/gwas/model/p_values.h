#pragma once

namespace loom::gwas {

/// A p-value, and -log10 of it, which has all its digits where the p-value itself underflows.
struct PValue {
  double p;
  double log10p;
};

inline void set_p(const PValue& from, double& p, double& log10p) {
  p = from.p;
  log10p = from.log10p;
}

/// Pr[F(1, dof) > f]; 1 for f <= 0 (a negative one is rounding of a null effect), NaN for a NaN and
/// for dof <= 0.
PValue f_test(double f, double dof);

/// Pr[chi^2_1 > x]; 1 for x <= 0.
PValue chi2_test(double x);

}  // namespace loom::gwas
