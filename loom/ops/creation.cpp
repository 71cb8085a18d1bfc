#include "loom/ops/creation.h"

#include <fmt/format.h>

#include <cmath>

#include "loom/dispatch/execute.h"
#include "loom/dispatch/memory_plan.h"
#include "loom/ops/call.h"
#include "loom/ops/elementwise.h"

namespace loom {

using schema::Attribute;
using schema::op;

namespace {

template <class T>
Array scalar_of(T value, DType dtype) {
  return astype(Array::scalar(value), dtype);
}

Array range(const Array& start, const Array& step, std::int64_t count) {
  const Attribute attributes[] = {count};
  return ops::call(op("arange"), {&start, &step}, attributes);
}

Array points(const Array& start, const Array& stop, std::int64_t count, bool endpoint) {
  const Attribute attributes[] = {count, endpoint};
  return ops::call(op("linspace"), {&start, &stop}, attributes);
}

Array triangle(schema::OpId op, const Array& a, std::int64_t diagonal) {
  const Attribute attributes[] = {diagonal};
  return ops::call(op, {&a}, attributes);
}

}  // namespace

Array empty(const Dims& shape, DType dtype) {
  const std::int64_t elements = element_count(shape), each = item_size(dtype);
  // A size beyond 64 bits is left for Array::empty to refuse.
  if (elements >= kPlannedBytes / each && elements <= INT64_MAX / each) {
    MemoryPlan("[empty]").add("result", elements * each).check();
  }
  return Array::empty(shape, dtype);
}

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
  const double count = std::ceil((stop - start) / step);
  if (!(count < 0x1p63)) {
    throw ValueError(fmt::format("[arange] from {} to {} in steps of {} are {} elements", start,
                                 stop, step, count));
  }
  return range(scalar_of(start, dtype), scalar_of(step, dtype),
               static_cast<std::int64_t>(std::max(count, 0.0)));
}

Array integer_range(std::int64_t start, std::int64_t stop, std::int64_t step, DType dtype) {
  if (step == 0) throw ValueError("[arange] step is 0");
  const auto magnitude = [](std::int64_t from, std::int64_t to) {
    return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
  };
  const bool empty = step > 0 ? start >= stop : start <= stop;
  const std::uint64_t length = step > 0 ? magnitude(start, stop) : magnitude(stop, start);
  const std::uint64_t stride = step > 0 ? magnitude(0, step) : magnitude(step, 0);
  const std::uint64_t count = empty ? 0 : (length - 1) / stride + 1;
  if (count > INT64_MAX) {
    throw ValueError(fmt::format("[arange] from {} to {} in steps of {} are {} elements", start,
                                 stop, step, count));
  }
  return range(scalar_of(start, dtype), scalar_of(step, dtype), static_cast<std::int64_t>(count));
}

Array arange(std::int64_t stop) { return integer_range(0, stop, 1); }

Array linspace(double start, double stop, std::int64_t count, bool endpoint, DType dtype) {
  if (!is_integer(dtype)) {
    return points(scalar_of(start, dtype), scalar_of(stop, dtype), count, endpoint);
  }
  return astype(floor(points(Array::scalar(start), Array::scalar(stop), count, endpoint)), dtype);
}

Array linspace(std::complex<double> start, std::complex<double> stop, std::int64_t count,
               bool endpoint, DType dtype) {
  if (!is_complex(dtype)) {
    throw DTypeError(fmt::format("[linspace] complex points do not fit {}", name(dtype)));
  }
  return points(scalar_of(start, dtype), scalar_of(stop, dtype), count, endpoint);
}

Array eye(std::int64_t rows, std::int64_t columns, std::int64_t diagonal, DType dtype) {
  const Attribute attributes[] = {rows, columns < 0 ? rows : columns, diagonal, dtype};
  return ops::call(op("eye"), {}, attributes);
}

Array zeros_like(const Array& a, std::optional<DType> dtype) {
  return zeros(a.shape(), dtype.value_or(a.dtype()));
}
Array ones_like(const Array& a, std::optional<DType> dtype) {
  return ones(a.shape(), dtype.value_or(a.dtype()));
}
Array full_like(const Array& a, const Array& value, std::optional<DType> dtype) {
  return full(a.shape(), astype(value, dtype.value_or(a.dtype())));
}
Array empty_like(const Array& a, std::optional<DType> dtype) {
  return empty(a.shape(), dtype.value_or(a.dtype()));
}

Array tril(const Array& a, std::int64_t diagonal) { return triangle(op("tril"), a, diagonal); }
Array triu(const Array& a, std::int64_t diagonal) { return triangle(op("triu"), a, diagonal); }

std::vector<Array> meshgrid(const std::vector<Array>& vectors, Indexing indexing) {
  const auto rank = static_cast<int>(vectors.size());
  const auto axis_of = [&](int i) {
    return indexing == Indexing::xy && rank > 1 && i < 2 ? 1 - i : i;
  };
  Dims shape = Dims::filled(rank, 1);
  for (int i = 0; i < rank; ++i) {
    if (vectors[i].ndim() > 1) {
      throw ShapeError(fmt::format("[meshgrid] vectors are needed, shape {} is {}", i,
                                   to_string(vectors[i].shape())));
    }
    if (vectors[i].dtype() != vectors[0].dtype()) {
      throw DTypeError(fmt::format("[meshgrid] vectors of one dtype are needed, found {} and {}",
                                   name(vectors[0].dtype()), name(vectors[i].dtype())));
    }
    shape[axis_of(i)] = vectors[i].size();
  }
  std::vector<Array> grid;
  for (int i = 0; i < rank; ++i) {
    Dims along = Dims::filled(rank, 1);
    along[axis_of(i)] = vectors[i].size();
    grid.push_back(copy(vectors[i].try_reshape(along)->broadcast_to(shape)));
  }
  return grid;
}

Array copy(const Array& a) { return ops::call(op("copy"), {&a}); }

Array contiguous(const Array& a) { return a.is_contiguous() ? a : copy(a); }

Array astype(const Array& a, DType dtype) {
  if (a.dtype() == dtype) return a;
  const Attribute attributes[] = {dtype};
  return ops::call(op("astype"), {&a}, attributes);
}

void assign(const Array& target, const Array& source) {
  if (!target.writable()) throw ValueError("[assign] the target is read-only");
  Array values = source.broadcast_to(target.shape());
  if (spans_overlap(values.layout(), target.layout())) values = copy(values);
  const View from = values.view();
  if (source.dtype() == target.dtype()) {
    dispatch::execute(op("copy"), {&from, 1}, {&target.writable_view(), 1}, {});
  } else {
    const Attribute dtype = target.dtype();
    dispatch::execute(op("astype"), {&from, 1}, {&target.writable_view(), 1}, {&dtype, 1});
  }
}

}  // namespace loom
