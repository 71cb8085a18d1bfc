#pragma once

#include <nanobind/nanobind.h>

namespace loom::python {

/// The class behind `loom.trace`.
void bind_trace(nanobind::module_& module);

}  // namespace loom::python
