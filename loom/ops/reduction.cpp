#include "loom/ops/reduction.h"

#include <fmt/format.h>

#include "loom/ops/call.h"

namespace loom {
namespace {

Dims reduced_axes(schema::OpId op, const Array& a, const std::optional<Dims>& axes) {
  if (axes) return normalise_axes(*axes, a.ndim(), schema::row(op).name);
  Dims all;
  for (int axis = 0; axis < a.ndim(); ++axis) all.push_back(axis);
  return all;
}

Array reduce(schema::OpId op, const Array& a, const std::optional<Dims>& axes, bool keepdims) {
  const schema::Attribute attributes[] = {reduced_axes(op, a, axes), keepdims};
  return ops::call(op, {&a}, attributes);
}

Array reduce_non_empty(schema::OpId op, const Array& a, const std::optional<Dims>& axes,
                       bool keepdims) {
  for (const std::int64_t axis : reduced_axes(op, a, axes)) {
    if (a.shape(static_cast<int>(axis)) == 0) {
      throw ShapeError(fmt::format("[{}] no elements along axis {} of shape {}",
                                   schema::row(op).name, axis, to_string(a.shape())));
    }
  }
  return reduce(op, a, axes, keepdims);
}

}  // namespace

using schema::op;

Array sum(const Array& a, const std::optional<Dims>& axes, bool keepdims) {
  return reduce(op("sum"), a, axes, keepdims);
}
Array prod(const Array& a, const std::optional<Dims>& axes, bool keepdims) {
  return reduce(op("prod"), a, axes, keepdims);
}
Array min(const Array& a, const std::optional<Dims>& axes, bool keepdims) {
  return reduce_non_empty(op("min"), a, axes, keepdims);
}
Array max(const Array& a, const std::optional<Dims>& axes, bool keepdims) {
  return reduce_non_empty(op("max"), a, axes, keepdims);
}
Array mean(const Array& a, const std::optional<Dims>& axes, bool keepdims) {
  return reduce(op("mean"), a, axes, keepdims);
}

}  // namespace loom
