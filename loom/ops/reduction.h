#pragma once

#include <optional>

#include "loom/array/array.h"

// Reductions over any axes; without axes over all of them.
namespace loom {

/// Sum. Booleans and integers are summed in 64 bits unless `dtype` says otherwise; elements are
/// cast to `dtype` before they are summed.
Array sum(const Array& a, const std::optional<Dims>& axes = std::nullopt, bool keepdims = false,
          std::optional<DType> dtype = std::nullopt);
Array prod(const Array& a, const std::optional<Dims>& axes = std::nullopt, bool keepdims = false,
           std::optional<DType> dtype = std::nullopt);
/// Smallest element; NaN where one is. Throws ShapeError over an empty extent.
Array min(const Array& a, const std::optional<Dims>& axes = std::nullopt, bool keepdims = false);
Array max(const Array& a, const std::optional<Dims>& axes = std::nullopt, bool keepdims = false);
/// Arithmetic mean; NaN over an empty extent.
Array mean(const Array& a, const std::optional<Dims>& axes = std::nullopt, bool keepdims = false);
/// Sum of squared distances from the mean over n - correction; NaN where that is not positive. For
/// complex numbers, of squared moduli, and real.
Array var(const Array& a, const std::optional<Dims>& axes = std::nullopt, double correction = 0,
          bool keepdims = false);
/// Square root of `var`. `std` is C++'s own name, so it is called by NumPy's long one here.
Array standard_deviation(const Array& a, const std::optional<Dims>& axes = std::nullopt,
                         double correction = 0, bool keepdims = false);
/// Whether all, any of the elements are not zero (NaN is not zero); boolean.
Array all(const Array& a, const std::optional<Dims>& axes = std::nullopt, bool keepdims = false);
Array any(const Array& a, const std::optional<Dims>& axes = std::nullopt, bool keepdims = false);
/// Number of elements that are not zero, int64.
Array count_nonzero(const Array& a, const std::optional<Dims>& axes = std::nullopt,
                    bool keepdims = false);
/// Index of the first smallest (largest) element along `axis`, or in the flattened array; of the
/// first NaN where there is one; int64. Throws ShapeError over an empty extent.
Array argmin(const Array& a, std::optional<std::int64_t> axis = std::nullopt,
             bool keepdims = false);
Array argmax(const Array& a, std::optional<std::int64_t> axis = std::nullopt,
             bool keepdims = false);

/// Running sums along `axis`, which a one-dimensional array need not name; `include_initial` puts
/// the 0 in front, so that the axis grows by one. dtypes as for `sum`.
Array cumulative_sum(const Array& a, std::optional<std::int64_t> axis = std::nullopt,
                     std::optional<DType> dtype = std::nullopt, bool include_initial = false);
/// Running products; the initial value is 1.
Array cumulative_prod(const Array& a, std::optional<std::int64_t> axis = std::nullopt,
                      std::optional<DType> dtype = std::nullopt, bool include_initial = false);
/// The n-th difference of neighbours along `axis`, after `prepend` and `append` were joined to it.
Array diff(const Array& a, std::int64_t axis = -1, std::int64_t n = 1,
           const std::optional<Array>& prepend = std::nullopt,
           const std::optional<Array>& append = std::nullopt);

}  // namespace loom
