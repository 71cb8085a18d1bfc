#include "python/src/operations.h"

#include "loom/schema/op_table.h"

namespace nb = nanobind;

namespace loom::python {
namespace {

/// Where a row's function is: in the module itself or in one of its parts.
nb::object function_of(nb::module_& module, const schema::OpRow& row) {
  const nb::str name(row.name.data(), row.name.size());
  for (const char* part : {"linalg", "random"}) {
    const nb::object functions = module.attr(part);
    if (!nb::hasattr(module, name) && nb::hasattr(functions, name)) return functions.attr(name);
  }
  return module.attr(name);
}

}  // namespace

void bind_operations(nb::module_& module) {
  module.attr("_max_dimensions") = kMaxRank;
  bind_elementwise(module);
  bind_creation(module);
  bind_dtype_functions(module);
  bind_manipulation(module);
  bind_reductions(module);
  bind_sorting(module);
  bind_linalg(module);
  bind_fourier(module);
  bind_random(module);
  for (const schema::OpRow& row : schema::kBuiltinRows) {
    const nb::str alias(row.alias.data(), row.alias.size());
    if (!row.alias.empty() && !nb::hasattr(module, alias)) {
      module.attr(alias) = function_of(module, row);
    }
  }
}

}  // namespace loom::python
