#pragma once

#include <nanobind/nanobind.h>

namespace loom::python {

/// Functions in `module` behind `loom.backend`: selection, facts, registration, explanation.
void bind_backends(nanobind::module_& module);

}  // namespace loom::python
