#pragma once

#include <nanobind/nanobind.h>

namespace loom::python {

/// The submodule `_gwas` of `module`, on which the package `loom.gwas` is built.
void bind_gwas(nanobind::module_& module);

}  // namespace loom::python
