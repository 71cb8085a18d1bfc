#pragma once

#include <nanobind/nanobind.h>

#include <optional>

#include "loom/array/dtype.h"

// The Python objects of the dtypes: `loom.float64` and its kind, one object each.
namespace loom::python {

/// The one object of a dtype; a borrowed reference.
PyObject* dtype_object(DType dtype);

/// The dtype of such an object, or of a name ("float64"), a Python type (bool, int, float, complex)
/// or a numpy.dtype or scalar type; nothing for anything else.
std::optional<DType> dtype_from(PyObject* object);

/// Creates the class and the objects in `module`.
void bind_dtypes(nanobind::module_& module);

}  // namespace loom::python
