#include "loom/ops/creation.h"

#include <fmt/format.h>

#include <cmath>

#include "loom/dispatch/execute.h"
#include "loom/ops/call.h"

namespace loom {

using schema::Attribute;
using schema::op;

namespace {

Array scalar_of(double value, DType dtype) { return astype(Array::scalar(value), dtype); }

}  // namespace

Array zeros(const Dims& shape, DType dtype) { return full(shape, 0.0, dtype); }
Array ones(const Dims& shape, DType dtype) { return full(shape, 1.0, dtype); }

Array full(const Dims& shape, const Array& value) {
  if (value.ndim() != 0) {
    throw ShapeError(
        fmt::format("[full] a 0-d value is needed, shape is {}", to_string(value.shape())));
  }
  const Attribute attributes[] = {shape};
  return ops::call(op("full"), {&value}, attributes);
}

Array full(const Dims& shape, double value, DType dtype) {
  return full(shape, scalar_of(value, dtype));
}

Array arange(double start, double stop, double step, DType dtype) {
  if (step == 0) throw ValueError("[arange] step is 0");
  const double count = std::max(0.0, std::ceil((stop - start) / step));
  const Attribute attributes[] = {static_cast<std::int64_t>(count)};
  const Array first = scalar_of(start, dtype), stride = scalar_of(step, dtype);
  return ops::call(op("arange"), {&first, &stride}, attributes);
}

Array arange(std::int64_t stop) { return arange(0, static_cast<double>(stop), 1, DType::int64); }

Array linspace(double start, double stop, std::int64_t count, bool endpoint, DType dtype) {
  const Attribute attributes[] = {count, endpoint};
  const Array first = scalar_of(start, dtype), last = scalar_of(stop, dtype);
  return ops::call(op("linspace"), {&first, &last}, attributes);
}

Array eye(std::int64_t rows, std::int64_t columns, std::int64_t diagonal, DType dtype) {
  const Attribute attributes[] = {rows, columns < 0 ? rows : columns, diagonal, dtype};
  return ops::call(op("eye"), {}, attributes);
}

Array copy(const Array& a) { return ops::call(op("copy"), {&a}); }

Array contiguous(const Array& a) { return a.is_contiguous() ? a : copy(a); }

Array astype(const Array& a, DType dtype) {
  if (a.dtype() == dtype) return a;
  const Attribute attributes[] = {dtype};
  return ops::call(op("astype"), {&a}, attributes);
}

Array reshape(const Array& a, const Dims& shape) {
  if (std::optional<Array> view = a.try_reshape(shape)) return *view;
  return *copy(a).try_reshape(shape);
}

void assign(const Array& target, const Array& source) {
  if (!target.writable()) throw ValueError("[assign] the target is read-only");
  Array values = astype(source, target.dtype()).broadcast_to(target.shape());
  if (spans_overlap(values.view(), target.view())) values = copy(values);
  const View from = values.view();
  dispatch::execute(op("copy"), {&from, 1}, {&target.view(), 1}, {});
}

}  // namespace loom
