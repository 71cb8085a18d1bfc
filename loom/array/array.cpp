#include "loom/array/array.h"

#include <fmt/format.h>

#include <utility>

namespace loom {

SliceRange resolve_slice(const Slice& slice, std::int64_t extent) {
  if (slice.step == 0) throw ValueError("[slice] step is 0");
  const bool forward = slice.step > 0;
  const std::int64_t lowest = forward ? 0 : -1, highest = forward ? extent : extent - 1;
  const auto clip = [&](std::optional<std::int64_t> end, std::int64_t otherwise) {
    if (!end) return otherwise;
    return std::clamp(*end < 0 ? *end + extent : *end, lowest, highest);
  };
  const std::int64_t start = clip(slice.start, forward ? lowest : highest);
  const std::int64_t stop = clip(slice.stop, forward ? highest : lowest);
  const std::int64_t span = forward ? stop - start : start - stop;
  if (span <= 0) return {start, 0};
  const std::int64_t steps = (span - 1) / slice.step;  // negative for a negative step
  return {start, 1 + (forward ? steps : -steps)};
}

Dims resolve_shape(const Dims& shape, std::int64_t count) {
  Dims result = shape;
  int unknown = -1;
  std::int64_t known = 1;
  for (int i = 0; i < shape.size(); ++i) {
    if (shape[i] == -1 && unknown < 0) {
      unknown = i;
    } else if (shape[i] < 0) {
      throw ShapeError(fmt::format("[reshape] negative extent in {}", to_string(shape)));
    } else {
      known *= shape[i];
    }
  }
  if (unknown >= 0 && known > 0 && count % known == 0) result[unknown] = count / known;
  if ((unknown >= 0 && result[unknown] < 0) || element_count(result) != count) {
    throw ShapeError(
        fmt::format("[reshape] {} elements do not fill shape {}", count, to_string(shape)));
  }
  return result;
}

Array::Array() : Array(empty({0})) {}

Array Array::empty(const Dims& shape, DType dtype) {
  BufferRef buffer = Buffer::allocate(byte_count(shape, dtype));
  std::byte* data = buffer->data();
  return Array(std::move(buffer), {data, dtype, shape, c_strides(shape)});
}

Array Array::borrow(void* data, const Dims& shape, const Dims& strides, DType dtype, bool writable,
                    std::function<void()> release) {
  const std::int64_t bytes = element_count(shape) * item_size(dtype);
  auto* start = static_cast<std::byte*>(data);
  return Array(Buffer::borrow(data, bytes, writable, std::move(release)),
               {start, dtype, shape, strides});
}

void Array::check_dtype(DType wanted) const {
  if (wanted != dtype()) {
    throw DTypeError(
        fmt::format("the array holds {}, asked for as {}", name(dtype()), name(wanted)));
  }
}

void Array::check_contiguous() const {
  if (!is_contiguous()) {
    throw ShapeError(fmt::format("the array of shape {} and strides {} is not contiguous",
                                 to_string(shape()), to_string(strides())));
  }
}

std::int64_t Array::offset_of(std::initializer_list<std::int64_t> index) const {
  const Dims at(index);
  bool inside = at.size() == ndim();
  std::int64_t offset = 0;
  for (int i = 0; inside && i < ndim(); ++i) {
    inside = at[i] >= 0 && at[i] < shape()[i];
    offset += at[i] * strides()[i];
  }
  if (!inside) {
    throw IndexError(
        fmt::format("index {} is outside of shape {}", to_string(at), to_string(shape())));
  }
  return offset;
}

Array Array::slice(std::initializer_list<Slice> slices) const {
  if (static_cast<int>(slices.size()) > ndim()) {
    throw IndexError(fmt::format("[slice] {} slices for {} dimensions", slices.size(), ndim()));
  }
  View view = view_;
  int axis = 0;
  for (const Slice& part : slices) {
    const SliceRange range = resolve_slice(part, shape()[axis]);
    if (range.count > 0) view.data += range.start * strides()[axis] * item_size(dtype());
    view.shape[axis] = range.count;
    if (range.count > 1) view.strides[axis] *= part.step;
    ++axis;
  }
  return with_view(view);
}

Array Array::slice_axis(std::int64_t axis, std::int64_t start, std::int64_t stop) const {
  const int a = normalise_axis(axis, ndim(), "slice_axis");
  if (start < 0 || stop < start || stop > shape()[a]) {
    throw IndexError(
        fmt::format("[slice_axis] [{}, {}) is outside of extent {}", start, stop, shape()[a]));
  }
  View view = view_;
  view.data += start * strides()[a] * item_size(dtype());
  view.shape[a] = stop - start;
  return with_view(view);
}

Array Array::select(std::int64_t axis, std::int64_t index) const {
  const int a = normalise_axis(axis, ndim(), "select");
  const std::int64_t at = index < 0 ? index + shape()[a] : index;
  if (at < 0 || at >= shape()[a]) {
    throw IndexError(fmt::format("[select] index {} is outside of extent {}", index, shape()[a]));
  }
  View view = view_;
  view.data += at * strides()[a] * item_size(dtype());
  view.shape.erase(a);
  view.strides.erase(a);
  return with_view(view);
}

Array Array::transpose(const Dims& order) const {
  Dims wanted = order;
  if (order.empty()) {
    for (int i = ndim() - 1; i >= 0; --i) wanted.push_back(i);
  }
  if (normalise_axes(wanted, ndim(), "transpose").size() != ndim()) {
    throw ShapeError(fmt::format("[transpose] order {} does not name each of {} dimensions",
                                 to_string(order), ndim()));
  }
  View view = view_;
  for (int i = 0; i < ndim(); ++i) {
    const int from = normalise_axis(wanted[i], ndim(), "transpose");
    view.shape[i] = shape()[from];
    view.strides[i] = strides()[from];
  }
  return with_view(view);
}

Array Array::matrix_transpose() const {
  if (ndim() < 2) {
    throw ShapeError(
        fmt::format("[matrix_transpose] needs 2 dimensions, shape is {}", to_string(shape())));
  }
  View view = view_;
  std::swap(view.shape[ndim() - 1], view.shape[ndim() - 2]);
  std::swap(view.strides[ndim() - 1], view.strides[ndim() - 2]);
  return with_view(view);
}

Array Array::broadcast_to(const Dims& wanted) const {
  if (broadcast_shapes(shape(), wanted, "broadcast_to") != wanted) {
    throw ShapeError(fmt::format("[broadcast_to] shape {} does not broadcast to {}",
                                 to_string(shape()), to_string(wanted)));
  }
  return with_view(broadcast_view(view_, wanted));
}

Array Array::expand_dims(std::int64_t axis) const {
  View view = view_;
  const int a = normalise_axis(axis, ndim() + 1, "expand_dims");
  view.shape.insert(a, 1);
  view.strides.insert(a, 0);
  return with_view(view);
}

Array Array::squeeze(std::int64_t axis) const {
  const int a = normalise_axis(axis, ndim(), "squeeze");
  if (shape()[a] != 1) {
    throw ShapeError(
        fmt::format("[squeeze] axis {} of shape {} is not 1", axis, to_string(shape())));
  }
  View view = view_;
  view.shape.erase(a);
  view.strides.erase(a);
  return with_view(view);
}

std::optional<Array> Array::try_reshape(const Dims& wanted) const {
  View view = view_;
  view.shape = resolve_shape(wanted, size());
  if (is_contiguous()) {
    view.strides = c_strides(view.shape);
    return with_view(view);
  }
  // Walk both shapes from the back: each run of new extents must cover a run of old ones that is
  // itself evenly strided.
  view.strides = Dims::filled(view.rank(), 0);
  int old_axis = ndim() - 1, new_axis = view.rank() - 1;
  while (new_axis >= 0) {
    while (old_axis >= 0 && shape()[old_axis] == 1) --old_axis;
    if (view.shape[new_axis] == 1) {
      --new_axis;
      continue;
    }
    std::int64_t stride = strides()[old_axis], covered = shape()[old_axis], filled = 1;
    --old_axis;
    while (new_axis >= 0 && filled < covered) {
      view.strides[new_axis] = stride * filled;
      filled *= view.shape[new_axis--];
      while (filled > covered) {
        while (old_axis >= 0 && shape()[old_axis] == 1) --old_axis;
        if (old_axis < 0 || strides()[old_axis] != stride * covered) return std::nullopt;
        covered *= shape()[old_axis--];
      }
    }
  }
  return with_view(view);
}

Array Array::component_view(int component) const {
  if (!is_complex(dtype())) {
    throw DTypeError(fmt::format("a complex array is needed, found {}", name(dtype())));
  }
  View view = view_;
  view.dtype = real_of(dtype());
  for (std::int64_t& stride : view.strides) stride *= 2;
  view.data += component * item_size(view.dtype);
  return with_view(view);
}

Array Array::real_view() const { return component_view(0); }
Array Array::imag_view() const { return component_view(1); }

}  // namespace loom
