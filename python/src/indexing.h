#pragma once

#include <Python.h>

#include "loom/array/array.h"

// What stands between Python's square brackets: integers and what has `__index__`, slices, `...`,
// None, booleans, arrays of integers or booleans (Loom's, NumPy's, nested lists), and tuples of
// these.
namespace loom::python {

/// array[key]. Throws the Python IndexError or TypeError for a key that is none, and as
/// `loom::get_item`.
Array get_item(const Array& array, PyObject* key);

/// array[key] = value: an array, a Python number or nested lists of them, which must not be of a
/// wider kind than the dtype (DTypeError). Throws as `get_item`.
void set_item(const Array& array, PyObject* key, PyObject* value);

}  // namespace loom::python
