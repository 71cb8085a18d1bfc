#include "loom/gwas/model/linear_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "loom/gwas/model/shared_sums.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr std::int64_t kSnpsAtOnce = 8;

double squared_length(const Array& vector) { return dot(vector, vector).item<double>(); }

// An orthonormal basis of W as columns: with it, W's own correlations cost the sums no digits.
Array basis_of(const Array& design) {
  const std::int64_t n = design.shape(0), c = design.shape(1);
  if (n <= c) {
    throw LinAlgError(fmt::format("[linear_scan] {} samples cannot carry {} covariates", n, c));
  }
  const linalg::Qr factors = linalg::qr(design);
  for (std::int64_t j = 0; j < c; ++j) {
    double length = 0;  // of the covariate, squared
    for (std::int64_t i = 0; i <= j; ++i) length += std::pow(factors.r.at<double>({i, j}), 2);
    if (std::pow(factors.r.at<double>({j, j}), 2) > kCollinearShare * length) continue;
    throw LinAlgError(fmt::format(
        "[linear_scan] covariate {} is a linear combination of those before it", j + 1));
  }
  return factors.q;
}

ModelColumns columns_of(const Array& design, const Array& phenotype) {
  const Array basis = basis_of(design);
  Array y = phenotype;
  // Once more, because the first time leaves rounding in W.
  for (int i = 0; i < 2; ++i) y = y - matmul(basis, matmul(y, basis));
  if (!(squared_length(y) > kCollinearShare * squared_length(phenotype))) {
    throw LinAlgError("[linear_scan] the covariates explain the phenotype to the last digit");
  }
  const Array eigenvalues = zeros({y.shape(0)}), columns = contiguous(transpose(basis));
  return ModelColumns(eigenvalues.span<double>(), columns.span<double>(), y.span<double>());
}

}  // namespace

LinearScan::LinearScan(const Array& design, const Array& phenotype, LmmTest test)
    : model_(columns_of(design, phenotype)),
      parts_(parts_of(test)),
      weights_(ones({model_.tiles().shape(0), kWeightsAtOnce, kTileSamples})),
      projection_(projection_size(model_.covariates(), 1)) {
  project_covariates(model_, 0.0, 1, projection_.data());
}

AssociationRow LinearScan::row_of(const SnpForms& snp, std::int64_t snp_columns) const {
  AssociationRow row;
  const auto n = static_cast<double>(model_.samples());
  const double dof = n - static_cast<double>(model_.covariates() + snp_columns);
  const EffectForms forms = effect_forms(snp);
  const EffectTest wald = wald_test(forms, dof), score = score_test(forms, n, dof);
  row.beta = wald.beta;
  row.se = parts_.wald ? wald.se : std::sqrt(forms.yy / (n * forms.xx));
  if (parts_.wald) set_p(f_test(wald.f, dof), row.p_wald, row.log10p_wald);
  if (parts_.score) set_p(f_test(score.f, dof), row.p_score, row.log10p_score);
  if (parts_.likelihood_ratio) {
    const double ratio = n * std::log(forms.yy / std::max(forms.residual, 0.0));
    set_p(chi2_test(ratio), row.p_lrt, row.log10p_lrt);
  }
  return row;
}

ScanResult LinearScan::test(const Array& snps) const {
  const Array x = with_columns(snps, model_);
  const std::int64_t k = x.shape(1), size = snp_sums_size(model_.covariates(), k, 1);
  const double* values = x.data<double>();
  ScanResult scanned;
  scanned.rows.resize(x.shape(0));
  std::vector<char> collinear(x.shape(0));
  parallel_for(x.shape(0), kSnpsAtOnce, [&](std::int64_t begin, std::int64_t end) {
    std::vector<double> sums(kSnpsAtOnce * size);
    const Array workspace =
        Array::empty({shared_sums_workspace(model_.covariates(), k, kSnpsAtOnce, 1)});
    for (std::int64_t first = begin; first < end; first += kSnpsAtOnce) {
      const std::int64_t count = std::min(end - first, kSnpsAtOnce);
      shared_sums({model_, weights_.data<double>(), kWeightsAtOnce, 1,
                   values + first * k * model_.samples(), count, k, sums.data()},
                  workspace.data<double>());
      for (std::int64_t i = 0; i < count; ++i) {
        const SnpForms snp = project_snp(model_, k, 1, projection_.data(), sums.data() + i * size);
        collinear[first + i] = is_collinear(snp.share_left);
        if (!collinear[first + i]) scanned.rows[first + i] = row_of(snp, k);
      }
    }
  });
  scanned.outcomes.collinear = std::ranges::count(collinear, 1);
  return scanned;
}

}  // namespace loom::gwas
