#include "loom/ops/sorting.h"

#include "loom/ops/call.h"
#include "loom/ops/indexing.h"

namespace loom {

using schema::Attribute;
using schema::op;

namespace {

Array sorted_by(schema::OpId op, const Array& a, std::int64_t axis, bool descending) {
  const std::int64_t along = normalise_axis(axis, a.ndim(), schema::row(op).name);
  const Attribute attributes[] = {along, descending};
  return ops::call(op, {&a}, attributes);
}

}  // namespace

Array sort(const Array& a, std::int64_t axis, bool descending) {
  return sorted_by(op("sort"), a, axis, descending);
}

Array argsort(const Array& a, std::int64_t axis, bool descending) {
  return sorted_by(op("argsort"), a, axis, descending);
}

Array searchsorted(const Array& sorted, const Array& values, Side side,
                   const std::optional<Array>& sorter) {
  const Array ascending = sorter ? take(sorted, *sorter, 0) : sorted;
  const Attribute attributes[] = {side == Side::right};
  return ops::call(op("searchsorted"), {&ascending, &values}, attributes);
}

}  // namespace loom
