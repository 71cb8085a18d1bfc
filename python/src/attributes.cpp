#include "loom/support/error.h"
#include "python/src/array_object.h"
#include "python/src/casters.h"
#include "python/src/device.h"
#include "python/src/dtype_object.h"
#include "python/src/errors.h"

namespace loom::python {
namespace {

PyObject* integer(std::int64_t value) { return PyLong_FromLongLong(value); }

PyObject* get_dtype(PyObject* self, void*) {
  return Py_NewRef(dtype_object(array_of(self).dtype()));
}
PyObject* get_device(PyObject*, void*) { return Py_NewRef(device_object()); }
PyObject* get_shape(PyObject* self, void*) { return tuple_of(array_of(self).shape()); }
PyObject* get_strides(PyObject* self, void*) {
  return tuple_of(array_of(self).strides(), item_size(array_of(self).dtype()));
}
PyObject* get_ndim(PyObject* self, void*) { return integer(array_of(self).ndim()); }
PyObject* get_size(PyObject* self, void*) { return integer(array_of(self).size()); }
PyObject* get_nbytes(PyObject* self, void*) { return integer(array_of(self).nbytes()); }
PyObject* get_itemsize(PyObject* self, void*) { return integer(item_size(array_of(self).dtype())); }

PyObject* get_transpose(PyObject* self, void*) {
  return guarded<PyObject*>(nullptr, [&] {
    const Array& array = array_of(self);
    if (array.ndim() != 2) {
      throw ShapeError("[T] is for two dimensions, shape is " + to_string(array.shape()) +
                       ": use mT or permute_dims");
    }
    return wrap(array.matrix_transpose());
  });
}

PyObject* get_matrix_transpose(PyObject* self, void*) {
  return guarded<PyObject*>(nullptr, [&] { return wrap(array_of(self).matrix_transpose()); });
}

PyGetSetDef attributes[] = {
    {"dtype", get_dtype, nullptr, "type of the elements", nullptr},
    {"device", get_device, nullptr, "where the elements lie", nullptr},
    {"shape", get_shape, nullptr, "extent of each dimension", nullptr},
    {"strides", get_strides, nullptr, "bytes from element to element, per dimension", nullptr},
    {"ndim", get_ndim, nullptr, "number of dimensions", nullptr},
    {"size", get_size, nullptr, "number of elements", nullptr},
    {"itemsize", get_itemsize, nullptr, "bytes of one element", nullptr},
    {"nbytes", get_nbytes, nullptr, "bytes of all elements", nullptr},
    {"T", get_transpose, nullptr, "a matrix with its dimensions swapped; a view", nullptr},
    {"mT", get_matrix_transpose, nullptr, "the last two dimensions swapped; a view", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

const PyType_Slot slots[] = {{Py_tp_getset, attributes}};

}  // namespace

std::span<const PyType_Slot> attribute_slots() { return slots; }

}  // namespace loom::python
