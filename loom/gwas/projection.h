#pragma once

#include <cstdint>
#include <limits>

#include "loom/gwas/weighted_sums.h"

// Quadratic forms with columns projected out. With H = lambda K + I and X the columns projected
// out, P = H^-1 - H^-1 X (X' H^-1 X)^-1 X' H^-1, and likelihoods and tests are made of y'Py,
// y'PKPy, y'PKPKPy, x'Px, x'Py and the traces of PK and PKPK.
namespace loom::gwas {

/// What the likelihoods need at one lambda, k columns projected out. Entries that the orders of the
/// sums do not give are NaN.
struct Forms {
  std::int64_t samples = 0;    ///< n
  std::int64_t projected = 0;  ///< k
  double yy[kMaxOrders];       ///< y'Py, y'PKPy, y'PKPKPy
  double log_pivots = 0.0;     ///< log det X'H^-1X
  double trace_pk = 0.0;       ///< tr PK
  double trace_pkpk = 0.0;     ///< tr PKPK
  double trace_hk = 0.0;       ///< tr H^-1 K
  double trace_hkhk = 0.0;     ///< tr H^-1 K H^-1 K
  double log_det = 0.0;        ///< log det H
  bool regular = true;         ///< false where X'H^-1X is not positive definite in floating point
};

/// The forms of a SNP x: covariates only (x'Px, x'Py, y'Py), then x projected out as well.
struct SnpForms {
  double xx = 0.0;        ///< x'Px, covariates projected out
  double xy = 0.0;        ///< x'Py, covariates projected out
  double yy = 0.0;        ///< y'Py, covariates projected out
  double xx_total = 0.0;  ///< x'H^-1x
  Forms forms;            ///< k = c + 1
};

/// Below this fraction of its length outside the span of the covariates (squared), a SNP counts as
/// collinear with them: rounding in n-term sums leaves about 1e-15, and a fraction of 1e-12 still
/// keeps three digits.
inline constexpr double kCollinearFraction = 1e-12;

/// Whether the SNP lies in the span of the covariates. Ask it of the forms at lambda = 0: the
/// weights of a large lambda shrink the fraction of every SNP that is not centred.
inline bool is_collinear(const SnpForms& unweighted) {
  return !(unweighted.xx > kCollinearFraction * unweighted.xx_total);
}

/// Projects the covariates out, in place: `sums` as from null_weighted_sums (c + 1 columns). On
/// return the pair (a, b) of an order holds its value with the columns before a projected out,
/// which for order 0 is the elimination (the L D L' factors) of the normal equations. A column
/// without a positive remainder is left in place and makes the forms not regular.
Forms project_null(const ModelColumns& model, std::int64_t orders, double* sums);

/// The same for `sums` as from weighted_sums (c + 2 columns).
SnpForms project_snp(const ModelColumns& model, std::int64_t orders, double* sums);

}  // namespace loom::gwas
