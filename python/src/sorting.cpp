#include "loom/ops/sorting.h"

#include "loom/ops/indexing.h"
#include "python/src/arguments.h"
#include "python/src/arrays.h"
#include "python/src/operand.h"
#include "python/src/operations.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

ResultType all_result("loom.UniqueAllResult", "What unique_all gives.",
                      {"values", "indices", "inverse_indices", "counts"});
ResultType counts_result("loom.UniqueCountsResult", "What unique_counts gives.",
                         {"values", "counts"});
ResultType inverse_result("loom.UniqueInverseResult", "What unique_inverse gives.",
                          {"values", "inverse_indices"});

/// Two operands of which one may be a number.
void take_pair(Operands& operands, const char* function, Object x1, Object x2) {
  const Object objects[] = {x1, x2};
  if (operands.take(objects, 2)) return;
  PyErr_Format(PyExc_TypeError, "%s() takes arrays and numbers, given %s and %s", function,
               Py_TYPE(x1)->tp_name, Py_TYPE(x2)->tp_name);
  throw_python_error();
}

Array sorted(const Array& x, std::int64_t axis, bool descending, [[maybe_unused]] bool stable) {
  return sort(x, axis, descending);  // every sort of ours is stable
}

Array sorting_indices(const Array& x, std::int64_t axis, bool descending,
                      [[maybe_unused]] bool stable) {
  return argsort(x, axis, descending);
}

Array positions(Object x1, Object x2, Side side, const std::optional<Array>& sorter) {
  Operands operands;
  take_pair(operands, "searchsorted", x1, x2);
  return searchsorted(operands[0], operands[1], side, sorter);
}

Array members(Object x1, Object x2, bool invert) {
  Operands operands;
  take_pair(operands, "isin", x1, x2);
  return isin(operands[0], operands[1], invert);
}

nb::object unique(const Array& x) {
  Unique its = unique_all(x);
  return all_result(std::move(its.values), std::move(its.indices), std::move(its.inverse_indices),
                    std::move(its.counts));
}

nb::object unique_and_counts(const Array& x) {
  Unique its = unique_all(x);
  return counts_result(std::move(its.values), std::move(its.counts));
}

nb::object unique_and_inverse(const Array& x) {
  Unique its = unique_all(x);
  return inverse_result(std::move(its.values), std::move(its.inverse_indices));
}

Array taken(const Array& x, const Array& indices, std::optional<std::int64_t> axis) {
  if (!axis && x.ndim() != 1) {
    throw ValueError("[take] an axis is needed for shape " + to_string(x.shape()));
  }
  return take(x, indices, axis.value_or(0));
}

}  // namespace

void bind_sorting(nb::module_& module) {
  all_result.create(module);
  counts_result.create(module);
  inverse_result.create(module);
  def<sorted>(module, "sort(x, /, *, axis=-1, descending=False, stable=True)",
              "The elements in order along an axis; NaN last.");
  def<sorting_indices>(module, "argsort(x, /, *, axis=-1, descending=False, stable=True)",
                       "The indices that sort.");
  def<positions>(module, "searchsorted(x1, x2, /, *, side='left', sorter=None)",
                 "Where each of `x2` goes into the ascending vector `x1`.");
  def<members>(module, "isin(x1, x2, /, *, invert=False)",
               "Whether each element of `x1` is among those of `x2`.");
  def<unique>(module, "unique_all(x, /) -> UniqueAllResult",
              "Distinct elements, their first indices, where each element went, and counts.");
  def<unique_and_counts>(module, "unique_counts(x, /) -> UniqueCountsResult",
                         "Distinct elements and their counts.");
  def<unique_and_inverse>(module, "unique_inverse(x, /) -> UniqueInverseResult",
                          "Distinct elements and where each element went.");
  def<unique_values>(module, "unique_values(x, /)", "Distinct elements.");
  def<[](const Array& x) { return tuple_of(nonzero(x)); }>(
      module, "nonzero(x, /)", "For each dimension the indices of the elements that are not zero.");
  def<taken>(module, "take(x, indices, /, *, axis=None)", "The elements at indices along an axis.");
  def<take_along_axis>(module, "take_along_axis(x, indices, /, *, axis=-1)",
                       "Along an axis, the elements that an array of indices names.");
}

}  // namespace loom::python
