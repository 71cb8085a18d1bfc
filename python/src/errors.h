#pragma once

#include <Python.h>
#include <nanobind/nanobind.h>

// Errors of the core as Python exceptions: one class for each class of loom/support/error.h, each
// derived also from the built-in exception that a NumPy user would catch.
namespace loom::python {

/// Creates the exception classes in `module` and has nanobind translate to them.
void bind_errors(nanobind::module_& module);

/// Sets the Python error that stands for the C++ exception being handled.
void set_error_from_exception() noexcept;

/// Runs `body` and turns what it throws into a Python error and a result of `failure`: what stands
/// around every function that Python calls without nanobind.
template <class Result, class Body>
Result guarded(Result failure, Body&& body) noexcept {
  try {
    return body();
  } catch (...) {
    set_error_from_exception();
    return failure;
  }
}

/// A C++ error for the Python error that is set; `guarded` and nanobind give it back to Python as
/// it was.
[[noreturn]] void throw_python_error();

}  // namespace loom::python
