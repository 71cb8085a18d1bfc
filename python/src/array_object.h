#pragma once

#include <Python.h>
#include <nanobind/nanobind.h>

#include <span>
#include <vector>

#include "loom/array/array.h"

// The Python type `loom.Array`: a Python object with a loom::Array inside. It is written against
// CPython's own interface, because it is on the path of every call; the other classes are
// nanobind's, and so are the methods of this one that have arguments.
namespace loom::python {

/// The array never changes once the object is there: buffers that were handed out point to its
/// shape.
struct ArrayObject {
  PyObject_HEAD PyObject* weak_references;
  Array array;
};

/// Null until `bind_array` ran.
extern PyTypeObject* array_type;

inline bool is_array(PyObject* object) { return Py_TYPE(object) == array_type; }

/// The array inside an object for which `is_array` holds; lives as long as the object.
inline const Array& array_of(PyObject* object) {
  return reinterpret_cast<ArrayObject*>(object)->array;
}

/// A new object around `array`; null, with the Python error set, where there is no memory.
PyObject* wrap(Array array);

/// Creates the class in `module`.
void bind_array(nanobind::module_& module);

// What the type can do, by meaning; one file each.
std::vector<PyType_Slot> operator_slots();        ///< + - * / @ < == and their kind
std::span<const PyType_Slot> conversion_slots();  ///< bool(), int(), float(), operator.index()
std::span<const PyType_Slot> attribute_slots();   ///< shape, dtype, T and their kind
std::span<const PyType_Slot> index_slots();       ///< a[...], len(), iteration, `in`
std::span<const PyType_Slot> buffer_slots();      ///< the buffer protocol
void bind_conversions(PyTypeObject* type);        ///< item, tolist, complex()
void bind_methods(PyTypeObject* type);            ///< what the namespace has too: sum, reshape
void bind_exchange_methods(PyTypeObject* type);   ///< __dlpack__, __array__, pickle

}  // namespace loom::python
