#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "loom/ops/axes.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/reduction.h"

namespace loom::linalg {
namespace {

/// The largest of numbers that are not negative; 0 where there are none.
Array largest(const Array& a, const Dims& axes, bool keepdims) {
  for (const std::int64_t axis : axes) {
    // A sum over nothing has the shape that is wanted, and is 0.
    if (a.shape(static_cast<int>(axis)) == 0) return sum(a, axes, keepdims);
  }
  return max(a, axes, keepdims);
}

/// Whether a norm is so small, or infinite, that the square of an element may have lost digits or
/// overflowed.
template <class R>
bool in_doubt(std::span<const R> norms) {
  using Limits = std::numeric_limits<R>;
  const R low = std::sqrt(Limits::min() / Limits::epsilon());
  return std::any_of(norms.begin(), norms.end(), [=](R x) { return x < low || std::isinf(x); });
}

/// The root of the sum of squared magnitudes along the last dimension.
Array root_of_squares(const Array& a) {
  const Array squares = vecdot(a, a);
  return sqrt(is_complex(a.dtype()) ? squares.real_view() : squares);
}

/// Euclidean norms along the last dimension.
Array euclidean(const Array& a) {
  const Array norms = root_of_squares(a);
  const bool doubtful = norms.dtype() == DType::float32 ? in_doubt<float>(norms.span<float>())
                                                        : in_doubt<double>(norms.span<double>());
  if (!doubtful) return norms;
  const Array size = largest(abs(a), {a.ndim() - 1}, true);
  const Array usable = logical_and(isfinite(size), size > 0);
  const Array scale = where(usable, size, ones_like(size));
  return root_of_squares(a / scale) * scale.squeeze(-1);
}

/// The axes merged into one, behind the others.
Array merged(const Array& a, const Dims& axes) {
  Dims order, shape;
  std::int64_t length = 1;
  for (int axis = 0, next = 0; axis < a.ndim(); ++axis) {
    if (next < axes.size() && axes[next] == axis) {
      length *= a.shape(axis);
      ++next;
      continue;
    }
    order.push_back(axis);
    shape.push_back(a.shape(axis));
  }
  for (const std::int64_t axis : axes) order.push_back(axis);
  shape.push_back(length);
  return reshape(permute_dims(a, order), shape);
}

Array sum_of_powers(const Array& a, const Dims& axes, bool keepdims, double p) {
  const Array sizes = abs(a);
  if (p == 1) return sum(sizes, axes, keepdims);
  const Array exponent = astype(Array::scalar(p), sizes.dtype());
  const Array root = astype(Array::scalar(1 / p), sizes.dtype());
  return power(sum(power(sizes, exponent), axes, keepdims), root);
}

}  // namespace

Array vector_norm(const Array& a, const std::optional<Dims>& axes, bool keepdims, double p) {
  const Dims over = normalise_axes(axes.value_or(ops::all_axes(a.ndim())), a.ndim(), "vector_norm");
  const Array x = astype(a, floating_of(a.dtype()));
  if (p == 2) {
    const Array norms = euclidean(merged(x, over));
    return keepdims ? expand_dims(norms, over) : norms;
  }
  if (p == INFINITY) return largest(abs(x), over, keepdims);
  if (p == -INFINITY) return min(abs(x), over, keepdims);
  if (p == 0) return astype(sum(astype(x, DType::boolean), over, keepdims), real_of(x.dtype()));
  return sum_of_powers(x, over, keepdims, p);
}

Array matrix_norm(const Array& a, MatrixNorm order, bool keepdims) {
  if (a.ndim() < 2) {
    throw ShapeError(
        fmt::format("[matrix_norm] a matrix is needed, shape is {}", to_string(a.shape())));
  }
  const int rows = a.ndim() - 2, columns = a.ndim() - 1;
  const auto sums_along = [&](int axis) {
    return sum(abs(astype(a, floating_of(a.dtype()))), Dims{axis}, true);
  };
  const auto both = [&](const Array& norms) { return keepdims ? norms : squeeze(norms, {-2, -1}); };
  const auto of_spectrum = [&](const Array& norms) {
    return keepdims ? expand_dims(norms, {-2, -1}) : norms;
  };
  switch (order) {
    case MatrixNorm::frobenius:
      return vector_norm(a, Dims{rows, columns}, keepdims);
    case MatrixNorm::nuclear:
      return of_spectrum(sum(svdvals(a), Dims{-1}));
    case MatrixNorm::two:
      return of_spectrum(largest(svdvals(a), {rows}, false));
    case MatrixNorm::minus_two:
      return of_spectrum(min(svdvals(a), Dims{rows}));
    case MatrixNorm::one:
      return both(largest(sums_along(rows), {columns}, true));
    case MatrixNorm::minus_one:
      return both(min(sums_along(rows), Dims{columns}, true));
    case MatrixNorm::inf:
      return both(largest(sums_along(columns), {rows}, true));
    case MatrixNorm::minus_inf:
      return both(min(sums_along(columns), Dims{rows}, true));
  }
  throw ValueError("[matrix_norm] unknown norm");
}

}  // namespace loom::linalg
