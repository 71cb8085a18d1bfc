#pragma once

#include <optional>

#include "loom/array/array.h"

// Reductions over any axes; without axes over all of them.
namespace loom {

/// Sum; booleans and small integers are summed in 64 bits.
Array sum(const Array& a, const std::optional<Dims>& axes = std::nullopt, bool keepdims = false);
Array prod(const Array& a, const std::optional<Dims>& axes = std::nullopt, bool keepdims = false);
/// Smallest element; NaN where one is. Throws ShapeError over an empty extent.
Array min(const Array& a, const std::optional<Dims>& axes = std::nullopt, bool keepdims = false);
Array max(const Array& a, const std::optional<Dims>& axes = std::nullopt, bool keepdims = false);
/// Arithmetic mean; NaN over an empty extent.
Array mean(const Array& a, const std::optional<Dims>& axes = std::nullopt, bool keepdims = false);

}  // namespace loom
