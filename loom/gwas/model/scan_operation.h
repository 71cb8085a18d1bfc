#pragma once

#include <span>

#include "loom/array/array.h"
#include "loom/gwas/model/null_model.h"
#include "loom/gwas/model/snp_search.h"

namespace loom::gwas {

/// What a scan computes of each SNP, of the model without it: made once for all SNPs.
struct ScanTables {
  Array weights;      ///< as from shared_weights
  Array projections;  ///< as from shared_projections
  Array null_table;   ///< as from null_table
  Array lambdas;      ///< the grid
};

ScanTables scan_tables(const ModelColumns& model, const NullModel& null, const LambdaGrid& grid);

/// What was found out about one SNP.
struct SnpFindings {
  /// The least share of a column of the SNP that covariates and columns before it leave.
  double share_left;
  EffectForms at_null_lambda;
  std::span<const double> searches;  ///< results of searches, to be read by search_result
};

/// The findings of the SNP `snp` among `findings`, as from scan_snps.
SnpFindings findings_of(const Array& findings, std::int64_t snp);
/// The result of search `i`, counted in the kinds that scan_snps was called with.
SearchResult search_result(const SnpFindings& findings, std::size_t i);

/// Scans SNPs: a row of the op table, so that the inner loop of a scan is selected and traced like
/// any other operation.
///
/// `x`: float64 (p, k, n), rotated SNPs of k columns; `kinds`: the searches that are made for each.
/// Returns float64 (p, numbers), to be read by findings_of. Throws ShapeError.
Array scan_snps(const ModelColumns& model, const ScanTables& tables, const Array& x,
                std::span<const SearchKind> kinds, SearchPath path);

}  // namespace loom::gwas
