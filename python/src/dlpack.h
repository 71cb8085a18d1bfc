#pragma once

#include <nanobind/nanobind.h>

#include <optional>

#include "loom/array/array.h"

// DLPack between Python objects: `__dlpack__` and capsules. loom/array/dlpack.h has the tensors.
namespace loom::python {

/// An array over the tensor of an object with `__dlpack__`; producers that know none of its
/// keywords are called without. Memory of another device is fetched where `to_host` allows it,
/// else the Python BufferError. Throws as `loom::from_dlpack`, and the producer's Python errors.
Array import_dlpack(nanobind::handle object, std::optional<bool> copy, bool to_host);

/// A capsule for `array`: versioned where the consumer takes that (`max_version`, None or a tuple
/// that begins with the major version). Throws the Python BufferError where it asks for another
/// device, or for the form that cannot say read-only.
nanobind::object export_dlpack(const Array& array, PyObject* stream, PyObject* max_version,
                               PyObject* device, std::optional<bool> copy);

}  // namespace loom::python
