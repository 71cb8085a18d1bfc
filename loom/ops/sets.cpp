#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/indexing.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/reduction.h"
#include "loom/ops/sorting.h"

// Sets, by sorting: equal elements become neighbours.
namespace loom {
namespace {

bool has_order(const Array& a) { return !is_complex(a.dtype()); }

/// The indices that sort a vector; complex numbers by their real parts, then by the imaginary ones.
Array order_of(const Array& vector) {
  if (has_order(vector)) return argsort(vector);
  const Array by_imaginary = argsort(vector.imag_view());
  return take(by_imaginary, argsort(take(vector.real_view(), by_imaginary, 0)), 0);
}

/// Which elements of a sorted vector differ from the one in front.
Array starts_of(const Array& sorted) {
  const Array starts = ones(sorted.shape(), DType::boolean);
  const std::int64_t n = sorted.size();
  if (n > 1) {
    assign(starts.slice_axis(0, 1, n),
           not_equal(sorted.slice_axis(0, 1, n), sorted.slice_axis(0, 0, n - 1)));
  }
  return starts;
}

/// `isin` of what can be searched for in order.
Array found_in(const Array& a, const Array& elements) {
  const Array sorted = sort(elements);
  const Array last = Array::scalar(sorted.size() - 1);
  return equal(take(sorted, minimum(searchsorted(sorted, a), last), 0), a);
}

/// `isin` by a common set: whether the element that each of `a` became came from `elements`, too.
Array found_together(const Array& a, const Array& elements) {
  const Unique all = unique_all(concat({elements, reshape(a, {-1})}));
  const std::int64_t n = elements.size();
  const Array member = zeros(all.values.shape(), DType::boolean);
  const Index of_elements[] = {all.inverse_indices.slice_axis(0, 0, n)};
  set_item(member, of_elements, Array::scalar(true));
  const Array found = take(member, all.inverse_indices.slice_axis(0, n, n + a.size()), 0);
  return reshape(found, a.shape());
}

}  // namespace

Unique unique_all(const Array& a) {
  const Array vector = reshape(a, {-1});
  const Array order = order_of(vector);
  const Array starts = starts_of(take(vector, order, 0));
  const Array firsts = nonzero(starts)[0];
  const Array indices = take(order, firsts, 0);

  const Array inverse = Array::empty(vector.shape(), DType::int64);
  const Index places[] = {order};
  set_item(inverse, places, subtract(cumulative_sum(starts), Array::scalar(std::int64_t{1})));
  return {take(vector, indices, 0), indices, reshape(inverse, a.shape()),
          diff(firsts, 0, 1, std::nullopt, Array::from({vector.size()}))};
}

Array unique_values(const Array& a) {
  const Array vector = reshape(a, {-1});
  const Array sorted = has_order(a) ? sort(vector) : take(vector, order_of(vector), 0);
  return take(sorted, nonzero(starts_of(sorted))[0], 0);
}

Array isin(const Array& a, const Array& elements, bool invert) {
  const Array vector = reshape(elements, {-1});
  if (vector.size() == 0) return full(a.shape(), Array::scalar(invert));
  const bool ordered = has_order(a) && has_order(vector);
  const Array found = ordered ? found_in(a, vector) : found_together(a, vector);
  return invert ? logical_not(found) : found;
}

}  // namespace loom
