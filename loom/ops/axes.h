#pragma once

#include <string_view>

#include "loom/array/array.h"

// What operations with axes share.
namespace loom::ops {

/// 0, 1, ..., rank - 1.
Dims all_axes(int rank);

/// Axes in [0, rank), in the order given. Throws as `normalise_axes`, which sorts them.
Dims ordered_axes(const Dims& axes, int rank, std::string_view op);

/// `axis`, which counts from the end or (0 and more) from the front, moved behind all others; a
/// view. Throws IndexError that begins with "[op]".
Array axis_to_end(const Array& a, std::int64_t axis, std::string_view op);

}  // namespace loom::ops
