#include "loom/gwas/model/null_model.h"

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

// The projection at lambda = 0; throws where covariates are dependent, or explain the phenotype.
std::vector<double> unweighted_projection(const ModelColumns& model) {
  const std::int64_t covariates = model.covariates();
  std::vector<double> before(null_sums_size(covariates, 1));
  null_weighted_sums(model, 0.0, 1, before.data());
  std::vector<double> projection(projection_size(covariates, 1));
  project_covariates(model, 0.0, 1, projection.data());
  const auto lost = [&](std::int64_t column) {
    const std::int64_t pair = pair_index(covariates + 1, column, column);
    return !(projection[kPartsOfProjection + pair] > kCollinearShare * before[pair]);
  };
  for (std::int64_t j = 0; j < covariates; ++j) {
    if (!lost(j)) continue;
    throw LinAlgError(fmt::format(
        "[fit_null_model] covariate {} is a linear combination of those before it", j + 1));
  }
  if (lost(covariates)) {
    throw LinAlgError("[fit_null_model] the covariates explain the phenotype to the last digit");
  }
  return projection;
}

}  // namespace

NullModel fit_null_model(const ModelColumns& model, const LambdaGrid& grid) {
  const std::int64_t covariates = model.covariates();
  if (model.samples() <= covariates) {
    throw LinAlgError(fmt::format("[fit_null_model] {} samples cannot carry {} covariates",
                                  model.samples(), covariates));
  }
  const Forms unweighted = null_forms(model, 1, unweighted_projection(model).data());
  std::vector<double> projection(projection_size(covariates, kMaxOrders));
  const auto forms_at = [&](double lambda, std::int64_t orders) {
    project_covariates(model, lambda, orders, projection.data());
    return null_forms(model, orders, projection.data());
  };
  const auto maximum = [&](const Likelihood& likelihood) {
    return maximise(grid, [&](double lambda, std::int64_t orders) {
      const Forms forms = forms_at(lambda, orders);
      return LikelihoodValue{likelihood.value(forms), likelihood.derivatives(forms)};
    });
  };
  const Likelihood restricted = Likelihood::restricted(log_determinant(unweighted));

  NullModel null;
  null.ml = maximum(Likelihood::maximum());
  null.reml = maximum(restricted);
  if (!null.reml.found()) {
    null.genetic_variance = null.residual_variance = null.pve = null.pve_se = kNaN;
    null.beta.assign(covariates, kNaN);
    null.beta_se.assign(covariates, kNaN);
    return null;
  }

  const double lambda = null.reml.lambda;
  const Forms forms = forms_at(lambda, kMaxOrders);
  const double curvature = restricted.derivatives(forms).curvature;
  null.residual_variance = forms.yy[0] / static_cast<double>(model.samples() - covariates);
  null.genetic_variance = lambda * null.residual_variance;
  const double t = model.mean_eigenvalue();
  const double total = t * lambda + 1.0;
  null.pve = t * lambda / total;
  null.pve_se = t / (total * total) * std::sqrt(std::abs(1.0 / curvature));

  const Elimination elimination{covariates, projection.data() + kPartsOfProjection};
  null.beta = elimination.solution();
  null.beta_se = elimination.inverse_diagonal();
  for (double& se : null.beta_se) se = std::sqrt(se * null.residual_variance);
  return null;
}

}  // namespace loom::gwas
