#pragma once

#include <vector>

#include "loom/gwas/model/lambda_search.h"

namespace loom::gwas {

/// The model without a SNP. Where the search for a lambda failed, what rests on it is NaN.
struct NullModel {
  LambdaEstimate ml;
  LambdaEstimate reml;
  double genetic_variance;   ///< vg = lambda ve, at the REML lambda
  double residual_variance;  ///< ve = y'Py / (n - c), at the REML lambda
  /// Share of variance explained, t lambda / (t lambda + 1) with t the mean eigenvalue, and its
  /// standard error by the delta method, t / (t lambda + 1)^2 sqrt|1 / f''|. The absolute value is
  /// GEMMA's: at an end of the range the curvature may have the wrong sign, and the error is then
  /// no more than a hint.
  double pve;
  double pve_se;
  std::vector<double> beta;     ///< effects of the covariates as rotated, at the REML lambda
  std::vector<double> beta_se;  ///< their standard errors
};

/// Fits it. `grid` as from lambda_grid. Throws LinAlgError where the covariates are linearly
/// dependent or leave nothing of the phenotype, or n <= c.
NullModel fit_null_model(const ModelColumns& model, const LambdaGrid& grid);

}  // namespace loom::gwas
