#include <nanobind/stl/string.h>

#include <algorithm>

#include "loom/ops/creation.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/reduction.h"
#include "python/src/array_object.h"
#include "python/src/device.h"
#include "python/src/method.h"

namespace nb = nanobind;

// Methods of the class: what the standard asks, and what users of NumPy look for.
namespace loom::python {
namespace {

constexpr std::string_view kVersions[] = {"2021.12", "2022.12", "2023.12", "2024.12", "2025.12"};

nb::object array_namespace(const Array&, const std::optional<std::string>& version) {
  if (version && std::ranges::find(kVersions, *version) == std::end(kVersions)) {
    throw ValueError("[array_namespace] version \"" + *version +
                     "\" of the standard is unknown, the latest is 2025.12");
  }
  return nb::module_::import_("loom");
}

Array to_device(const Array& array, OnDevice, Object stream) {
  if (stream != Py_None) throw ValueError("[to_device] the one device has no streams");
  return array;
}

/// Integers given one by one or as one sequence: reshape(2, 3) and reshape((2, 3)).
Dims dims_of(Rest integers) {
  if (integers.size() == 1 && !PyIndex_Check(integers[0])) {
    nb::detail::make_caster<Dims> dims;
    if (dims.from_python(integers[0], 0, nullptr)) return dims.value;
    PyErr_Format(PyExc_TypeError, "integers or a tuple of them are needed, given %R", integers[0]);
    throw_python_error();
  }
  Dims dims;
  for (PyObject* integer : integers) {
    const Py_ssize_t value = PyNumber_AsSsize_t(integer, PyExc_OverflowError);
    if (value == -1 && PyErr_Occurred() != nullptr) throw_python_error();
    dims.push_back(value);
  }
  return dims;
}

Array converted(const Array& array, DType dtype, bool anyway) {
  return anyway && array.dtype() == dtype ? copy(array) : astype(array, dtype);
}

Array reshaped(const Array& array, Rest shape) { return reshape(array, dims_of(shape)); }

Array transposed(const Array& array, Rest axes) {
  if (axes.empty() || axes[0] == Py_None) return array.transpose();
  return permute_dims(array, dims_of(axes));
}

Array raveled(const Array& array) { return reshape(array, {-1}); }
Array flattened(const Array& array) { return reshape(array, {-1}, true); }
Array deep_copy(const Array& array, Object) { return copy(array); }

void bind_shape_methods(PyTypeObject* type) {
  def_method<converted>(type, "astype(dtype, /, *, copy=True)", "The elements as another dtype.");
  def_method<reshaped>(type, "reshape(*shape)",
                       "The elements in another shape, where one extent may be -1; a view where "
                       "possible.");
  def_method<transposed>(type, "transpose(*axes)",
                         "The dimensions in another order, or reversed; a view.");
  def_method<raveled>(type, "ravel()", "The elements in one dimension; a view where possible.");
  def_method<flattened>(type, "flatten()", "The elements in one dimension, in new memory.");
  def_method<copy>(type, "copy()", "The same elements in new memory.");
  def_method<copy>(type, "__copy__()", "The same elements in new memory.");
  def_method<deep_copy>(type, "__deepcopy__(memo, /)", "The same elements in new memory.");
}

// The functions of the same names say more.
void bind_reduction_methods(PyTypeObject* type) {
  def_method<min>(type, "min(axis=None, *, keepdims=False)", "The smallest element.");
  def_method<max>(type, "max(axis=None, *, keepdims=False)", "The largest element.");
  def_method<sum>(type, "sum(axis=None, *, keepdims=False, dtype=None)", "The sum.");
  def_method<prod>(type, "prod(axis=None, *, keepdims=False, dtype=None)", "The product.");
  def_method<mean>(type, "mean(axis=None, *, keepdims=False)", "The arithmetic mean.");
  def_method<var>(type, "var(axis=None, *, correction=0.0, keepdims=False)", "The variance.");
  def_method<standard_deviation>(type, "std(axis=None, *, correction=0.0, keepdims=False)",
                                 "The standard deviation.");
  def_method<all>(type, "all(axis=None, *, keepdims=False)", "Whether no element is zero.");
  def_method<any>(type, "any(axis=None, *, keepdims=False)", "Whether an element is not zero.");
  def_method<argmin>(type, "argmin(axis=None, *, keepdims=False)",
                     "The index of the first smallest element.");
  def_method<argmax>(type, "argmax(axis=None, *, keepdims=False)",
                     "The index of the first largest element.");
}

}  // namespace

void bind_methods(PyTypeObject* type) {
  def_method<array_namespace>(type, "__array_namespace__(*, api_version=None)",
                              "The functions of the Array API: this package.");
  def_method<to_device>(type, "to_device(device, /, *, stream=None)",
                        "The array itself: there is one device.");
  bind_shape_methods(type);
  bind_reduction_methods(type);
}

}  // namespace loom::python
