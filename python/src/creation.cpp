#include "loom/ops/creation.h"

#include "python/src/arguments.h"
#include "python/src/arrays.h"
#include "python/src/default_dtype.h"
#include "python/src/device.h"
#include "python/src/operations.h"
#include "python/src/scalars.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

using MaybeDType = std::optional<DType>;

Array filled(const Dims& shape, Number value, MaybeDType dtype, OnDevice) {
  return full(shape, value.array(dtype.value_or(value.dtype())));
}

Array filled_like(const Array& x, Number value, MaybeDType dtype, OnDevice) {
  return full(x.shape(), value.array(dtype.value_or(x.dtype())));
}

DTypeKind highest_kind(std::initializer_list<Number> numbers) {
  DTypeKind highest = DTypeKind::boolean;
  for (const Number& number : numbers) highest = std::max(highest, number.kind());
  return highest;
}

Array range(Number start, const std::optional<Number>& stop, Number step, MaybeDType dtype,
            OnDevice) {
  static const Number zero{PyLong_FromLong(0)};
  const Number& from = stop ? start : zero;
  const Number& to = stop ? *stop : start;
  if (highest_kind({from, to, step}) < DTypeKind::real) {
    return arange(from.as<std::int64_t>(), to.as<std::int64_t>(), step.as<std::int64_t>(),
                  dtype.value_or(DType::int64));
  }
  return arange(from.as<double>(), to.as<double>(), step.as<double>(),
                dtype.value_or(default_dtype()));
}

Array points(Number start, Number stop, std::int64_t num, MaybeDType dtype, OnDevice,
             bool endpoint) {
  if (highest_kind({start, stop}) == DTypeKind::complex) {
    using Complex = std::complex<double>;
    return linspace(start.as<Complex>(), stop.as<Complex>(), num, endpoint,
                    dtype.value_or(complex_of(default_dtype())));
  }
  return linspace(start.as<double>(), stop.as<double>(), num, endpoint,
                  dtype.value_or(default_dtype()));
}

nb::object grid(Rest vectors, Indexing indexing) {
  return tuple_of(meshgrid(arrays_of("meshgrid", vectors), indexing));
}

}  // namespace

void bind_creation(nb::module_& module) {
  def<[](const Dims& shape, MaybeDType dtype, OnDevice) {
    return empty(shape, dtype.value_or(default_dtype()));
  }>(module, "empty(shape, *, dtype=None, device=None)", "An array that holds anything.");
  def<[](const Dims& shape, MaybeDType dtype, OnDevice) {
    return zeros(shape, dtype.value_or(default_dtype()));
  }>(module, "zeros(shape, *, dtype=None, device=None)", "An array of zeros.");
  def<[](const Dims& shape, MaybeDType dtype, OnDevice) {
    return ones(shape, dtype.value_or(default_dtype()));
  }>(module, "ones(shape, *, dtype=None, device=None)", "An array of ones.");
  def<filled>(
      module, "full(shape, fill_value, *, dtype=None, device=None)",
      "An array whose elements are all `fill_value`, in the number's own dtype by default.");
  def<[](const Array& x, MaybeDType dtype, OnDevice) { return empty_like(x, dtype); }>(
      module, "empty_like(x, /, *, dtype=None, device=None)",
      "An array of the shape and dtype of `x` that holds anything.");
  def<[](const Array& x, MaybeDType dtype, OnDevice) { return zeros_like(x, dtype); }>(
      module, "zeros_like(x, /, *, dtype=None, device=None)",
      "An array of the shape and dtype of `x`, of zeros.");
  def<[](const Array& x, MaybeDType dtype, OnDevice) { return ones_like(x, dtype); }>(
      module, "ones_like(x, /, *, dtype=None, device=None)",
      "An array of the shape and dtype of `x`, of ones.");
  def<filled_like>(module, "full_like(x, /, fill_value, *, dtype=None, device=None)",
                   "An array of the shape and dtype of `x` whose elements are all `fill_value`.");
  def<range>(module, "arange(start, /, stop=None, step=1, *, dtype=None, device=None)",
             "start, start + step, ... below `stop`; from 0 to `start` where there is no `stop`.");
  def<points>(module, "linspace(start, stop, /, num, *, dtype=None, device=None, endpoint=True)",
              "`num` evenly spaced points from start to stop, the last one only if `endpoint`.");
  def<[](std::int64_t rows, std::optional<std::int64_t> columns, Diagonal k, MaybeDType dtype,
         OnDevice) {
    return eye(rows, columns.value_or(rows), k.value, dtype.value_or(default_dtype()));
  }>(module, "eye(n_rows, n_cols=None, /, *, k=0, dtype=None, device=None)",
     "A matrix with ones on the k-th diagonal and zeros elsewhere.");
  def<grid>(module, "meshgrid(*arrays, indexing='xy') -> tuple[Array, ...]",
            "Coordinate arrays of the grid that vectors span.");
  def<[](const Array& x, Diagonal k) { return tril(x, k.value); }>(
      module, "tril(x, /, *, k=0)",
      "The elements on and below the k-th diagonal of each matrix, zeros elsewhere.");
  def<[](const Array& x, Diagonal k) { return triu(x, k.value); }>(
      module, "triu(x, /, *, k=0)",
      "The elements on and above the k-th diagonal of each matrix, zeros elsewhere.");
}

}  // namespace loom::python
