#pragma once

#include <optional>

#include "loom/array/array.h"

// Order and membership. NaN is larger than every number and no NaN equals another. Complex numbers
// have no order: DTypeError, except that `unique_*` and `isin` take them.
namespace loom {

/// The elements in order along `axis`; equal ones keep theirs (`argsort` shows it).
Array sort(const Array& a, std::int64_t axis = -1, bool descending = false);
/// The indices that sort; stable in both directions; int64.
Array argsort(const Array& a, std::int64_t axis = -1, bool descending = false);

enum class Side { left, right };
/// Where each of `values` goes into the ascending vector `sorted` (or `sorted[sorter]`); int64, of
/// the shape of `values`.
Array searchsorted(const Array& sorted, const Array& values, Side side = Side::left,
                   const std::optional<Array>& sorter = std::nullopt);

struct Unique {
  Array values;           ///< distinct elements, ascending; each NaN is one of its own
  Array indices;          ///< of the first occurrence in the flattened array; int64
  Array inverse_indices;  ///< of the shape of the input: where each element went; int64
  Array counts;           ///< int64
};
Unique unique_all(const Array& a);
/// The values alone, for less work.
Array unique_values(const Array& a);

/// Whether each element of `a` is among those of `elements` (of one dtype after promotion).
Array isin(const Array& a, const Array& elements, bool invert = false);

}  // namespace loom
