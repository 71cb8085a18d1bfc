#pragma once

#include <cstddef>
#include <string>

#include "loom/array/dims.h"
#include "loom/array/dtype.h"

namespace loom {

/// Strided memory that somebody else keeps alive: what rules and kernels see of an array. Strides
/// count elements and may be zero or negative; `data` points at element (0, ..., 0).
struct View {
  std::byte* data = nullptr;
  DType dtype = DType::float64;
  Dims shape;
  Dims strides;

  int rank() const { return shape.size(); }
  std::int64_t size() const { return element_count(shape); }
  std::int64_t bytes() const { return size() * item_size(dtype); }
  /// True where the elements lie in C order without gaps.
  bool is_contiguous() const;
  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(data);
  }
};

/// `view` stretched to `shape` with zero strides; the shapes must be broadcastable.
View broadcast_view(const View& view, const Dims& shape);

/// Whether the stretches of memory that the two lie in, gaps included, have a byte in common.
bool spans_overlap(const View& a, const View& b);

/// "float64(3, 4)".
std::string to_string(const View& view);

}  // namespace loom
