#include <fmt/format.h>

#include "loom/ops/manipulation.h"
#include "python/src/array_object.h"
#include "python/src/indexing.h"
#include "python/src/method.h"
#include "python/src/scalars.h"

namespace nb = nanobind;

// Arrays as Python's own objects: numbers, lists, text.
namespace loom::python {
namespace {

nb::object number_at(const Array& array, const std::byte* element) {
  nb::object number = nb::steal(python_number(element, array.dtype()));
  if (!number.is_valid()) throw_python_error();
  return number;
}

/// The one element of a 0-d array as a Python number. Throws DTypeError that names `wanted`.
nb::object scalar(const Array& array, const char* wanted) {
  if (array.ndim() != 0) {
    throw DTypeError(
        fmt::format("[{}] needs a 0-d array, shape is {}", wanted, to_string(array.shape())));
  }
  return number_at(array, array.view().data);
}

template <class Body>
PyObject* converted(Body body) {
  return guarded<PyObject*>(nullptr, [&]() -> PyObject* {
    PyObject* result = body();
    if (result == nullptr) throw_python_error();
    return result;
  });
}

int as_bool(PyObject* self) {
  return guarded<int>(-1, [&] { return PyObject_IsTrue(scalar(array_of(self), "bool").ptr()); });
}

PyObject* as_int(PyObject* self) {
  return converted([&] { return PyNumber_Long(scalar(array_of(self), "int").ptr()); });
}

PyObject* as_float(PyObject* self) {
  return converted([&] { return PyNumber_Float(scalar(array_of(self), "float").ptr()); });
}

PyObject* as_index(PyObject* self) {
  return converted([&] {
    nb::object number = scalar(array_of(self), "index");
    if (!is_integer(array_of(self).dtype())) {
      throw DTypeError(
          fmt::format("[index] needs an integer, dtype is {}", name(array_of(self).dtype())));
    }
    return number.release().ptr();
  });
}

/// `function(self)` of the Python module that prints arrays.
PyObject* printed(PyObject* self, const char* function) {
  return guarded<PyObject*>(nullptr, [&] {
    return nb::module_::import_("loom._printing").attr(function)(nb::handle(self)).release().ptr();
  });
}

PyObject* as_repr(PyObject* self) { return printed(self, "array_repr"); }
PyObject* as_str(PyObject* self) { return printed(self, "array_str"); }

nb::object nested_list(const Array& array, const std::byte* start, int axis) {
  if (axis == array.ndim()) return number_at(array, start);
  const std::int64_t extent = array.shape()[axis];
  const std::int64_t step = array.strides()[axis] * item_size(array.dtype());
  nb::object list = nb::steal(PyList_New(extent));
  if (!list.is_valid()) throw_python_error();
  for (std::int64_t i = 0; i < extent; ++i) {
    PyList_SET_ITEM(list.ptr(), i, nested_list(array, start + i * step, axis + 1).release().ptr());
  }
  return list;
}

nb::object tolist(const Array& array) { return nested_list(array, array.view().data, 0); }

nb::tuple key_of(Rest objects) {
  nb::list list;
  for (PyObject* object : objects) list.append(nb::handle(object));
  return nb::tuple(list);
}

nb::object item(const Array& array, Rest index) {
  if (index.empty()) {
    if (array.size() != 1) {
      throw ShapeError("[item] one element expected, shape is " + to_string(array.shape()));
    }
    return number_at(array, array.view().data);
  }
  const Array element = index.size() == 1 ? get_item(reshape(array, {-1}), index[0])
                                          : get_item(array, key_of(index).ptr());
  if (element.ndim() != 0) {
    throw IndexError("[item] one element expected, shape is " + to_string(element.shape()));
  }
  return number_at(element, element.view().data);
}

nb::object formatted(const Array& array, Object format) {
  const bool number = PyObject_IsTrue(format) == 1;
  const nb::object subject =
      number ? scalar(array, "format") : nb::object(nb::str(nb::cast(array)));
  nb::object text = nb::steal(PyObject_Format(subject.ptr(), format));
  if (!text.is_valid()) throw_python_error();
  return text;
}

nb::object as_complex(const Array& array) {
  return nb::borrow(reinterpret_cast<PyObject*>(&PyComplex_Type))(scalar(array, "complex"));
}

template <class Function>
PyType_Slot slot(int id, Function* function) {
  return {id, reinterpret_cast<void*>(function)};
}

const PyType_Slot slots[] = {
    slot(Py_nb_bool, as_bool),   slot(Py_nb_int, as_int),   slot(Py_nb_float, as_float),
    slot(Py_nb_index, as_index), slot(Py_tp_repr, as_repr), slot(Py_tp_str, as_str),
};

}  // namespace

std::span<const PyType_Slot> conversion_slots() { return slots; }

void bind_conversions(PyTypeObject* type) {
  def_method<as_complex>(type, "__complex__() -> complex", "The element of a 0-d array.");
  def_method<formatted>(type, "__format__(format_spec, /) -> str", "A 0-d array as its number.");
  def_method<item>(type, "item(*index) -> Any",
                   "The element at an index, or the only one, as a Python number. A single integer "
                   "counts elements in C order.");
  def_method<tolist>(type, "tolist() -> Any",
                     "Nested lists of Python numbers; a 0-d array is a number.");
}

}  // namespace loom::python
