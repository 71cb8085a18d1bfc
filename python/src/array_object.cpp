#include "python/src/array_object.h"

#include <structmember.h>

#include <new>

#include "python/src/errors.h"

namespace nb = nanobind;

namespace loom::python {

PyTypeObject* array_type = nullptr;

namespace {

// Objects that were let go of and wait for the next array: a small result costs no allocation. Only
// touched under the GIL.
constexpr int kMostFree = 64;
PyObject* free_objects[kMostFree];
int free_count = 0;

void deallocate(PyObject* self) {
  auto* object = reinterpret_cast<ArrayObject*>(self);
  if (object->weak_references != nullptr) PyObject_ClearWeakRefs(self);
  // May run a foreign owner's code, which may make and end arrays itself.
  object->array.~Array();
  if (free_count < kMostFree) {
    free_objects[free_count++] = self;
  } else {
    PyObject_Free(self);
  }
  Py_DECREF(array_type);
}

PyObject* refuse_construction(PyTypeObject*, PyObject*, PyObject*) {
  PyErr_SetString(PyExc_TypeError, "loom.Array is not constructed directly: use loom.asarray");
  return nullptr;
}

PyMemberDef members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(ArrayObject, weak_references), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr}};

// Without support for the collector of cycles: an array refers to another object only as the owner
// of memory it borrowed, and such owners (NumPy's arrays, bytes, capsules) do not lead back to it
// by themselves. NumPy's own arrays are no different.
PyTypeObject* create_array_type() {
  std::vector<PyType_Slot> slots = {
      {Py_tp_doc, const_cast<char*>("An n-dimensional array on shared memory.")},
      {Py_tp_dealloc, reinterpret_cast<void*>(deallocate)},
      {Py_tp_new, reinterpret_cast<void*>(refuse_construction)},
      {Py_tp_members, members},
  };
  const std::vector<PyType_Slot> operators = operator_slots();
  slots.insert(slots.end(), operators.begin(), operators.end());
  for (const auto part : {conversion_slots(), attribute_slots(), index_slots(), buffer_slots()}) {
    slots.insert(slots.end(), part.begin(), part.end());
  }
  slots.push_back({0, nullptr});
  PyType_Spec spec = {"loom.Array", sizeof(ArrayObject), 0, Py_TPFLAGS_DEFAULT, slots.data()};
  auto* type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  if (type == nullptr) throw_python_error();
  return type;
}

}  // namespace

PyObject* wrap(Array array) {
  PyObject* self = nullptr;
  if (free_count > 0) {
    self = PyObject_Init(free_objects[--free_count], array_type);
  } else {
    self = PyObject_New(PyObject, array_type);
    if (self == nullptr) return nullptr;
  }
  auto* object = reinterpret_cast<ArrayObject*>(self);
  object->weak_references = nullptr;
  new (&object->array) Array(std::move(array));
  return self;
}

void bind_array(nb::module_& module) {
  array_type = create_array_type();
  bind_conversions(array_type);
  bind_methods(array_type);
  bind_exchange_methods(array_type);
  const nb::handle type(reinterpret_cast<PyObject*>(array_type));
  // NumPy's operators leave the result to us: array + loom.Array is a loom.Array.
  type.attr("__array_priority__") = 1000;
  module.attr("Array") = type;
}

}  // namespace loom::python
