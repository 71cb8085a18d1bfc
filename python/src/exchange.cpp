#include "python/src/exchange.h"

#include <nanobind/nanobind.h>

#include <cstring>

#include "loom/ops/creation.h"
#include "python/src/array_object.h"
#include "python/src/buffer.h"
#include "python/src/dlpack.h"
#include "python/src/errors.h"
#include "python/src/method.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

/// NumPy asks for this where it wants more than memory: a dtype or a copy.
nb::object to_numpy(const Array& array, Object dtype, Object copy) {
  const nb::object memory = nb::steal(PyMemoryView_FromObject(nb::cast(array).ptr()));
  if (!memory.is_valid()) throw_python_error();
  return nb::module_::import_("numpy").attr("array")(memory, nb::arg("dtype") = nb::handle(dtype),
                                                     nb::arg("copy") = nb::handle(copy));
}

/// What `reduce` put away.
Array restore(Object bytes, DType dtype, const Dims& shape) {
  Array array = Array::empty(shape, dtype);
  const Array stored = import_buffer(bytes, std::nullopt);
  if (stored.nbytes() != array.nbytes() || !stored.is_contiguous()) {
    throw ValueError("[pickle] the bytes do not fill an array of shape " + to_string(shape));
  }
  std::memcpy(array.view().data, stored.view().data, static_cast<std::size_t>(array.nbytes()));
  return array;
}

/// Pickle's description of an array; from protocol 5 on the elements go out of band to whoever
/// takes them so.
nb::object reduce(const Array& array, int protocol) {
  const nb::object elements = nb::cast(contiguous(array));
  const bool out_of_band = protocol >= 5;
  const nb::object bytes = nb::steal(out_of_band ? PyPickleBuffer_FromObject(elements.ptr())
                                                 : PyBytes_FromObject(elements.ptr()));
  if (!bytes.is_valid()) throw_python_error();
  return nb::make_tuple(nb::module_::import_("loom._core").attr("_restore"),
                        nb::make_tuple(bytes, array.dtype(), array.shape()));
}

}  // namespace

bool has_memory(PyObject* object) {
  if (PyObject_CheckBuffer(object) != 0) return true;
  if (object == Py_None || PyUnicode_Check(object) || PyList_Check(object) ||
      PyTuple_Check(object)) {
    return false;
  }
  return nb::hasattr(nb::handle(reinterpret_cast<PyObject*>(Py_TYPE(object))), "__dlpack__");
}

Array import_memory(PyObject* object, std::optional<bool> copy) {
  if (PyObject_CheckBuffer(object) != 0) return import_buffer(object, copy);
  return import_dlpack(object, copy, false);
}

std::optional<Array> import_array(PyObject* object) noexcept {
  try {
    if (has_memory(object)) return import_memory(object);
  } catch (...) {
    set_error_from_exception();
  }
  return std::nullopt;
}

void bind_exchange_methods(PyTypeObject* type) {
  def_method<export_dlpack>(
      type, "__dlpack__(*, stream=None, max_version=None, dl_device=None, copy=None)",
      "A DLPack capsule over the elements.");
  def_method<[](const Array&) { return nb::make_tuple(1, 0); }>(
      type, "__dlpack_device__() -> tuple[int, int]", "DLPack's number for the host.");
  def_method<to_numpy>(type, "__array__(dtype=None, copy=None)",
                       "A NumPy array, over the same memory where possible.");
  def_method<reduce>(type, "__reduce_ex__(protocol, /)", "For pickle.");
}

void bind_exchange(nb::module_& module) {
  def<restore>(module, "_restore(data, dtype, shape, /)", "An array from its pickle.");
}

}  // namespace loom::python
