#pragma once

#include "loom/array/dtype.h"

namespace loom::python {

/// The dtype of real numbers that nothing else decides: of new arrays and of floats beside no
/// array. float64, unless it was set. What the core does by itself is not touched.
DType default_dtype();

/// Sets it, for the process. Throws DTypeError for anything but float32 and float64.
void set_default_dtype(DType dtype);

}  // namespace loom::python
