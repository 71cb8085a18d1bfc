#include "loom/ops/elementwise.h"

#include <fmt/format.h>

namespace loom {
namespace {

Array bound_of(const Array& x, const Array& bound) {
  if (!can_cast(bound.dtype(), x.dtype())) {
    throw DTypeError(fmt::format("[clip] a bound of dtype {} does not fit an array of dtype {}",
                                 name(bound.dtype()), name(x.dtype())));
  }
  return astype(bound, x.dtype());
}

}  // namespace

Array clip(const Array& x, const std::optional<Array>& min, const std::optional<Array>& max) {
  if (!min && !max) return positive(x);
  const Array below = max ? minimum(x, bound_of(x, *max)) : x;
  return min ? maximum(below, bound_of(x, *min)) : below;
}

}  // namespace loom
