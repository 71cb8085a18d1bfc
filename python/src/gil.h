#pragma once

#include <Python.h>

// The lock of the interpreter (GIL) and the core's threads.
namespace loom::python {

/// Lets other Python threads run while the core is at work that takes long.
void release_gil_in_long_work();

/// Runs `body`, which gives something back to Python, on any thread, with the GIL held and the
/// Python error that may be set left alone. Not at all once the interpreter ends: the memory stays
/// until the process does.
void with_gil(const auto& body) {
  if (Py_IsInitialized() == 0) return;
#if PY_VERSION_HEX >= 0x030D0000
  const bool ending = Py_IsFinalizing() != 0;
#else
  const bool ending = _Py_IsFinalizing() != 0;
#endif
  if (ending && PyGILState_Check() == 0) return;
  const PyGILState_STATE state = PyGILState_Ensure();
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  body();
  if (PyErr_Occurred() != nullptr) PyErr_WriteUnraisable(nullptr);
  PyErr_Restore(type, value, traceback);
  PyGILState_Release(state);
}

}  // namespace loom::python
