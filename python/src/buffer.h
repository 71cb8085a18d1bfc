#pragma once

#include <Python.h>

#include <optional>

#include "loom/array/array.h"

// Python's buffer protocol (PEP 3118).
namespace loom::python {

/// An array over the memory of an object with the buffer protocol. Throws as `import_memory`.
Array import_buffer(PyObject* object, std::optional<bool> copy);

}  // namespace loom::python
