#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <utility>
#include <vector>

#include "loom/dispatch/backend.h"

// Backends that are written in Python: a class of the core's registry whose kernels call Python.
namespace loom::python {

/// A kernel that calls a Python function. The function gets the inputs as read-only arrays and the
/// attributes as keyword arguments under the row's names, and gives back the results: arrays of
/// any library, or numbers, of the expected shape and of a dtype of the same kind. It declines
/// the call by returning NotImplemented or raising NotImplementedError. What it raises otherwise
/// reaches the caller as it was. Operations that it calls itself run under "auto".
dispatch::Kernel python_kernel(const std::string& backend, schema::OpId op,
                               const nanobind::object& function, DTypeSet dtypes);

/// Gives a backend another function for an operation that it has a `python_kernel` for; false where
/// it has none.
bool replace_function(const std::string& backend, schema::OpId op,
                      const nanobind::object& function);

/// Says that the functions of a backend belong to a registration that another one replaces: calls
/// that still go there find them, `replace_function` does not.
void retire_functions(const std::string& backend);

/// A backend with facts and kernels that were gathered before, so that neither `probe` nor
/// `install`, which run under the registry's lock, waits for the interpreter.
class PythonBackend final : public dispatch::Backend {
 public:
  using Kernels = std::vector<std::pair<schema::OpId, dispatch::Kernel>>;

  PythonBackend(dispatch::BackendInfo info, Kernels kernels)
      : info_(std::move(info)), kernels_(std::move(kernels)) {}

  std::string name() const override { return info_.name; }
  dispatch::BackendInfo probe() override { return info_; }
  void install(dispatch::KernelInstaller add) override {
    for (const auto& [op, kernel] : kernels_) add(op, kernel);
  }

 private:
  dispatch::BackendInfo info_;
  Kernels kernels_;
};

/// Lets go of every function of `python_kernel`; from then on those kernels decline. For the end
/// of the interpreter, which kernels outlive.
void forget_functions();

}  // namespace loom::python
