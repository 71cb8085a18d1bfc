#include "python/src/dlpack.h"

#include <fmt/format.h>

#include <memory>

#include "loom/array/dlpack.h"
#include "loom/ops/creation.h"
#include "python/src/errors.h"
#include "python/src/gil.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

/// The names of a capsule while its tensor is there and once the tensor was taken out.
template <class Tensor>
constexpr const char* kFresh = "dltensor";
template <>
constexpr const char* kFresh<DLManagedTensorVersioned> = "dltensor_versioned";
template <class Tensor>
constexpr const char* kUsed = "used_dltensor";
template <>
constexpr const char* kUsed<DLManagedTensorVersioned> = "used_dltensor_versioned";

[[noreturn]] void refuse(const std::string& why) {
  PyErr_SetString(PyExc_BufferError, why.c_str());
  throw_python_error();
}

/// What Python calls when a capsule ends: a tensor that nobody took is released.
template <class Tensor>
void end_capsule(PyObject* capsule) {
  if (PyCapsule_IsValid(capsule, kFresh<Tensor>) == 0) return;
  DLPackRelease()(static_cast<Tensor*>(PyCapsule_GetPointer(capsule, kFresh<Tensor>)));
}

template <class Tensor>
nb::object make_capsule(Tensor* tensor) {
  DLPackOwner<Tensor> owner(tensor);
  nb::object capsule = nb::steal(PyCapsule_New(tensor, kFresh<Tensor>, end_capsule<Tensor>));
  if (!capsule.is_valid()) throw_python_error();
  owner.release();
  return capsule;
}

/// `array`, whose last handle calls into its producer, so that this happens with the GIL held on
/// whichever thread it is.
Array released_with_gil(Array array) {
  auto* held = new Array(std::move(array));
  return Array::borrow(held->view().data, held->shape(), held->strides(), held->dtype(),
                       held->writable(), [held] { with_gil([&] { delete held; }); });
}

template <class Tensor>
Array take_tensor(PyObject* capsule) {
  auto* tensor = static_cast<Tensor*>(PyCapsule_GetPointer(capsule, kFresh<Tensor>));
  if (tensor == nullptr || PyCapsule_SetName(capsule, kUsed<Tensor>) != 0) throw_python_error();
  return released_with_gil(loom::from_dlpack(tensor));
}

Array take_capsule(nb::handle capsule) {
  if (PyCapsule_IsValid(capsule.ptr(), kFresh<DLManagedTensorVersioned>) != 0) {
    return take_tensor<DLManagedTensorVersioned>(capsule.ptr());
  }
  if (PyCapsule_IsValid(capsule.ptr(), kFresh<DLManagedTensor>) != 0) {
    return take_tensor<DLManagedTensor>(capsule.ptr());
  }
  throw ValueError(
      fmt::format("[from_dlpack] __dlpack__ gave no fresh tensor: {}", nb::repr(capsule).c_str()));
}

/// Whether `device`, a tuple of type and number, is the host.
bool is_host(nb::handle device) {
  const nb::object type = nb::steal(PySequence_GetItem(device.ptr(), 0));
  if (!type.is_valid()) throw_python_error();
  const long value = PyLong_AsLong(type.ptr());
  if (value == -1 && PyErr_Occurred() != nullptr) throw_python_error();
  return value == kDLCPU;
}

nb::tuple host() { return nb::make_tuple(static_cast<int>(kDLCPU), 0); }

bool takes_versioned(nb::handle max_version) {
  if (max_version.is_none()) return false;
  const nb::object major = nb::steal(PySequence_GetItem(max_version.ptr(), 0));
  if (!major.is_valid()) throw_python_error();
  const long value = PyLong_AsLong(major.ptr());
  if (value == -1 && PyErr_Occurred() != nullptr) throw_python_error();
  return value >= DLPACK_MAJOR_VERSION;
}

/// object.__dlpack__(max_version=, dl_device=, copy=); null, with the Python error set, where it
/// raises.
nb::object ask_for_capsule(nb::handle object, bool on_host, std::optional<bool> copy) {
  static PyObject* const method = PyUnicode_InternFromString("__dlpack__");
  static PyObject* const keywords =
      nb::make_tuple("max_version", "dl_device", "copy").release().ptr();
  static PyObject* const version =
      nb::make_tuple(DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION).release().ptr();
  const nb::object device = on_host ? nb::object(host()) : nb::none();
  PyObject* copied = !copy ? Py_None : *copy ? Py_True : Py_False;
  PyObject* const arguments[] = {object.ptr(), version, device.ptr(), copied};
  return nb::steal(PyObject_VectorcallMethod(method, arguments, 1, keywords));
}

}  // namespace

Array import_dlpack(nb::handle object, std::optional<bool> copy, bool to_host) {
  const nb::object device = object.attr("__dlpack_device__")();
  const bool elsewhere = !is_host(device);
  if (elsewhere && !to_host) {
    refuse(fmt::format("[from_dlpack] the memory is that of device {}: device=\"cpu\" fetches it",
                       nb::repr(device).c_str()));
  }
  const nb::object capsule = ask_for_capsule(object, elsewhere, copy);
  if (capsule.is_valid()) return take_capsule(capsule);
  if (elsewhere || PyErr_ExceptionMatches(PyExc_TypeError) == 0) throw_python_error();
  PyErr_Clear();
  // A producer from before DLPack 1, which shares its memory.
  const Array array = take_capsule(object.attr("__dlpack__")());
  return copy.value_or(false) ? loom::copy(array) : array;
}

nb::object export_dlpack(const Array& array, PyObject* stream, PyObject* max_version,
                         PyObject* device, std::optional<bool> copy) {
  if (stream != Py_None) {
    throw ValueError(
        fmt::format("[dlpack] the host has no streams, given {}", nb::repr(stream).c_str()));
  }
  if (device != Py_None && !is_host(device)) {
    refuse(fmt::format("[dlpack] the one device is {}, asked for {}", nb::repr(host()).c_str(),
                       nb::repr(device).c_str()));
  }
  const bool copied = copy.value_or(false);
  const Array exported = copied ? loom::copy(array) : array;
  if (takes_versioned(max_version)) {
    DLManagedTensorVersioned* tensor = to_dlpack(exported);
    if (copied) tensor->flags |= DLPACK_FLAG_BITMASK_IS_COPIED;
    return make_capsule(tensor);
  }
  if (!exported.writable()) {
    refuse("[dlpack] a read-only array needs a consumer that takes DLPack 1: max_version=(1, 0)");
  }
  return make_capsule(to_dlpack_unversioned(exported));
}

}  // namespace loom::python
