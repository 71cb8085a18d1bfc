#include "loom/array/view.h"

#include <fmt/format.h>

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

std::string to_string(const View& view) {
  return fmt::format("{}{}", name(view.dtype), to_string(view.shape));
}

}  // namespace loom
