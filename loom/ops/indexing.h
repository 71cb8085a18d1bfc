#pragma once

#include <span>
#include <variant>
#include <vector>

#include "loom/array/array.h"

// Parts of arrays by index, as NumPy's square brackets.
namespace loom {

/// Python's `...`: as many whole dimensions as are left.
struct Ellipsis {};
/// A new dimension of extent 1.
struct NewAxis {};

/// One entry between the brackets: an integer, a slice, `...`, a new axis, or an array of integers
/// or booleans.
using Index = std::variant<std::int64_t, Slice, Ellipsis, NewAxis, Array>;

/// a[index]. A view where no entry is an array, else a copy: integer arrays broadcast together
/// (with the integers beside them) and their dimensions stand where the first of them stood, or in
/// front where a slice stands between them; a boolean array stands for its `nonzero`, one of rank 0
/// for a new dimension of extent 1 or 0. Throws IndexError for too many entries, an integer out of
/// bounds, a boolean array of another shape (an extent of 0 fits everywhere), an array of numbers
/// that are no integers.
Array get_item(const Array& a, std::span<const Index> index);

/// a[index] = value, which broadcasts and is cast to the dtype of `a`. Throws as `get_item`, and
/// ValueError where `a` is read-only.
void set_item(const Array& a, std::span<const Index> index, const Array& value);

/// The elements at `indices` (integers, negative ones from the end) along `axis`; the dimensions of
/// `indices` take the axis's place. Throws IndexError for one out of bounds.
Array take(const Array& a, const Array& indices, std::int64_t axis);
/// result[..., i, ...] = a[..., indices[..., i, ...], ...] along `axis`; other extents broadcast.
Array take_along_axis(const Array& a, const Array& indices, std::int64_t axis = -1);
/// For each dimension the indices, in C order, of the elements that are not zero; int64. Throws
/// ShapeError for a 0-d array.
std::vector<Array> nonzero(const Array& a);

}  // namespace loom
