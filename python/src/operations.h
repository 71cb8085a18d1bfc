#pragma once

#include <nanobind/nanobind.h>

// The functions of the package, one family per file.
namespace loom::python {

/// One function in `module` for each elementwise row of the op table: `loom.exp`; `where`, `clip`.
void bind_elementwise(nanobind::module_& module);
/// zeros, arange, ...
void bind_creation(nanobind::module_& module);
/// astype, finfo, result_type, ...
void bind_dtype_functions(nanobind::module_& module);
/// reshape, concat, ...
void bind_manipulation(nanobind::module_& module);
/// sum, argmax, cumulative_sum, ...
void bind_reductions(nanobind::module_& module);
/// sort, unique_all, take, ...
void bind_sorting(nanobind::module_& module);
/// matmul and its kind, and the module `linalg`.
void bind_linalg(nanobind::module_& module);
/// The module `fft`.
void bind_fourier(nanobind::module_& module);
/// randn and the module `random`.
void bind_random(nanobind::module_& module);

/// All of them, and the aliases of the op table: `loom.inverse` is `loom.linalg.inv`.
void bind_operations(nanobind::module_& module);

}  // namespace loom::python
