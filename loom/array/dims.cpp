#include "loom/array/dims.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "loom/support/error.h"

namespace loom {

void Dims::refuse_rank(std::size_t rank) {
  throw ShapeError(
      fmt::format("{} dimensions asked for, at most {} are supported", rank, kMaxRank));
}

void Dims::insert(int position, std::int64_t value) {
  push_back(value);
  std::rotate(begin() + position, end() - 1, end());
}

void Dims::erase(int position) {
  std::copy(begin() + position + 1, end(), begin() + position);
  --size_;
}

std::string to_string(const Dims& dims) {
  return fmt::format("({}{})", fmt::join(dims.begin(), dims.end(), ", "),
                     dims.size() == 1 ? "," : "");
}

std::int64_t unusual_element_count(const Dims& shape) {
  std::int64_t count = 1;
  bool empty = false;
  for (std::int64_t extent : shape) {
    if (extent < 0) throw ShapeError(fmt::format("negative extent in shape {}", to_string(shape)));
    empty = empty || extent == 0;
  }
  if (empty) return 0;
  for (std::int64_t extent : shape) {
    if (__builtin_mul_overflow(count, extent, &count)) {
      throw ShapeError(fmt::format("shape {} has more than 2^63 elements", to_string(shape)));
    }
  }
  return count;
}

Dims broadcast_shapes(const Dims& a, const Dims& b, std::string_view op) {
  const Dims& longer = a.size() >= b.size() ? a : b;
  const Dims& shorter = a.size() >= b.size() ? b : a;
  Dims result = longer;
  const int lead = longer.size() - shorter.size();
  for (int i = 0; i < shorter.size(); ++i) {
    const std::int64_t x = longer[lead + i], y = shorter[i];
    if (x != y && x != 1 && y != 1) {
      throw ShapeError(
          fmt::format("[{}] shapes {} and {} do not broadcast", op, to_string(a), to_string(b)));
    }
    result[lead + i] = x == 1 ? y : x;
  }
  return result;
}

int normalise_axis(std::int64_t axis, int rank, std::string_view op) {
  if (axis < -rank || axis >= rank) {
    throw IndexError(fmt::format("[{}] axis {} is out of range for {} dimensions", op, axis, rank));
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

Dims normalise_axes(const Dims& axes, int rank, std::string_view op) {
  Dims result = axes;
  for (std::int64_t& axis : result) axis = normalise_axis(axis, rank, op);
  std::sort(result.begin(), result.end());
  if (std::adjacent_find(result.begin(), result.end()) != result.end()) {
    throw ShapeError(fmt::format("[{}] an axis is named twice in {}", op, to_string(axes)));
  }
  return result;
}

}  // namespace loom
