#include "loom/gwas/null_model.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Generalised least squares from the triangle that projecting leaves: row a holds the products of
// covariate a with all later columns, earlier ones projected out.
struct Elimination {
  std::int64_t covariates;
  const double* sums;

  double at(std::int64_t a, std::int64_t b) const { return sums[pair_index(covariates + 1, a, b)]; }

  std::vector<double> solution() const {
    std::vector<double> beta(covariates);
    for (std::int64_t a = covariates - 1; a >= 0; --a) {
      double rest = at(a, covariates);
      for (std::int64_t b = a + 1; b < covariates; ++b) rest -= at(a, b) * beta[b];
      beta[a] = rest / at(a, a);
    }
    return beta;
  }

  // The diagonal of the inverse, from A = L D L': sum over k of (L^-1)_ki^2 / D_k.
  std::vector<double> inverse_diagonal() const {
    std::vector<double> diagonal(covariates);
    std::vector<double> column(covariates);
    for (std::int64_t i = 0; i < covariates; ++i) {
      for (std::int64_t k = i; k < covariates; ++k) {
        column[k] = k == i ? 1.0 : 0.0;
        for (std::int64_t j = i; j < k; ++j) column[k] -= at(j, k) / at(j, j) * column[j];
        diagonal[i] += column[k] * column[k] / at(k, k);
      }
    }
    return diagonal;
  }
};

// The products of the covariates at lambda = 0, projected; throws where they are dependent, or
// explain the phenotype.
Forms unweighted_forms(const ModelColumns& model) {
  const std::int64_t covariates = model.covariates();
  std::vector<double> sums(sums_size(covariates + 1, 1));
  null_weighted_sums(model, 0.0, 1, sums.data());
  const std::vector<double> before = sums;
  const Forms forms = project_null(model, 1, sums.data());
  for (std::int64_t j = 0; j < covariates; ++j) {
    const std::int64_t diagonal = pair_index(covariates + 1, j, j);
    if (!(sums[diagonal] > kCollinearFraction * before[diagonal])) {
      throw LinAlgError(fmt::format(
          "[fit_null_model] covariate {} is a linear combination of those before it", j + 1));
    }
  }
  const std::int64_t phenotype = pair_index(covariates + 1, covariates, covariates);
  if (!(sums[phenotype] > kCollinearFraction * before[phenotype])) {
    throw LinAlgError("[fit_null_model] the covariates explain the phenotype to the last digit");
  }
  return forms;
}

}  // namespace

NullModel fit_null_model(const ModelColumns& model, std::span<const double> grid) {
  const std::int64_t covariates = model.covariates();
  if (model.samples() <= covariates) {
    throw LinAlgError(fmt::format("[fit_null_model] {} samples cannot carry {} covariates",
                                  model.samples(), covariates));
  }
  const Forms unweighted = unweighted_forms(model);
  std::vector<double> sums(sums_size(covariates + 1, kMaxOrders));
  const auto forms_at = [&](double lambda, std::int64_t orders) {
    null_weighted_sums(model, lambda, orders, sums.data());
    return project_null(model, orders, sums.data());
  };

  NullModel null;
  null.ml = maximise(grid, [&](double lambda, std::int64_t orders) {
    return maximum_likelihood(forms_at(lambda, orders));
  });
  null.reml = maximise(grid, [&](double lambda, std::int64_t orders) {
    return restricted_likelihood(forms_at(lambda, orders), unweighted.log_pivots);
  });
  if (!null.reml.found()) {
    null.genetic_variance = null.residual_variance = null.pve = null.pve_se = kNaN;
    null.beta.assign(covariates, kNaN);
    null.beta_se.assign(covariates, kNaN);
    return null;
  }

  const double lambda = null.reml.lambda;
  const Forms forms = forms_at(lambda, kMaxOrders);
  const double curvature = restricted_likelihood(forms, unweighted.log_pivots).curvature;
  null.residual_variance = forms.yy[0] / static_cast<double>(model.samples() - covariates);
  null.genetic_variance = lambda * null.residual_variance;
  const double t = model.mean_eigenvalue();
  const double total = t * lambda + 1.0;
  null.pve = t * lambda / total;
  null.pve_se = t / (total * total) * std::sqrt(std::abs(1.0 / curvature));

  const Elimination elimination{covariates, sums.data()};
  null.beta = elimination.solution();
  null.beta_se = elimination.inverse_diagonal();
  for (double& se : null.beta_se) se = std::sqrt(se * null.residual_variance);
  return null;
}

}  // namespace loom::gwas
