#pragma once

#include <nanobind/nanobind.h>

#include <optional>

#include "loom/array/array.h"

// Memory shared with other libraries: the buffer protocol and DLPack, both ways.
namespace loom::python {

/// Whether an object has the buffer protocol or `__dlpack__`.
bool has_memory(PyObject* object);

/// An array over the memory of such an object (NumPy, PyTorch, CuPy on the CPU), which is kept
/// alive and shared; read-only memory stays read-only. `copy` as in `loom.asarray`: without it,
/// only what Loom cannot address (elements off their alignment) is copied. Throws DTypeError where
/// Loom has no such dtype, ValueError where `copy` is false and must be, the producer's Python
/// errors.
Array import_memory(PyObject* object, std::optional<bool> copy = std::nullopt);

/// The same, or nothing: where there is memory that Loom cannot take, with the Python error set
/// that says why.
std::optional<Array> import_array(PyObject* object) noexcept;

/// What unpickles arrays.
void bind_exchange(nanobind::module_& module);

}  // namespace loom::python
