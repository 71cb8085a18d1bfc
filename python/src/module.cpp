#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "loom/support/version.h"
#include "python/src/array_object.h"
#include "python/src/asarray.h"
#include "python/src/backends.h"
#include "python/src/config.h"
#include "python/src/device.h"
#include "python/src/dtype_object.h"
#include "python/src/errors.h"
#include "python/src/exchange.h"
#include "python/src/explain.h"
#include "python/src/function.h"
#include "python/src/gil.h"
#include "python/src/gwas.h"
#include "python/src/operations.h"
#include "python/src/trace.h"

namespace nb = nanobind;

NB_MODULE(_core, module) {
  using namespace loom::python;
  nb::set_leak_warnings(false);  // the dtypes live as long as the process
  module.attr("__version__") = loom::version().c_str();
  bind_errors(module);
  bind_dtypes(module);
  bind_device(module);
  bind_array(module);
  bind_asarray(module);
  bind_exchange(module);
  release_gil_in_long_work();
  bind_operations(module);
  bind_annotations(module);
  bind_gwas(module);
  nb::module_ dispatch = module.def_submodule("_dispatch", "What loom.backend stands on.");
  bind_backends(dispatch);
  bind_explain(dispatch);
  bind_trace(dispatch);
  bind_config(dispatch);
}
