#include "loom/ops/creation.h"

#include "loom/array/default_dtype.h"
#include "python/src/arguments.h"
#include "python/src/arrays.h"
#include "python/src/device.h"
#include "python/src/operations.h"
#include "python/src/scalars.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

using MaybeDType = std::optional<DType>;

[[noreturn]] void refuse_number(const char* function, const char* parameter, PyObject* given) {
  PyErr_Format(PyExc_TypeError, "%s() takes a number as '%s', given %s", function, parameter,
               Py_TYPE(given)->tp_name);
  throw_python_error();
}

/// The kind of a Python number; of a 0-d array's dtype.
DTypeKind kind_of_number(const char* function, const char* parameter, PyObject* object) {
  if (is_array(object) && array_of(object).ndim() == 0) return kind(array_of(object).dtype());
  const std::optional<DTypeKind> kind = number_kind(object);
  if (!kind) refuse_number(function, parameter, object);
  return *kind;
}

/// A number, or a 0-d array, as a 0-d array.
Array scalar(const char* function, const char* parameter, PyObject* object, DType dtype) {
  if (is_array(object)) return astype(array_of(object), dtype);
  if (!number_kind(object)) refuse_number(function, parameter, object);
  return number_array(object, dtype);
}

Array filled(const Dims& shape, Object value, MaybeDType dtype, OnDevice) {
  const DTypeKind kind = kind_of_number("full", "fill_value", value);
  const DType natural = is_array(value) ? array_of(value).dtype() : dtype_of_number(kind);
  return full(shape, scalar("full", "fill_value", value, dtype.value_or(natural)));
}

Array filled_like(const Array& x, Object value, MaybeDType dtype, OnDevice device) {
  return filled(x.shape(), value, dtype.value_or(x.dtype()), device);
}

/// The highest kind among numbers, but not below int.
DTypeKind highest_kind(const char* function, std::initializer_list<PyObject*> numbers) {
  DTypeKind highest = DTypeKind::signed_integer;
  for (PyObject* number : numbers) {
    highest = std::max(highest, kind_of_number(function, "start, stop, step", number));
  }
  return highest;
}

template <class T>
T number(const char* function, PyObject* object) {
  return is_array(object) ? array_of(object).item<T>() : number_as<T>(object);
}

Array range(Object start, Object stop, Object step, MaybeDType dtype, OnDevice) {
  static PyObject* const zero = PyLong_FromLong(0);
  if (stop == Py_None) {
    stop = start;
    start = zero;
  }
  const auto from = [&]<class T>(std::type_identity<T>, DType natural) {
    return arange(number<T>("arange", start), number<T>("arange", stop), number<T>("arange", step),
                  dtype.value_or(natural));
  };
  if (highest_kind("arange", {start, stop, step}) == DTypeKind::signed_integer) {
    return from(std::type_identity<std::int64_t>(), DType::int64);
  }
  return from(std::type_identity<double>(), default_dtype());
}

Array points(Object start, Object stop, std::int64_t num, MaybeDType dtype, OnDevice,
             bool endpoint) {
  const auto between = [&]<class T>(std::type_identity<T>, DType natural) {
    return linspace(number<T>("linspace", start), number<T>("linspace", stop), num, endpoint,
                    dtype.value_or(natural));
  };
  if (highest_kind("linspace", {start, stop}) == DTypeKind::complex) {
    return between(std::type_identity<std::complex<double>>(), complex_of(default_dtype()));
  }
  return between(std::type_identity<double>(), default_dtype());
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
  def<grid>(module, "meshgrid(*arrays, indexing='xy')",
            "Coordinate arrays of the grid that vectors span.");
  def<[](const Array& x, Diagonal k) { return tril(x, k.value); }>(
      module, "tril(x, /, *, k=0)",
      "The elements on and below the k-th diagonal of each matrix, zeros elsewhere.");
  def<[](const Array& x, Diagonal k) { return triu(x, k.value); }>(
      module, "triu(x, /, *, k=0)",
      "The elements on and above the k-th diagonal of each matrix, zeros elsewhere.");
}

}  // namespace loom::python
