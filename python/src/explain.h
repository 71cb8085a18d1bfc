#pragma once

#include <nanobind/nanobind.h>

#include <string>

#include "loom/schema/op_table.h"

namespace loom::python {

/// The operation of that name or alias. Throws ValueError where there is none.
schema::OpId known_operation(const std::string& name);

/// Functions in `module` that look at the op table and at who would compute an operation.
void bind_explain(nanobind::module_& module);

}  // namespace loom::python
