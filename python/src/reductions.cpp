#include "loom/ops/reduction.h"

#include "python/src/function.h"
#include "python/src/operations.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

using MaybeAxes = const std::optional<Dims>&;
using MaybeDType = std::optional<DType>;

Array sum_of(const Array& x, MaybeAxes axis, MaybeDType dtype, bool keepdims) {
  return sum(x, axis, keepdims, dtype);
}
Array product_of(const Array& x, MaybeAxes axis, MaybeDType dtype, bool keepdims) {
  return prod(x, axis, keepdims, dtype);
}

}  // namespace

void bind_reductions(nb::module_& module) {
  def<sum_of>(module, "sum(x, /, *, axis=None, dtype=None, keepdims=False)",
              "Sum over some axes, or all; integers are summed in 64 bits.");
  def<product_of>(module, "prod(x, /, *, axis=None, dtype=None, keepdims=False)",
                  "Product over some axes, or all; of integers in 64 bits.");
  def<min>(module, "min(x, /, *, axis=None, keepdims=False)",
           "Smallest element; NaN where one is.");
  def<max>(module, "max(x, /, *, axis=None, keepdims=False)", "Largest element; NaN where one is.");
  def<mean>(module, "mean(x, /, *, axis=None, keepdims=False)", "Arithmetic mean.");
  def<var>(module, "var(x, /, *, axis=None, correction=0.0, keepdims=False)",
           "Mean squared distance from the mean, over n - correction.");
  def<standard_deviation>(module, "std(x, /, *, axis=None, correction=0.0, keepdims=False)",
                          "Square root of `var`.");
  def<all>(module, "all(x, /, *, axis=None, keepdims=False)", "Whether all elements are not zero.");
  def<any>(module, "any(x, /, *, axis=None, keepdims=False)", "Whether an element is not zero.");
  def<count_nonzero>(module, "count_nonzero(x, /, *, axis=None, keepdims=False)",
                     "Number of elements that are not zero.");
  def<argmin>(module, "argmin(x, /, *, axis=None, keepdims=False)",
              "Index of the first smallest element, of the first NaN where there is one.");
  def<argmax>(module, "argmax(x, /, *, axis=None, keepdims=False)",
              "Index of the first largest element, of the first NaN where there is one.");
  def<cumulative_sum>(module,
                      "cumulative_sum(x, /, *, axis=None, dtype=None, include_initial=False)",
                      "Running sums along an axis, which a vector need not name.");
  def<cumulative_prod>(module,
                       "cumulative_prod(x, /, *, axis=None, dtype=None, include_initial=False)",
                       "Running products along an axis, which a vector need not name.");
  def<diff>(module, "diff(x, /, *, axis=-1, n=1, prepend=None, append=None)",
            "The n-th difference of neighbours along an axis.");
}

}  // namespace loom::python
