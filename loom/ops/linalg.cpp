#include "loom/ops/linalg.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "loom/dispatch/execute.h"
#include "loom/ops/axes.h"
#include "loom/ops/call.h"
#include "loom/ops/reduction.h"

namespace loom {

using ops::call;
using ops::call_all;
using schema::Attribute;
using schema::op;

Array matmul(const Array& a, const Array& b) { return call(op("matmul"), {&a, &b}); }
Array matmul_integer(const Array& a, const Array& b) {
  return call(op("matmul_integer"), {&a, &b});
}
Array dot(const Array& a, const Array& b) { return call(op("dot"), {&a, &b}); }

Array vecdot(const Array& a, const Array& b, std::int64_t axis) {
  const Array x = ops::axis_to_end(a, axis, "vecdot");
  const Array y = ops::axis_to_end(b, axis, "vecdot");
  return call(op("vecdot"), {&x, &y});
}

Array transpose(const Array& a, const Dims& order) { return a.transpose(order); }

Array convolve(const Array& a, const Array& b, ConvolveMode mode) {
  const Attribute attributes[] = {static_cast<std::int64_t>(mode)};
  return call(op("convolve"), {&a, &b}, attributes);
}

namespace linalg {

Lu lu(const Array& a) {
  std::vector<Array> r = call_all(op("lu"), {&a});
  return {std::move(r[0]), std::move(r[1]), std::move(r[2])};
}

Qr qr(const Array& a, bool complete) {
  const Attribute attributes[] = {complete};
  std::vector<Array> r = call_all(op("qr"), {&a}, attributes);
  return {std::move(r[0]), std::move(r[1])};
}

Svd svd(const Array& a, bool full_matrices) {
  const Attribute attributes[] = {full_matrices};
  std::vector<Array> r = call_all(op("svd"), {&a}, attributes);
  return {std::move(r[0]), std::move(r[1]), std::move(r[2])};
}

Eigen eigh(const Array& a) {
  std::vector<Array> r = call_all(op("eigh"), {&a});
  return {std::move(r[0]), std::move(r[1])};
}

namespace {

/// What a call of eigh looks at, without memory.
struct PlannedEigh {
  View matrix, results[2];

  PlannedEigh(std::int64_t n, DType dtype)
      : matrix(planned({n, n}, dtype)), results{planned({n}, dtype), matrix} {}

  static View planned(const Dims& shape, DType dtype) {
    return {nullptr, dtype, shape, c_strides(shape)};
  }
};

}  // namespace

std::int64_t eigh_memory(std::int64_t n, DType dtype) {
  const PlannedEigh call(n, dtype);
  return call.results[0].bytes() + call.results[1].bytes() +
         dispatch::workspace(op("eigh"), {&call.matrix, 1}, call.results, {});
}

dispatch::Explanation explain_eigh(std::int64_t n, DType dtype) {
  const PlannedEigh call(n, dtype);
  return dispatch::explain(op("eigh"), {&call.matrix, 1}, call.results, {});
}

Eigen eig(const Array& a) {
  std::vector<Array> r = call_all(op("eig"), {&a});
  return {std::move(r[0]), std::move(r[1])};
}

Array cholesky(const Array& a, bool upper) {
  const Attribute attributes[] = {upper};
  return call(op("cholesky"), {&a}, attributes);
}

Array solve(const Array& a, const Array& b) { return call(op("solve"), {&a, &b}); }
Array inv(const Array& a) { return call(op("inv"), {&a}); }
Array det(const Array& a) { return call(op("det"), {&a}); }

Array diagonal(const Array& a, std::int64_t offset) {
  View view = a.layout();
  if (view.rank() < 2) {
    throw ShapeError(
        fmt::format("[diagonal] a matrix is needed, shape is {}", to_string(a.shape())));
  }
  const int rows = view.rank() - 2, columns = view.rank() - 1;
  const std::int64_t start = std::clamp(offset, -view.shape[rows], view.shape[columns]);
  const std::int64_t row = std::max<std::int64_t>(-start, 0);
  const std::int64_t column = std::max<std::int64_t>(start, 0);
  const std::int64_t length = std::min(view.shape[rows] - row, view.shape[columns] - column);
  if (length > 0) {
    view.data +=
        (row * view.strides[rows] + column * view.strides[columns]) * item_size(view.dtype);
  }
  view.shape[rows] = length;
  view.strides[rows] += view.strides[columns];
  view.shape.erase(columns);
  view.strides.erase(columns);
  return Array::share(a.buffer(), view);
}

Array trace(const Array& a, std::int64_t offset, std::optional<DType> dtype) {
  return sum(diagonal(a, offset), Dims{-1}, false, dtype);
}

SignedLogDeterminant slogdet(const Array& a) {
  std::vector<Array> r = call_all(op("slogdet"), {&a});
  return {std::move(r[0]), std::move(r[1])};
}

Array eigvalsh(const Array& a) { return call(op("eigvalsh"), {&a}); }
Array eigvals(const Array& a) { return call(op("eigvals"), {&a}); }
Array svdvals(const Array& a) { return call(op("svdvals"), {&a}); }

}  // namespace linalg
}  // namespace loom
