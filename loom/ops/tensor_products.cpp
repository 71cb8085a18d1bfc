#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "loom/ops/axes.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/ops/manipulation.h"

namespace loom {
namespace {

/// An array as a matrix: `contracted` axes on one side, all others, in their order, on the other.
struct Unfolded {
  Array matrix;
  Dims free;  ///< extents of the others
};

/// `axes` are from 0 on.
Unfolded unfold(const Array& a, const Dims& axes, bool contracted_last) {
  Dims kept, free;
  for (int axis = 0; axis < a.ndim(); ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) != axes.end()) continue;
    kept.push_back(axis);
    free.push_back(a.shape(axis));
  }
  Dims order = contracted_last ? kept : axes;
  for (const std::int64_t axis : contracted_last ? axes : kept) order.push_back(axis);
  Dims contracted;
  for (const std::int64_t axis : axes) contracted.push_back(a.shape(static_cast<int>(axis)));
  Dims shape = {element_count(free), element_count(contracted)};
  if (!contracted_last) std::swap(shape[0], shape[1]);
  return {reshape(permute_dims(a, order), shape), free};
}

}  // namespace

Array tensordot(const Array& a, const Array& b, std::int64_t axes) {
  if (axes < 0 || axes > std::min(a.ndim(), b.ndim())) {
    throw ShapeError(fmt::format("[tensordot] {} axes of shapes {} and {}", axes,
                                 to_string(a.shape()), to_string(b.shape())));
  }
  Dims last = Dims::filled(static_cast<int>(axes), 0), first = last;
  std::iota(last.begin(), last.end(), a.ndim() - axes);
  std::iota(first.begin(), first.end(), std::int64_t{0});
  return tensordot(a, b, last, first);
}

Array tensordot(const Array& a, const Array& b, const Dims& axes_a, const Dims& axes_b) {
  const Dims of_a = ops::ordered_axes(axes_a, a.ndim(), "tensordot");
  const Dims of_b = ops::ordered_axes(axes_b, b.ndim(), "tensordot");
  bool agree = of_a.size() == of_b.size();
  for (int i = 0; agree && i < of_a.size(); ++i) {
    agree = a.shape(static_cast<int>(of_a[i])) == b.shape(static_cast<int>(of_b[i]));
  }
  if (!agree) {
    throw ShapeError(fmt::format("[tensordot] axes {} of shape {} against axes {} of shape {}",
                                 to_string(axes_a), to_string(a.shape()), to_string(axes_b),
                                 to_string(b.shape())));
  }
  const Unfolded x = unfold(a, of_a, true), y = unfold(b, of_b, false);
  Dims shape = x.free;
  for (const std::int64_t extent : y.free) shape.push_back(extent);
  return reshape(matmul(x.matrix, y.matrix), shape);
}

namespace linalg {

Array cross(const Array& a, const Array& b, std::int64_t axis) {
  const Array x = ops::axis_to_end(a, axis, "cross");
  const Array y = ops::axis_to_end(b, axis, "cross");
  if (x.shape(-1) != 3 || y.shape(-1) != 3) {
    throw ShapeError(
        fmt::format("[cross] vectors of 3 are needed along axis {}, shapes are {} and {}", axis,
                    to_string(a.shape()), to_string(b.shape())));
  }
  const std::vector<Array> u = unstack(x, -1), v = unstack(y, -1);
  const auto component = [&](int i, int j) { return u[i] * v[j] - u[j] * v[i]; };
  return moveaxis(stack({component(1, 2), component(2, 0), component(0, 1)}, -1), {-1}, {axis});
}

Array outer(const Array& a, const Array& b) {
  if (a.ndim() != 1 || b.ndim() != 1) {
    throw ShapeError(fmt::format("[outer] two vectors are needed, shapes are {} and {}",
                                 to_string(a.shape()), to_string(b.shape())));
  }
  return multiply(a.expand_dims(1), b.expand_dims(0));
}

Array matrix_power(const Array& a, std::int64_t n) {
  if (a.ndim() < 2 || a.shape(-1) != a.shape(-2)) {
    throw ShapeError(
        fmt::format("[matrix_power] a square matrix is needed, shape is {}", to_string(a.shape())));
  }
  const Array base = astype(a, floating_of(a.dtype()));
  if (n == 0) return copy(eye(a.shape(-1), -1, 0, base.dtype()).broadcast_to(a.shape()));
  // By squaring: `square` runs through the powers 1, 2, 4, ...
  Array square = n < 0 ? inv(base) : base;
  std::optional<Array> result;
  for (std::uint64_t left = n < 0 ? 0 - static_cast<std::uint64_t>(n) : n;;) {
    if (left % 2 == 1) result = result ? matmul(*result, square) : square;
    left /= 2;
    if (left == 0) break;
    square = matmul(square, square);
  }
  return n == 1 ? copy(*result) : *result;
}

}  // namespace linalg
}  // namespace loom
