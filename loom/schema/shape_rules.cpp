#include <fmt/format.h>

#include "loom/schema/rules.h"

namespace loom::schema::shape_rule {
namespace {

[[noreturn]] void refuse(const Query& q, const std::string& why) {
  throw ShapeError(fmt::format("[{}] {}", q.row.name, why));
}

/// Rows, columns and the leading batch dimensions of a stack of matrices.
struct Stack {
  Dims batch;
  std::int64_t rows, columns;

  Dims with(std::initializer_list<std::int64_t> tail) const {
    Dims shape = batch;
    for (std::int64_t extent : tail) shape.push_back(extent);
    return shape;
  }
};

Stack stack_of(const Query& q, int input) {
  const Dims& shape = q.shape(input);
  const int rank = shape.size();
  if (rank < 2) refuse(q, fmt::format("a matrix is needed, shape is {}", to_string(shape)));
  return {Dims(std::span(shape.data(), rank - 2)), shape[rank - 2], shape[rank - 1]};
}

Stack square_stack(const Query& q, int input) {
  Stack stack = stack_of(q, input);
  if (stack.rows != stack.columns) {
    refuse(q, fmt::format("a square matrix is needed, shape is {}", to_string(q.shape(input))));
  }
  return stack;
}

Dims with_axis(const Query& q, std::int64_t extent) {
  Dims shape = q.shape(0);
  shape[static_cast<int>(q.attribute<std::int64_t>(1))] = extent;
  return shape;
}

std::int64_t transform_length(const Query& q) {
  const auto length = q.attribute<std::int64_t>(0);
  if (length < 1) refuse(q, fmt::format("length is {}, at least 1 is needed", length));
  return length;
}

}  // namespace

void broadcast(const Query& q, std::span<Dims> outputs) {
  Dims& shape = outputs[0];
  shape = q.shape(0);
  for (std::size_t i = 1; i < q.inputs.size(); ++i) {
    const Dims& other = q.inputs[i].shape;
    if (shape != other) shape = broadcast_shapes(shape, other, q.row.name);
  }
  for (Dims& output : outputs.subspan(1)) output = shape;
}

void shape_attribute(const Query& q, std::span<Dims> outputs) { outputs[0] = q.attribute<Dims>(0); }

void length_attribute(const Query& q, std::span<Dims> outputs) {
  const auto length = q.attribute<std::int64_t>(0);
  if (length < 0) refuse(q, fmt::format("length is {}", length));
  outputs[0] = {length};
}

void rows_and_columns(const Query& q, std::span<Dims> outputs) {
  outputs[0] = {q.attribute<std::int64_t>(0), q.attribute<std::int64_t>(1)};
}

void reduction(const Query& q, std::span<Dims> outputs) {
  const Dims& axes = q.attribute<Dims>(0);
  const bool keep = q.attribute<bool>(1);
  Dims shape;
  int next = 0;
  for (int axis = 0; axis < q.shape(0).size(); ++axis) {
    const bool reduced = next < axes.size() && axes[next] == axis;
    if (reduced) ++next;
    if (!reduced)
      shape.push_back(q.shape(0)[axis]);
    else if (keep)
      shape.push_back(1);
  }
  outputs[0] = shape;
}

void scan(const Query& q, std::span<Dims> outputs) {
  outputs[0] = q.shape(0);
  outputs[0][static_cast<int>(q.attribute<std::int64_t>(0))] += q.attribute<bool>(1);
}

void searchsorted(const Query& q, std::span<Dims> outputs) {
  if (q.shape(0).size() != 1) {
    refuse(q, fmt::format("a sorted vector is needed, shape is {}", to_string(q.shape(0))));
  }
  outputs[0] = q.shape(1);
}

void gather(const Query& q, std::span<Dims> outputs) {
  const Dims& axes = q.attribute<Dims>(0);
  const Dims& indices = q.shape(1);
  if (indices.empty() || indices[0] != axes.size()) {
    refuse(q,
           fmt::format("indices of shape {} do not name {} axes", to_string(indices), axes.size()));
  }
  Dims shape;
  const auto push_indices = [&] {
    for (int axis = 1; axis < indices.size(); ++axis) shape.push_back(indices[axis]);
  };
  std::int64_t left = q.attribute<std::int64_t>(1);
  int next = 0;
  for (int axis = 0; axis < q.shape(0).size(); ++axis) {
    if (next < axes.size() && axes[next] == axis) {
      ++next;
      continue;
    }
    if (left-- == 0) push_indices();
    shape.push_back(q.shape(0)[axis]);
  }
  if (left >= 0) push_indices();
  outputs[0] = shape;
}

void scatter(const Query& q, std::span<Dims> outputs) {
  Dims region;
  gather(q, {&region, 1});
  if (broadcast_shapes(q.shape(2), region, q.row.name) != region) {
    refuse(q, fmt::format("values of shape {} do not broadcast to {}", to_string(q.shape(2)),
                          to_string(region)));
  }
  outputs[0] = q.shape(0);
}

void take_along_axis(const Query& q, std::span<Dims> outputs) {
  const auto axis = static_cast<int>(q.attribute<std::int64_t>(0));
  Dims a = q.shape(0), indices = q.shape(1);
  if (a.size() != indices.size()) {
    refuse(q, fmt::format("shapes {} and {} differ in rank", to_string(a), to_string(indices)));
  }
  a[axis] = indices[axis];
  outputs[0] = broadcast_shapes(a, indices, q.row.name);
}

void nonzero(const Query& q, std::span<Dims> outputs) {
  outputs[0] = {q.shape(0).size(), q.attribute<std::int64_t>(0)};
}

void matrix(const Query& q, std::span<Dims> outputs) {
  stack_of(q, 0);
  outputs[0] = q.shape(0);
}

void matmul(const Query& q, std::span<Dims> outputs) {
  Dims a = q.shape(0), b = q.shape(1);
  if (a.empty() || b.empty()) refuse(q, "a 0-d array has no matrix product: " + describe_inputs(q));
  const bool row = a.size() == 1, column = b.size() == 1;
  if (row) a.insert(0, 1);
  if (column) b.push_back(1);
  if (a.back() != b[b.size() - 2]) {
    refuse(q, fmt::format("inner dimensions differ: {} @ {}", to_string(q.shape(0)),
                          to_string(q.shape(1))));
  }
  Dims shape = broadcast_shapes(Dims(std::span(a.data(), a.size() - 2)),
                                Dims(std::span(b.data(), b.size() - 2)), q.row.name);
  if (!row) shape.push_back(a[a.size() - 2]);
  if (!column) shape.push_back(b.back());
  outputs[0] = shape;
}

void dot(const Query& q, std::span<Dims> outputs) {
  if (q.shape(0).size() != 1 || q.shape(0) != q.shape(1)) {
    refuse(q, "two vectors of one length are needed, found " + describe_inputs(q));
  }
  outputs[0] = {};
}

void vecdot(const Query& q, std::span<Dims> outputs) {
  Dims a = q.shape(0), b = q.shape(1);
  if (a.empty() || b.empty() || a.back() != b.back()) {
    refuse(q, "vectors of one length are needed, found " + describe_inputs(q));
  }
  a.erase(a.size() - 1);
  b.erase(b.size() - 1);
  outputs[0] = broadcast_shapes(a, b, q.row.name);
}

void transpose(const Query& q, std::span<Dims> outputs) {
  outputs[0] = q.shape(0);
  std::reverse(outputs[0].begin(), outputs[0].end());
}

void lu(const Query& q, std::span<Dims> outputs) {
  const Stack s = stack_of(q, 0);
  const std::int64_t k = std::min(s.rows, s.columns);
  outputs[0] = s.with({s.rows, s.rows});
  outputs[1] = s.with({s.rows, k});
  outputs[2] = s.with({k, s.columns});
}

void qr(const Query& q, std::span<Dims> outputs) {
  const Stack s = stack_of(q, 0);
  const std::int64_t k = q.attribute<bool>(0) ? s.rows : std::min(s.rows, s.columns);
  outputs[0] = s.with({s.rows, k});
  outputs[1] = s.with({k, s.columns});
}

void svd(const Query& q, std::span<Dims> outputs) {
  const Stack s = stack_of(q, 0);
  const std::int64_t k = std::min(s.rows, s.columns);
  const bool full = q.attribute<bool>(0);
  outputs[0] = s.with({s.rows, full ? s.rows : k});
  outputs[1] = s.with({k});
  outputs[2] = s.with({full ? s.columns : k, s.columns});
}

void eigen(const Query& q, std::span<Dims> outputs) {
  const Stack s = square_stack(q, 0);
  outputs[0] = s.with({s.rows});
  outputs[1] = s.with({s.rows, s.rows});
}

void singular_values(const Query& q, std::span<Dims> outputs) {
  const Stack s = stack_of(q, 0);
  outputs[0] = s.with({std::min(s.rows, s.columns)});
}

void eigenvalues(const Query& q, std::span<Dims> outputs) {
  const Stack s = square_stack(q, 0);
  outputs[0] = s.with({s.rows});
}

void square(const Query& q, std::span<Dims> outputs) {
  const Stack s = square_stack(q, 0);
  outputs[0] = s.with({s.rows, s.rows});
}

void solve(const Query& q, std::span<Dims> outputs) {
  const Stack a = square_stack(q, 0);
  const bool vector = q.shape(1).size() == 1;
  const std::int64_t rows = vector ? q.shape(1)[0] : stack_of(q, 1).rows;
  if (rows != a.rows) {
    refuse(q, fmt::format("sizes differ: {} against {}", to_string(q.shape(0)),
                          to_string(q.shape(1))));
  }
  if (vector) {
    outputs[0] = a.with({rows});
    return;
  }
  const Stack b = stack_of(q, 1);
  const Stack joined{broadcast_shapes(a.batch, b.batch, q.row.name), b.rows, b.columns};
  outputs[0] = joined.with({b.rows, b.columns});
}

void determinant(const Query& q, std::span<Dims> outputs) {
  std::fill(outputs.begin(), outputs.end(), square_stack(q, 0).batch);
}

void fft(const Query& q, std::span<Dims> outputs) {
  outputs[0] = with_axis(q, transform_length(q));
}

void rfft(const Query& q, std::span<Dims> outputs) {
  outputs[0] = with_axis(q, transform_length(q) / 2 + 1);
}

void convolve(const Query& q, std::span<Dims> outputs) {
  if (q.shape(0).size() != 1 || q.shape(1).size() != 1 || q.shape(0)[0] == 0 ||
      q.shape(1)[0] == 0) {
    refuse(q, "two non-empty vectors are needed, found " + describe_inputs(q));
  }
  const std::int64_t m = std::max(q.shape(0)[0], q.shape(1)[0]);
  const std::int64_t n = std::min(q.shape(0)[0], q.shape(1)[0]);
  const auto mode = q.attribute<std::int64_t>(0);
  if (mode < 0 || mode > 2)
    throw ValueError(fmt::format("[convolve] mode {} is not 0, 1 or 2", mode));
  outputs[0] = {mode == 0 ? m + n - 1 : mode == 1 ? m : m - n + 1};
}

}  // namespace loom::schema::shape_rule
