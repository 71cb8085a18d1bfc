#pragma once

#include <array>
#include <span>
#include <vector>

#include "loom/gwas/model/association_row.h"
#include "loom/gwas/model/null_model.h"
#include "loom/gwas/model/rotated_model.h"
#include "loom/gwas/model/scan_operation.h"

namespace loom::gwas {

/// Why statistics of a scan are NaN, and where searches ended.
struct ScanOutcomes {
  /// SNPs that are a combination of the covariates, or one of whose columns is one of the others.
  std::int64_t collinear = 0;
  /// Searches by LambdaOutcome.
  std::array<std::int64_t, kLambdaOutcomes> reml{};
  std::array<std::int64_t, kLambdaOutcomes> ml{};
  std::array<std::int64_t, kLambdaOutcomes> null_ml{};  ///< of SNPs of several columns

  ScanOutcomes& operator+=(const ScanOutcomes& other);
};

/// What a scan found out about some SNPs.
struct ScanResult {
  std::vector<AssociationRow> rows;  ///< one for each SNP; statistics only
  ScanOutcomes outcomes;
};

/// SNPs as (p, k, n), side by side; `x` is float64 (p, n) or (p, k, n). Throws ShapeError where
/// they do not fit the model.
Array with_columns(const Array& x, const ModelColumns& model);

/// Tests SNPs one by one in the mixed model y = W a + x b + u + e (Zhou and Stephens, Nature
/// Genetics 44, 2012).
///
/// With an interaction the model is y = W a + x b + z g + u + e, where z is x times the
/// environment, sample by sample, W has the environment, and g is tested; the null model is then
/// that without z, one for each SNP. In general, a SNP has k columns, of which the last is tested.
class Scan {
 public:
  /// What is passed by reference must live as long as the scan. `grid` as from lambda_grid.
  Scan(const RotatedModel& model, const NullModel& null, const LambdaGrid& grid, LmmTest test);

  /// Tests `x`, float64 (p, n) or (p, k, n): SNPs in the basis that the model was rotated to. They
  /// should be centred before that, which changes no statistic (the intercept is among the
  /// covariates) and keeps the sums free of cancellation. May be called by several threads at once.
  /// Throws ShapeError.
  ScanResult test(const Array& x) const;

 private:
  std::vector<SearchKind> searches(std::int64_t snp_columns) const;
  void fill(const SnpFindings& findings, std::span<const SearchKind> kinds, double dof,
            AssociationRow& row) const;
  void fill_score(const EffectForms& forms, double dof, AssociationRow& row) const;
  void fill_wald(const SearchResult& reml, double dof, AssociationRow& row) const;
  void fill_likelihood_ratio(const LambdaEstimate& ml, const LambdaEstimate& null_ml,
                             AssociationRow& row) const;

  const ModelColumns& model_;
  const NullModel& null_;
  TestParts parts_;
  SearchPath path_;
  ScanTables tables_;
};

}  // namespace loom::gwas
