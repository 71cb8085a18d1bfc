#include "python/src/config.h"

#include <nanobind/stl/optional.h>

#include "loom/expr/deferral.h"
#include "loom/support/threads.h"
#include "python/src/casters.h"
#include "python/src/default_dtype.h"

namespace nb = nanobind;

namespace loom::python {

void bind_config(nb::module_& module) {
  module.def("default_dtype", default_dtype);
  module.def("set_default_dtype", set_default_dtype, nb::arg("dtype"));
  module.def("deferral_threshold", deferral_threshold);
  module.def("set_deferral_threshold", set_deferral_threshold, nb::arg("elements").none());
  module.def("num_threads", num_threads);
  module.def("set_num_threads", set_num_threads, nb::arg("count"),
             nb::call_guard<nb::gil_scoped_release>());
}

}  // namespace loom::python
