#pragma once

#include <optional>
#include <vector>

#include "loom/array/array.h"

// The same elements in other shapes and orders. What can be a view is one: `broadcast_to`,
// `broadcast_arrays`, `expand_dims`, `flip`, `moveaxis`, `permute_dims`, `squeeze`, `unstack`, and
// `reshape` where the strides allow it. Axes may be negative. Everything throws ShapeError for an
// axis out of range or named twice.
namespace loom {

/// The shape that all of them broadcast to; () for none.
Dims broadcast_shapes(const std::vector<Dims>& shapes);
/// All arrays stretched to their common shape; views.
std::vector<Array> broadcast_arrays(const std::vector<Array>& arrays);
Array broadcast_to(const Array& a, const Dims& shape);
/// The arrays one after another along `axis`, or flattened without one; dtypes promote. Throws
/// ShapeError where other extents differ, ValueError for no arrays.
Array concat(const std::vector<Array>& arrays, std::optional<std::int64_t> axis = 0);
/// The arrays, all of one shape, along a new axis.
Array stack(const std::vector<Array>& arrays, std::int64_t axis = 0);
/// The sub-arrays along `axis`; views.
std::vector<Array> unstack(const Array& a, std::int64_t axis = 0);
/// New dimensions of extent 1 at these places of the result.
Array expand_dims(const Array& a, const Dims& axes);
/// Dimensions of extent 1 removed. Throws ShapeError (a ValueError to Python) where one is not 1.
Array squeeze(const Array& a, const Dims& axes);
/// Elements in reverse order along some axes, or all.
Array flip(const Array& a, const std::optional<Dims>& axes = std::nullopt);
Array moveaxis(const Array& a, const Dims& source, const Dims& destination);
/// Dimensions in another order, each named once.
Array permute_dims(const Array& a, const Dims& axes);
/// The last two dimensions swapped.
Array matrix_transpose(const Array& a);
/// The elements in another shape (one extent may be -1). A view where the strides allow it, unless
/// `copy` is true; throws ValueError where `copy` is false and they do not.
Array reshape(const Array& a, const Dims& shape, std::optional<bool> copy = std::nullopt);
/// Elements moved on by `shift` along `axes`, those that fall off come back at the other end; of
/// the flattened array without axes. One shift serves all axes; shifts of an axis that is named
/// twice add up. Throws ShapeError where shifts and axes differ in number.
Array roll(const Array& a, const Dims& shift, const std::optional<Dims>& axes = std::nullopt);
/// Each element `repeats` times along `axis`, or of the flattened array. Throws ValueError for a
/// negative count.
Array repeat(const Array& a, std::int64_t repeats, std::optional<std::int64_t> axis = std::nullopt);
/// The same with one count per element (a vector of integers; one of length 1 serves all).
Array repeat(const Array& a, const Array& repeats, std::optional<std::int64_t> axis = std::nullopt);
/// `a` laid beside itself `repetitions` times along each dimension; the shorter of the shape and
/// `repetitions` is filled up with ones in front. Throws ValueError for a negative count.
Array tile(const Array& a, const Dims& repetitions);

}  // namespace loom
