#pragma once

#include <nanobind/nanobind.h>

// Settings of the process.
namespace loom::python {

/// Functions in `module` behind `loom.config`.
void bind_config(nanobind::module_& module);

}  // namespace loom::python
