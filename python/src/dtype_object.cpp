#include "python/src/dtype_object.h"

#include <nanobind/stl/string.h>

#include "python/src/errors.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

struct DTypeObject {
  DType dtype;
};

PyObject* objects[kDTypeCount];

std::optional<DType> dtype_named(std::string_view wanted) {
  for (int i = 0; i < kDTypeCount; ++i) {
    if (kDTypeFacts[i].name == wanted) return static_cast<DType>(i);
  }
  return std::nullopt;
}

/// The dtype of a Python string; of nothing else, be it the string of a lone surrogate.
std::optional<DType> dtype_named(PyObject* string) {
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(string, &size);
  if (text != nullptr) return dtype_named(std::string_view(text, static_cast<std::size_t>(size)));
  PyErr_Clear();
  return std::nullopt;
}

/// NumPy's dtypes have a `name`, its scalar types a `__name__`, that are Loom's own.
std::optional<DType> dtype_of_attribute(PyObject* object, const char* attribute) {
  nb::object name = nb::steal(PyObject_GetAttrString(object, attribute));
  if (!name.is_valid()) {
    PyErr_Clear();
    return std::nullopt;
  }
  return PyUnicode_Check(name.ptr()) ? dtype_named(name.ptr()) : std::nullopt;
}

}  // namespace

PyObject* dtype_object(DType dtype) { return objects[static_cast<int>(dtype)]; }

std::optional<DType> dtype_from(PyObject* object) {
  for (int i = 0; i < kDTypeCount; ++i) {
    if (objects[i] == object) return static_cast<DType>(i);
  }
  if (object == reinterpret_cast<PyObject*>(&PyBool_Type)) return DType::boolean;
  if (object == reinterpret_cast<PyObject*>(&PyLong_Type)) return DType::int64;
  if (object == reinterpret_cast<PyObject*>(&PyFloat_Type)) return DType::float64;
  if (object == reinterpret_cast<PyObject*>(&PyComplex_Type)) return DType::complex128;
  if (PyUnicode_Check(object)) return dtype_named(object);
  if (object == Py_None) return std::nullopt;
  return dtype_of_attribute(object, PyType_Check(object) ? "__name__" : "name");
}

void bind_dtypes(nb::module_& module) {
  nb::class_<DTypeObject>(module, "DType", "The type of an array's elements.")
      .def_prop_ro("name", [](const DTypeObject& d) { return std::string(name(d.dtype)); })
      .def_prop_ro(
          "itemsize", [](const DTypeObject& d) { return item_size(d.dtype); },
          "bytes of one element")
      .def("__repr__", [](const DTypeObject& d) { return "loom." + std::string(name(d.dtype)); })
      .def("__str__", [](const DTypeObject& d) { return std::string(name(d.dtype)); })
      .def("__hash__", [](const DTypeObject& d) { return static_cast<int>(d.dtype); })
      .def(
          "__eq__",
          [](const DTypeObject& d, nb::handle other) { return dtype_from(other.ptr()) == d.dtype; },
          nb::arg("other").none())
      // Where the object stands in the module: pickles and copies name it.
      .def("__reduce__", [](const DTypeObject& d) { return std::string(name(d.dtype)); });
  for (int i = 0; i < kDTypeCount; ++i) {
    nb::object object = nb::cast(DTypeObject{static_cast<DType>(i)});
    module.attr(nb::str(kDTypeFacts[i].name.data())) = object;
    objects[i] = object.release().ptr();
  }
  module.def(
      "dtype",
      [](nb::handle what) {
        const std::optional<DType> dtype = dtype_from(what.ptr());
        if (!dtype) {
          throw DTypeError("no dtype of Loom stands for " + std::string(nb::repr(what).c_str()));
        }
        return nb::borrow(dtype_object(*dtype));
      },
      nb::arg("what"), "The dtype of a name, a Python type or a NumPy dtype.");
}

}  // namespace loom::python
