#pragma once

#include <nanobind/nanobind.h>

// Where arrays live. There is one place, the memory of the processor: backends that compute
// elsewhere bring their results back.
namespace loom::python {

/// The one device; a borrowed reference.
PyObject* device_object();

/// Whether an object stands for it: the device itself, "cpu" or None.
bool is_device(PyObject* object) noexcept;

/// Throws ValueError where an object does not stand for it.
void check_device(nanobind::handle object, const char* function);

/// Creates the class `Device` in `module`.
void bind_device(nanobind::module_& module);

/// The parameter `device=` of a function: checked, and of no consequence.
struct OnDevice {};

}  // namespace loom::python

namespace nanobind::detail {

template <>
struct type_caster<loom::python::OnDevice> {
  NB_TYPE_CASTER(loom::python::OnDevice, const_name("Device | str | None"))

  bool from_python(handle source, std::uint32_t, cleanup_list*) noexcept {
    if (loom::python::is_device(source.ptr())) return true;
    PyErr_Format(PyExc_ValueError, "arrays live on the device 'cpu' alone, asked for %R",
                 source.ptr());
    return false;
  }
};

}  // namespace nanobind::detail
