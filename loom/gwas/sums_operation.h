#pragma once

#include "loom/array/array.h"
#include "loom/gwas/weighted_sums.h"

namespace loom::gwas {

/// The sums of weighted_sums.h for many SNPs, each at a variance ratio of its own: a row of the op
/// table, so that the inner loop of a scan is selected and traced like any other operation.
///
/// `x`: float64 (p, n), rotated SNPs; `rows`: int64 (k), which of them; `lambdas`: float64 (k).
/// Returns float64 (k, sums_size(c + 2, orders)). Throws ShapeError, ValueError for a row that x
/// does not have.
Array snp_sums(const ModelColumns& model, const Array& x, const Array& rows, const Array& lambdas,
               std::int64_t orders);

}  // namespace loom::gwas
