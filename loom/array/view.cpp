#include "loom/array/view.h"

#include <fmt/format.h>

#include <utility>

namespace loom {

bool View::is_contiguous() const {
  if (size() == 0) return true;
  std::int64_t expected = 1;
  for (int i = rank() - 1; i >= 0; --i) {
    if (shape[i] != 1 && strides[i] != expected) return false;
    expected *= shape[i];
  }
  return true;
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
