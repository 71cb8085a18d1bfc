#include "loom/ops/axes.h"

#include <numeric>

#include "loom/ops/manipulation.h"

namespace loom::ops {

Dims all_axes(int rank) {
  Dims axes = Dims::filled(rank, 0);
  std::iota(axes.begin(), axes.end(), std::int64_t{0});
  return axes;
}

Dims ordered_axes(const Dims& axes, int rank, std::string_view op) {
  normalise_axes(axes, rank, op);
  Dims result = axes;
  for (std::int64_t& axis : result) axis = normalise_axis(axis, rank, op);
  return result;
}

Array axis_to_end(const Array& a, std::int64_t axis, std::string_view op) {
  return moveaxis(a, {normalise_axis(axis, a.ndim(), op)}, {-1});
}

}  // namespace loom::ops
