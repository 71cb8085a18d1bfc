#include "loom/array/view.h"

#include <fmt/format.h>

#include <utility>

namespace loom {

void refuse_byte_count(const Dims& shape) {
  throw ShapeError(fmt::format("shape {} has more than 2^63 bytes", to_string(shape)));
}

View broadcast_view(const View& view, const Dims& shape) {
  View result = view;
  result.shape = shape;
  result.strides = Dims::filled(shape.size(), 0);
  const int lead = shape.size() - view.rank();
  for (int i = 0; i < view.rank(); ++i) {
    if (view.shape[i] != 1 || shape[lead + i] == 1) result.strides[lead + i] = view.strides[i];
  }
  return result;
}

bool spans_overlap(const View& a, const View& b) {
  if (a.size() == 0 || b.size() == 0) return false;
  const auto span_of = [](const View& view) {
    auto first = reinterpret_cast<std::uintptr_t>(view.data), last = first;
    for (int i = 0; i < view.rank(); ++i) {
      const std::int64_t reach = (view.shape[i] - 1) * view.strides[i] * item_size(view.dtype);
      (reach < 0 ? first : last) += static_cast<std::uintptr_t>(reach);
    }
    return std::pair(first, last + item_size(view.dtype));
  };
  const auto [a_first, a_end] = span_of(a);
  const auto [b_first, b_end] = span_of(b);
  return a_first < b_end && b_first < a_end;
}

std::string to_string(const View& view) {
  return fmt::format("{}{}", name(view.dtype), to_string(view.shape));
}

}  // namespace loom
