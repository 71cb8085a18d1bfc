#include "loom/ops/reduction.h"

#include <fmt/format.h>

#include "loom/ops/call.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/manipulation.h"

namespace loom {

using schema::Attribute;
using schema::op;
using schema::OpId;

namespace {

Dims reduced_axes(OpId op, const Array& a, const std::optional<Dims>& axes) {
  if (axes) return normalise_axes(*axes, a.ndim(), schema::row(op).name);
  Dims all;
  for (int axis = 0; axis < a.ndim(); ++axis) all.push_back(axis);
  return all;
}

Array reduce(OpId op, const Array& a, const std::optional<Dims>& axes, bool keepdims) {
  const Attribute attributes[] = {reduced_axes(op, a, axes), keepdims};
  return ops::call(op, {&a}, attributes);
}

Array reduce_non_empty(OpId op, const Array& a, const std::optional<Dims>& axes, bool keepdims) {
  const Dims reduced = reduced_axes(op, a, axes);
  for (const std::int64_t axis : reduced) {
    if (a.shape(static_cast<int>(axis)) == 0) {
      throw ShapeError(fmt::format("[{}] no elements along axis {} of shape {}",
                                   schema::row(op).name, axis, to_string(a.shape())));
    }
  }
  const Attribute attributes[] = {reduced, keepdims};
  return ops::call(op, {&a}, attributes);
}

/// `compute` of `a` as if its elements had been cast to `dtype`, of which the result is. Words
/// wrap, so where both are integers the result can be cast instead, which spares a copy of `a`.
template <class F>
Array accumulate(OpId op, const Array& a, std::optional<DType> dtype, F compute) {
  if (!dtype) return compute(a);
  if (*dtype == DType::boolean) {
    throw DTypeError(
        fmt::format("[{}] a dtype of numbers is needed, asked for bool", schema::row(op).name));
  }
  const bool words = is_integer(*dtype) && !is_floating(a.dtype());
  return astype(compute(words ? a : astype(a, *dtype)), *dtype);
}

Array place(OpId op, const Array& a, std::optional<std::int64_t> axis, bool keepdims) {
  return reduce_non_empty(op, a, axis ? std::optional(Dims{*axis}) : std::nullopt, keepdims);
}

Array scan(OpId op, const Array& a, std::optional<std::int64_t> axis, bool include_initial) {
  if (!axis && a.ndim() != 1) {
    throw ShapeError(
        fmt::format("[{}] shape {} needs an axis", schema::row(op).name, to_string(a.shape())));
  }
  const std::int64_t along = normalise_axis(axis.value_or(0), a.ndim(), schema::row(op).name);
  const Attribute attributes[] = {along, include_initial};
  return ops::call(op, {&a}, attributes);
}

}  // namespace

Array sum(const Array& a, const std::optional<Dims>& axes, bool keepdims,
          std::optional<DType> dtype) {
  return accumulate(op("sum"), a, dtype,
                    [&](const Array& x) { return reduce(op("sum"), x, axes, keepdims); });
}
Array prod(const Array& a, const std::optional<Dims>& axes, bool keepdims,
           std::optional<DType> dtype) {
  return accumulate(op("prod"), a, dtype,
                    [&](const Array& x) { return reduce(op("prod"), x, axes, keepdims); });
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
Array var(const Array& a, const std::optional<Dims>& axes, double correction, bool keepdims) {
  const Attribute attributes[] = {reduced_axes(op("var"), a, axes), keepdims, correction};
  return ops::call(op("var"), {&a}, attributes);
}
Array standard_deviation(const Array& a, const std::optional<Dims>& axes, double correction,
                         bool keepdims) {
  return sqrt(var(a, axes, correction, keepdims));
}
Array all(const Array& a, const std::optional<Dims>& axes, bool keepdims) {
  return reduce(op("all"), a, axes, keepdims);
}
Array any(const Array& a, const std::optional<Dims>& axes, bool keepdims) {
  return reduce(op("any"), a, axes, keepdims);
}
Array count_nonzero(const Array& a, const std::optional<Dims>& axes, bool keepdims) {
  return reduce(op("count_nonzero"), a, axes, keepdims);
}
Array argmin(const Array& a, std::optional<std::int64_t> axis, bool keepdims) {
  return place(op("argmin"), a, axis, keepdims);
}
Array argmax(const Array& a, std::optional<std::int64_t> axis, bool keepdims) {
  return place(op("argmax"), a, axis, keepdims);
}

Array cumulative_sum(const Array& a, std::optional<std::int64_t> axis, std::optional<DType> dtype,
                     bool include_initial) {
  return accumulate(op("cumulative_sum"), a, dtype, [&](const Array& x) {
    return scan(op("cumulative_sum"), x, axis, include_initial);
  });
}
Array cumulative_prod(const Array& a, std::optional<std::int64_t> axis, std::optional<DType> dtype,
                      bool include_initial) {
  return accumulate(op("cumulative_prod"), a, dtype, [&](const Array& x) {
    return scan(op("cumulative_prod"), x, axis, include_initial);
  });
}

Array diff(const Array& a, std::int64_t axis, std::int64_t n, const std::optional<Array>& prepend,
           const std::optional<Array>& append) {
  const int along = normalise_axis(axis, a.ndim(), "diff");
  if (n < 0) throw ValueError(fmt::format("[diff] n is {}", n));
  std::vector<Array> parts;
  if (prepend) parts.push_back(*prepend);
  parts.push_back(a);
  if (append) parts.push_back(*append);
  Array result = parts.size() > 1 ? concat(parts, along) : n == 0 ? copy(a) : a;
  for (std::int64_t i = 0; i < n && result.shape(along) > 0; ++i) {
    const std::int64_t extent = result.shape(along);
    result = subtract(result.slice_axis(along, 1, extent), result.slice_axis(along, 0, extent - 1));
  }
  return result;
}

}  // namespace loom
