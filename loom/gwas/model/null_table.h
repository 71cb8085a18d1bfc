#pragma once

#include <cstdint>
#include <span>

#include "loom/array/array.h"
#include "loom/gwas/model/projection.h"

namespace loom::gwas {

/// The model's projection, of all orders, at any lambda of a range without a sum over samples.
///
/// Every entry is a rational function of lambda whose poles lie on the negative real axis, hence,
/// as a function of log lambda, at a distance of at least pi from the real axis. Over a piece of
/// the range that is half a decade wide, polynomials through the Chebyshev nodes then converge as
/// 11^-degree, and those of degree 17 leave an error of rounding alone. `null_table` finds their
/// coefficients, this class evaluates them.
class NullTable {
 public:
  /// `coefficients` with their `shape` as from null_table for the same range; they must live as
  /// long as this.
  NullTable(const double* coefficients, const Dims& shape, double lower, double upper);

  /// The first entries of the projection at lower <= lambda <= upper: projection_size(c, orders)
  /// of them for the first `orders` orders.
  void at(double lambda, std::span<double> projection) const;

 private:
  const double* coefficients_;
  std::int64_t pieces_;
  std::int64_t entries_;  ///< rounded up to whole vectors
  double log_lower_;
  double pieces_per_log_;
};

/// Coefficients of Chebyshev polynomials for a NullTable: float64 (pieces, degrees, entries).
Array null_table(const ModelView& model, double lower, double upper);

}  // namespace loom::gwas
