#pragma once

#include <cstdint>
#include <limits>

#include "loom/gwas/model/weighted_sums.h"

// Quadratic forms with columns projected out. With H = lambda K + I and X the columns projected
// out, P = H^-1 - H^-1 X (X' H^-1 X)^-1 X' H^-1, and likelihoods and tests are made of y'Py,
// y'PKPy, y'PKPKPy, x'Px, x'Py and the traces of PK and PKPK.
//
// The covariates are the same for all SNPs, and so is what projecting them out at one lambda needs
// of them: the *projection* of the model, numbers in one run of memory. First the parts
// that are listed below,
// then for each order the pairs a <= b of w_1..w_c, y, the pair (a, b) with the columns before a
// projected out. (For order 0 that is the elimination, the L D L' factors, of the normal
// equations.)
namespace loom::gwas {

enum PartOfProjection {
  kTraceHk,    ///< tr H^-1 K
  kTraceHkhk,  ///< tr H^-1 K H^-1 K
  kLogDet,     ///< log det H
  kTracePk,    ///< tr PK; NaN where there is no second order
  kTracePkpk,  ///< tr PKPK; NaN where there is no third order
  kLogPivots,  ///< log det W'H^-1W; NaN where that is not positive definite
  kPartsOfProjection
};

/// Doubles that a projection takes.
constexpr std::int64_t projection_size(std::int64_t covariates, std::int64_t orders) {
  return kPartsOfProjection + orders * pair_count(covariates + 1);
}

/// Projects the covariates out at `lambda`, into projection_size(c, orders) doubles. A covariate
/// that depends on those before it is left in place.
void project_covariates(const ModelView& model, double lambda, std::int64_t orders,
                        double* projection);

/// What the likelihoods need at one lambda, k columns projected out. Entries that the orders of the
/// sums do not give are NaN.
struct Forms {
  std::int64_t samples = 0;    ///< n
  std::int64_t projected = 0;  ///< k
  double yy[kMaxOrders];       ///< y'Py, y'PKPy, y'PKPKPy
  double log_pivots = 0.0;     ///< log det W'H^-1W
  double pivots = 1.0;         ///< det X'H^-1X / det W'H^-1W: what the SNP adds to it
  double trace_pk = 0.0;       ///< tr PK
  double trace_pkpk = 0.0;     ///< tr PKPK
  double trace_hk = 0.0;       ///< tr H^-1 K
  double trace_hkhk = 0.0;     ///< tr H^-1 K H^-1 K
  double log_det = 0.0;        ///< log det H
  bool regular = true;         ///< false where X'H^-1X is not positive definite in floating point
};

/// The forms of the model without a SNP.
Forms null_forms(const ModelView& model, std::int64_t orders, const double* projection);

/// The forms of a SNP. Its last column, x, is the one that is tested: first all others are
/// projected out, then x as well.
struct SnpForms {
  double xx = 0.0;  ///< x'Px without x
  double xy = 0.0;  ///< x'Py without x
  double yy = 0.0;  ///< y'Py without x
  /// The least share of a column of the SNP that the columns before it leave: x'Px / x'H^-1x.
  double share_left = 0.0;
  Forms without;  ///< x not projected out
  Forms forms;    ///< all columns projected out
};

/// Below this share of its length (squared) outside the span of the covariates, a SNP counts as
/// collinear with them: rounding in n-term sums leaves about 1e-15, and a share of 1e-12 still
/// keeps three digits.
inline constexpr double kCollinearShare = 1e-12;

/// Whether a SNP lies in the span of the covariates, or one of its columns in that of the others,
/// from `share_left` at lambda = 0: the weights of a large lambda shrink the share of every SNP
/// that is not centred.
inline bool is_collinear(double share_left) { return !(share_left > kCollinearShare); }

/// Projects everything out of the `sums` of a SNP (as a SumsTask has them, which are used up),
/// with the model's projection at the same lambda.
SnpForms project_snp(const ModelView& model, std::int64_t snp_columns, std::int64_t orders,
                     const double* projection, double* sums);

}  // namespace loom::gwas
