#include "loom/ops/reduction.h"

#include <fmt/format.h>

#include "loom/ops/call.h"

namespace loom {
namespace {

Array reduce(schema::OpId op, const Array& a, const std::optional<Dims>& axes, bool keepdims) {
  const std::string_view name = schema::row(op).name;
  Dims all;
  for (int axis = 0; axis < a.ndim(); ++axis) all.push_back(axis);
  const schema::Attribute attributes[] = {axes ? normalise_axes(*axes, a.ndim(), name) : all,
                                          keepdims};
  return ops::call(op, {&a}, attributes);
}

Array reduce_non_empty(schema::OpId op, const Array& a, const std::optional<Dims>& axes,
                       bool keepdims) {
  if (a.size() == 0) {
    throw ShapeError(
        fmt::format("[{}] no elements in shape {}", schema::row(op).name, to_string(a.shape())));
  }
  return reduce(op, a, axes, keepdims);
}

}  // namespace

using schema::op;

Array sum(const Array& a, std::optional<Dims> axes, bool keepdims) {
  return reduce(op("sum"), a, axes, keepdims);
}
Array prod(const Array& a, std::optional<Dims> axes, bool keepdims) {
  return reduce(op("prod"), a, axes, keepdims);
}
Array min(const Array& a, std::optional<Dims> axes, bool keepdims) {
  return reduce_non_empty(op("min"), a, axes, keepdims);
}
Array max(const Array& a, std::optional<Dims> axes, bool keepdims) {
  return reduce_non_empty(op("max"), a, axes, keepdims);
}
Array mean(const Array& a, std::optional<Dims> axes, bool keepdims) {
  return reduce(op("mean"), a, axes, keepdims);
}

}  // namespace loom
