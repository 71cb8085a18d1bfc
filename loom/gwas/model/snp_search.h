#pragma once

#include <span>
#include <vector>

#include "loom/gwas/model/association_tests.h"
#include "loom/gwas/model/lambda_search.h"
#include "loom/gwas/model/null_table.h"
#include "loom/gwas/model/weighted_sums_kernel.h"

namespace loom::gwas {

/// Which likelihood of a SNP a search maximises.
enum class SearchKind {
  reml,    ///< REML, with all columns of the SNP
  ml,      ///< ML, with all columns of the SNP
  null_ml  ///< ML, without the last column, which is the one that is tested
};

/// The likelihood itself; `unweighted_log_det` as for Likelihood::restricted.
inline Likelihood likelihood_of(SearchKind kind, double unweighted_log_det) {
  return kind == SearchKind::reml ? Likelihood::restricted(unweighted_log_det)
                                  : Likelihood::maximum();
}

/// The forms that it is made of.
inline const Forms& forms_of(SearchKind kind, const SnpForms& snp) {
  return kind == SearchKind::null_ml ? snp.without : snp.forms;
}

/// How a search of a SNP ended.
struct SearchResult {
  LambdaEstimate estimate;
  EffectForms effect;  ///< of the last column at that lambda; NaN where none was found
};

/// Searches for SNPs, one after another. An object is for one thread.
class SnpSearcher {
 public:
  /// `table` must have the range of `lambdas`, the grid; both must outlive this. `kernel` computes
  /// the sums of a SNP.
  SnpSearcher(const ModelView& model, std::int64_t snp_columns, const NullTable& table,
              std::span<const double> lambdas, SearchPath path, SumsKernel kernel);

  /// Searches for a SNP of k columns of n values. `on_grid` are its forms on the grid, with slopes.
  SearchResult search(const double* x, SearchKind kind, const Likelihood& likelihood,
                      std::span<const SnpForms> on_grid);

 private:
  SnpForms forms_at(const double* x, double lambda, std::int64_t orders);

  ModelView model_;
  std::int64_t snp_columns_;
  const NullTable& table_;
  std::span<const double> lambdas_;
  SearchPath path_;
  SumsKernel kernel_;
  std::vector<double> slopes_;
  std::vector<double> projection_;
  std::vector<double> sums_;
};

}  // namespace loom::gwas
