#pragma once

#include <algorithm>
#include <cstdint>

#include "loom/array/dims.h"

namespace loom::dispatch {

/// Some axes of an array, merged where the strides allow it without changing the order.
struct Axes {
  Dims shape, strides;

  void push(std::int64_t extent, std::int64_t stride) {
    if (extent == 1) return;
    if (!shape.empty() && strides.back() == stride * extent) {
      shape.back() *= extent;
      strides.back() = stride;
    } else {
      shape.push_back(extent);
      strides.push_back(stride);
    }
  }
  std::int64_t size() const { return element_count(shape); }
  std::int64_t inner_extent() const { return shape.empty() ? 1 : shape.back(); }
  std::int64_t inner_stride() const { return strides.empty() ? 0 : strides.back(); }
  /// Where the element of that number in C order lies.
  std::int64_t offset(std::int64_t number) const {
    std::int64_t result = 0;
    for (int axis = shape.size() - 1; axis > 0; --axis) {
      result += number % shape[axis] * strides[axis];
      number /= shape[axis];
    }
    return shape.empty() ? 0 : result + number * strides[0];
  }
  /// The same for `count` elements from `first` on.
  void fill_offsets(std::int64_t first, std::int64_t count, std::int64_t* offsets) const {
    const std::int64_t extent = inner_extent(), stride = inner_stride();
    for (std::int64_t done = 0; done < count;) {
      const std::int64_t start = offset(first + done);
      const std::int64_t run = std::min(extent - (first + done) % extent, count - done);
      for (std::int64_t i = 0; i < run; ++i) offsets[done + i] = start + i * stride;
      done += run;
    }
  }
};

}  // namespace loom::dispatch
