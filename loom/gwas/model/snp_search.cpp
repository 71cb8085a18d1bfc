#include "loom/gwas/model/snp_search.h"

#include <limits>

namespace loom::gwas {

SnpSearcher::SnpSearcher(const ModelView& model, std::int64_t snp_columns, const NullTable& table,
                         std::span<const double> lambdas, SearchPath path, SumsKernel kernel)
    : model_(model),
      snp_columns_(snp_columns),
      table_(table),
      lambdas_(lambdas),
      path_(path),
      kernel_(kernel),
      slopes_(lambdas.size()),
      projection_(projection_size(model.covariates, kMaxOrders)),
      sums_(snp_sums_size(model.covariates, snp_columns, kMaxOrders)) {}

SnpForms SnpSearcher::forms_at(const double* x, double lambda, std::int64_t orders) {
  const std::int64_t entries = projection_size(model_.covariates, orders);
  table_.at(lambda, {projection_.data(), static_cast<std::size_t>(entries)});
  kernel_({model_, x, snp_columns_, lambda, orders, sums_.data()});
  return project_snp(model_, snp_columns_, orders, projection_.data(), sums_.data());
}

SearchResult SnpSearcher::search(const double* x, SearchKind kind, const Likelihood& likelihood,
                                 std::span<const SnpForms> on_grid) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const SnpForms &lower = on_grid.front(), &upper = on_grid.back();
  for (std::size_t i = 0; i < slopes_.size(); ++i) {
    slopes_[i] = likelihood.derivatives(forms_of(kind, on_grid[i])).slope;
  }
  LambdaSearch search({lambdas_, slopes_, likelihood.value(forms_of(kind, lower)),
                       likelihood.value(forms_of(kind, upper))},
                      path_);
  EffectForms best;
  while (!search.finished()) {
    const Evaluation want = search.next();
    const SnpForms snp = forms_at(x, want.lambda, want.orders);
    const Forms& forms = forms_of(kind, snp);
    if (search.supply(likelihood.derivatives(forms), [&] { return likelihood.value(forms); })) {
      best = effect_forms(snp);
    }
  }
  switch (search.estimate().outcome) {
    case LambdaOutcome::interior:
      return {search.estimate(), best};
    case LambdaOutcome::lower_bound:
      return {search.estimate(), effect_forms(lower)};
    case LambdaOutcome::upper_bound:
      return {search.estimate(), effect_forms(upper)};
    default:
      return {search.estimate(), {kNaN, kNaN, kNaN, kNaN}};
  }
}

}  // namespace loom::gwas
