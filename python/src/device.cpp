#include "python/src/device.h"

#include <fmt/format.h>

#include "loom/support/error.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

struct Device {};

PyObject* device = nullptr;

}  // namespace

PyObject* device_object() { return device; }

bool is_device(PyObject* object) noexcept {
  if (object == device || object == Py_None) return true;
  return PyUnicode_Check(object) && PyUnicode_CompareWithASCIIString(object, "cpu") == 0;
}

void check_device(nb::handle object, const char* function) {
  if (is_device(object.ptr())) return;
  throw ValueError(fmt::format("[{}] arrays live on the device 'cpu' alone, asked for {}", function,
                               nb::repr(object).c_str()));
}

void bind_device(nb::module_& module) {
  nb::class_<Device>(module, "Device", "Where an array lives: the memory of the processor.")
      .def("__repr__", [](const Device&) { return "cpu"; })
      .def("__reduce__", [](const Device&) { return "_cpu"; });
  device = nb::cast(Device{}).release().ptr();
  module.attr("_cpu") = nb::handle(device);
}

}  // namespace loom::python
