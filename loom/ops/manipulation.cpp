#include "loom/ops/manipulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "loom/ops/axes.h"
#include "loom/ops/creation.h"
#include "loom/ops/indexing.h"

namespace loom {
namespace {

std::int64_t product(const std::int64_t* begin, const std::int64_t* end) {
  return element_count(Dims(std::span(begin, end)));
}

/// The elements in C order, each block of the dimensions from `split` on `times` times over.
Array repeat_blocks(const Array& a, int split, std::int64_t times) {
  const Dims& shape = a.shape();
  const std::int64_t blocks = product(shape.begin(), shape.begin() + split);
  const std::int64_t block = product(shape.begin() + split, shape.end());
  return copy(reshape(a, {blocks, 1, block}).broadcast_to({blocks, times, block}));
}

void check_count(std::string_view op, std::int64_t count) {
  if (count < 0) throw ValueError(fmt::format("[{}] the count {} is negative", op, count));
}

/// The dtype and the shape of `arrays` joined along `axis`.
struct Joined {
  DType dtype;
  Dims shape;
};

Joined joined(const std::vector<Array>& arrays, int axis) {
  Joined result{arrays[0].dtype(), arrays[0].shape()};
  result.shape[axis] = 0;
  for (const Array& a : arrays) {
    Dims expected = result.shape;
    if (a.ndim() == expected.size()) expected[axis] = a.shape(axis);
    if (a.shape() != expected) {
      throw ShapeError(fmt::format("[concat] shapes {} and {} differ not only along axis {}",
                                   to_string(arrays[0].shape()), to_string(a.shape()), axis));
    }
    result.dtype = promote(result.dtype, a.dtype());
    result.shape[axis] += a.shape(axis);
  }
  return result;
}

/// `shift` for each axis of `a`, in [0, extent).
Dims shifts_of(const Array& a, const Dims& shift, const Dims& axes) {
  if (shift.size() != 1 && shift.size() != axes.size()) {
    throw ShapeError(fmt::format("[roll] {} shifts for {} axes", shift.size(), axes.size()));
  }
  Dims result = Dims::filled(a.ndim(), 0);
  for (int i = 0; i < axes.size(); ++i) {
    const int axis = normalise_axis(axes[i], a.ndim(), "roll");
    const std::int64_t extent = std::max<std::int64_t>(a.shape(axis), 1);
    const std::int64_t wanted = shift[shift.size() == 1 ? 0 : i] % extent;
    result[axis] = (result[axis] + wanted + extent) % extent;
  }
  return result;
}

/// Writes `source`, rolled along the axes from `axis` on, to `target`: both halves of an axis
/// change places.
void roll_into(const Array& target, const Array& source, const Dims& shifts, int axis) {
  while (axis < shifts.size() && shifts[axis] == 0) ++axis;
  if (axis == shifts.size()) return assign(target, source);
  const std::int64_t extent = source.shape(axis), shift = shifts[axis];
  roll_into(target.slice_axis(axis, shift, extent), source.slice_axis(axis, 0, extent - shift),
            shifts, axis + 1);
  roll_into(target.slice_axis(axis, 0, shift), source.slice_axis(axis, extent - shift, extent),
            shifts, axis + 1);
}

}  // namespace

Dims broadcast_shapes(const std::vector<Dims>& shapes) {
  Dims common;
  for (const Dims& shape : shapes) common = broadcast_shapes(common, shape, "broadcast_shapes");
  return common;
}

std::vector<Array> broadcast_arrays(const std::vector<Array>& arrays) {
  Dims common;
  for (const Array& a : arrays) common = broadcast_shapes(common, a.shape(), "broadcast_arrays");
  std::vector<Array> stretched;
  for (const Array& a : arrays) stretched.push_back(a.broadcast_to(common));
  return stretched;
}

Array broadcast_to(const Array& a, const Dims& shape) { return a.broadcast_to(shape); }

Array concat(const std::vector<Array>& arrays, std::optional<std::int64_t> axis) {
  if (arrays.empty()) throw ValueError("[concat] at least one array is needed");
  if (!axis) {
    std::vector<Array> flat;
    for (const Array& a : arrays) flat.push_back(reshape(a, {-1}));
    return concat(flat, 0);
  }
  const int along = normalise_axis(*axis, arrays[0].ndim(), "concat");
  const auto [dtype, shape] = joined(arrays, along);
  const Array result = empty(shape, dtype);
  std::int64_t start = 0;
  for (const Array& a : arrays) {
    const std::int64_t stop = start + a.shape(along);
    assign(result.slice_axis(along, start, stop), a);
    start = stop;
  }
  return result;
}

Array stack(const std::vector<Array>& arrays, std::int64_t axis) {
  if (arrays.empty()) throw ValueError("[stack] at least one array is needed");
  std::vector<Array> layers;
  for (const Array& a : arrays) {
    if (a.shape() != arrays[0].shape()) {
      throw ShapeError(fmt::format("[stack] shapes {} and {} differ", to_string(arrays[0].shape()),
                                   to_string(a.shape())));
    }
    layers.push_back(expand_dims(a, {axis}));
  }
  return concat(layers, axis);
}

std::vector<Array> unstack(const Array& a, std::int64_t axis) {
  const int along = normalise_axis(axis, a.ndim(), "unstack");
  std::vector<Array> parts;
  for (std::int64_t i = 0; i < a.shape(along); ++i) parts.push_back(a.select(along, i));
  return parts;
}

Array expand_dims(const Array& a, const Dims& axes) {
  View view = a.layout();
  for (const std::int64_t axis : normalise_axes(axes, a.ndim() + axes.size(), "expand_dims")) {
    view.shape.insert(static_cast<int>(axis), 1);
    view.strides.insert(static_cast<int>(axis), 0);
  }
  return Array::share(a.buffer(), view);
}

Array squeeze(const Array& a, const Dims& axes) {
  const Dims sorted = normalise_axes(axes, a.ndim(), "squeeze");
  Array result = a;
  for (int i = sorted.size() - 1; i >= 0; --i) result = result.squeeze(sorted[i]);
  return result;
}

Array flip(const Array& a, const std::optional<Dims>& axes) {
  View view = a.layout();
  const Dims reversed = axes.value_or(ops::all_axes(a.ndim()));
  for (const std::int64_t i : normalise_axes(reversed, a.ndim(), "flip")) {
    const int axis = static_cast<int>(i);
    const std::int64_t last = std::max<std::int64_t>(view.shape[axis] - 1, 0);
    view.data += last * view.strides[axis] * item_size(view.dtype);
    view.strides[axis] = -view.strides[axis];
  }
  return Array::share(a.buffer(), view);
}

Array moveaxis(const Array& a, const Dims& source, const Dims& destination) {
  const Dims from = ops::ordered_axes(source, a.ndim(), "moveaxis");
  const Dims to = ops::ordered_axes(destination, a.ndim(), "moveaxis");
  if (from.size() != to.size()) {
    throw ShapeError(
        fmt::format("[moveaxis] {} axes for {} places", source.size(), destination.size()));
  }
  Dims order = Dims::filled(a.ndim(), -1);
  for (int i = 0; i < from.size(); ++i) order[static_cast<int>(to[i])] = from[i];
  int next = 0;  // the axes that stay fill the places that are left, in their order
  for (std::int64_t& axis : order) {
    if (axis >= 0) continue;
    while (std::find(from.begin(), from.end(), next) != from.end()) ++next;
    axis = next++;
  }
  return permute_dims(a, order);
}

Array permute_dims(const Array& a, const Dims& axes) {
  const Dims order = ops::ordered_axes(axes, a.ndim(), "permute_dims");
  if (order.size() != a.ndim()) {
    throw ShapeError(
        fmt::format("[permute_dims] {} axes named of {} dimensions", axes.size(), a.ndim()));
  }
  return a.transpose(order);
}

Array matrix_transpose(const Array& a) { return a.matrix_transpose(); }

Array reshape(const Array& a, const Dims& shape, std::optional<bool> copied) {
  if (copied != true) {
    if (std::optional<Array> view = a.try_reshape(shape)) return *std::move(view);
    if (copied == false) {
      throw ValueError("[reshape] the strides " + to_string(a.strides()) +
                       " allow no view of shape " + to_string(shape) + ", and copy is false");
    }
  }
  return *copy(a).try_reshape(shape);
}

Array roll(const Array& a, const Dims& shift, const std::optional<Dims>& axes) {
  if (!axes) return reshape(roll(reshape(a, {-1}), shift, Dims{0}), a.shape());
  const Array result = empty(a.shape(), a.dtype());
  roll_into(result, a, shifts_of(a, shift, *axes), 0);
  return result;
}

Array repeat(const Array& a, std::int64_t repeats, std::optional<std::int64_t> axis) {
  check_count("repeat", repeats);
  if (!axis) return repeat(reshape(a, {-1}), repeats, 0);
  const int along = normalise_axis(*axis, a.ndim(), "repeat");
  const Array repeated = repeat_blocks(a, along + 1, repeats);
  Dims shape = a.shape();
  shape[along] *= repeats;
  return reshape(repeated, shape);
}

Array repeat(const Array& a, const Array& repeats, std::optional<std::int64_t> axis) {
  if (!axis) return repeat(reshape(a, {-1}), repeats, 0);
  const int along = normalise_axis(*axis, a.ndim(), "repeat");
  const std::int64_t extent = a.shape(along);
  if (!is_integer(repeats.dtype())) {
    throw DTypeError(fmt::format("[repeat] counts are integers, found {}", name(repeats.dtype())));
  }
  if (repeats.ndim() > 1 || (repeats.size() != 1 && repeats.size() != extent)) {
    throw ShapeError(fmt::format("[repeat] counts of shape {} for {} elements along axis {}",
                                 to_string(repeats.shape()), extent, along));
  }
  if (repeats.size() == 1) return repeat(a, repeats.item<std::int64_t>(), along);
  const Array counts = contiguous(astype(repeats, DType::int64));
  std::vector<std::int64_t> sources;
  for (std::int64_t i = 0; i < extent; ++i) {
    const std::int64_t count = counts.at<std::int64_t>({i});
    check_count("repeat", count);
    sources.insert(sources.end(), static_cast<std::size_t>(count), i);
  }
  return take(a, Array::from(sources), along);
}

Array tile(const Array& a, const Dims& repetitions) {
  const int rank = std::max(a.ndim(), repetitions.size());
  Dims shape = a.shape(), counts = repetitions;
  while (shape.size() < rank) shape.insert(0, 1);
  while (counts.size() < rank) counts.insert(0, 1);
  Array result = reshape(a, shape);
  for (int axis = rank - 1; axis >= 0; --axis) {
    check_count("tile", counts[axis]);
    if (counts[axis] == 1) continue;
    result = repeat_blocks(result, axis, counts[axis]);
    shape[axis] *= counts[axis];
    result = reshape(result, shape);
  }
  return result.buffer() == a.buffer() ? copy(result) : result;
}

}  // namespace loom
