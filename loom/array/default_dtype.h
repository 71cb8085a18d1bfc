#pragma once

#include "loom/array/dtype.h"

namespace loom {

/// The dtype of real numbers that nothing else decides: those of new arrays in Python, and Python's
/// floats beside no array. float64, unless it was set.
DType default_dtype();

/// Sets it, for the process. Throws DTypeError for anything but float32 and float64.
void set_default_dtype(DType dtype);

}  // namespace loom
