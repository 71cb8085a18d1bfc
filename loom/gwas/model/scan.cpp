#include "loom/gwas/model/scan.h"

#include <fmt/format.h>

#include "loom/gwas/model/projection.h"
#include "loom/ops/creation.h"
#include "loom/ops/manipulation.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr std::int64_t kSnpsPerPiece = 16;

ScanOutcomes count_outcomes(const Array& found, std::span<const SearchKind> kinds) {
  ScanOutcomes outcomes;
  for (std::int64_t snp = 0; snp < found.shape(0); ++snp) {
    const SnpFindings findings = findings_of(found, snp);
    if (is_collinear(findings.share_left)) {
      ++outcomes.collinear;
      continue;
    }
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      auto& counts = kinds[i] == SearchKind::reml ? outcomes.reml
                     : kinds[i] == SearchKind::ml ? outcomes.ml
                                                  : outcomes.null_ml;
      ++counts[static_cast<std::size_t>(search_result(findings, i).estimate.outcome)];
    }
  }
  return outcomes;
}

}  // namespace

Array with_columns(const Array& x, const ModelColumns& model) {
  const bool fits = (x.ndim() == 2 || x.ndim() == 3) && x.shape(-1) == model.coordinates() &&
                    (x.ndim() == 2 || (x.shape(1) >= 1 && x.shape(1) <= kMaxSnpColumns));
  if (!fits) {
    throw ShapeError(fmt::format("[scan] SNPs of shape {} for {} samples", to_string(x.shape()),
                                 model.coordinates()));
  }
  return contiguous(x.ndim() == 2 ? reshape(x, {x.shape(0), 1, x.shape(1)}) : x);
}

ScanOutcomes& ScanOutcomes::operator+=(const ScanOutcomes& other) {
  collinear += other.collinear;
  for (int i = 0; i < kLambdaOutcomes; ++i) {
    reml[i] += other.reml[i];
    ml[i] += other.ml[i];
    null_ml[i] += other.null_ml[i];
  }
  return *this;
}

Scan::Scan(const RotatedModel& model, const NullModel& null, const LambdaGrid& grid, LmmTest test)
    : model_(model.columns),
      null_(null),
      parts_(parts_of(test)),
      path_(grid.path),
      tables_(scan_tables(model.columns, null, grid)) {}

// The likelihood ratio and, for a SNP of several columns, the score test want the null model of
// each SNP. For a SNP of one column that is the same for all.
std::vector<SearchKind> Scan::searches(std::int64_t snp_columns) const {
  std::vector<SearchKind> kinds;
  if (parts_.wald) kinds.push_back(SearchKind::reml);
  if (parts_.likelihood_ratio) kinds.push_back(SearchKind::ml);
  const bool own_null = parts_.likelihood_ratio || parts_.score;
  if (own_null && snp_columns > 1) kinds.push_back(SearchKind::null_ml);
  return kinds;
}

void Scan::fill_score(const EffectForms& forms, double dof, AssociationRow& row) const {
  const auto samples = static_cast<double>(model_.samples());
  const EffectTest test = score_test(forms, samples, dof);
  row.beta = test.beta;
  row.se = test.se;
  set_p(f_test(test.f, dof), row.p_score, row.log10p_score);
}

void Scan::fill_wald(const SearchResult& reml, double dof, AssociationRow& row) const {
  const EffectTest test = wald_test(reml.effect, dof);
  row.beta = test.beta;
  row.se = test.se;
  row.lambda_remle = reml.estimate.lambda;
  row.logl = reml.estimate.log_likelihood;
  set_p(f_test(test.f, dof), row.p_wald, row.log10p_wald);
}

void Scan::fill_likelihood_ratio(const LambdaEstimate& ml, const LambdaEstimate& null_ml,
                                 AssociationRow& row) const {
  const double ratio = likelihood_ratio(ml.log_likelihood, null_ml.log_likelihood);
  row.lambda_mle = ml.lambda;
  row.logl = ml.log_likelihood;
  set_p(chi2_test(ratio), row.p_lrt, row.log10p_lrt);
}

// The tests overwrite each other's effects and likelihoods in GEMMA's order.
void Scan::fill(const SnpFindings& findings, std::span<const SearchKind> kinds, double dof,
                AssociationRow& row) const {
  SearchResult reml, ml, null_ml{null_.ml, findings.at_null_lambda};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    SearchResult& result = kinds[i] == SearchKind::reml ? reml
                           : kinds[i] == SearchKind::ml ? ml
                                                        : null_ml;
    result = search_result(findings, i);
  }
  if (parts_.score) fill_score(null_ml.effect, dof, row);
  if (parts_.wald) fill_wald(reml, dof, row);
  if (parts_.likelihood_ratio) fill_likelihood_ratio(ml.estimate, null_ml.estimate, row);
}

ScanResult Scan::test(const Array& snps) const {
  const Array x = with_columns(snps, model_);
  ScanResult scanned;
  scanned.rows.resize(x.shape(0));
  if (scanned.rows.empty()) return scanned;
  const std::vector<SearchKind> kinds = searches(x.shape(1));
  const Array found = scan_snps(model_, tables_, x, kinds, path_);
  const auto dof = static_cast<double>(model_.samples() - model_.covariates() - x.shape(1));
  parallel_for(x.shape(0), kSnpsPerPiece, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const SnpFindings findings = findings_of(found, i);
      if (!is_collinear(findings.share_left)) fill(findings, kinds, dof, scanned.rows[i]);
    }
  });
  scanned.outcomes = count_outcomes(found, kinds);
  return scanned;
}

}  // namespace loom::gwas
