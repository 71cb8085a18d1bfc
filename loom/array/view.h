#pragma once

#include <cstddef>
#include <string>

#include "loom/array/dims.h"
#include "loom/array/dtype.h"

namespace loom {

[[noreturn]] void refuse_byte_count(const Dims& shape);

/// The bytes of a C-ordered array of that shape. Throws ShapeError as `element_count`, and for more
/// than 2^63 bytes.
inline std::int64_t byte_count(const Dims& shape, DType dtype) {
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(element_count(shape), std::int64_t{item_size(dtype)}, &bytes)) {
    refuse_byte_count(shape);
  }
  return bytes;
}

/// Strided memory that somebody else keeps alive: what rules and kernels see of an array. Strides
/// count elements and may be zero or negative; `data` points at element (0, ..., 0).
struct View {
  std::byte* data = nullptr;
  DType dtype = DType::float64;
  Dims shape;
  Dims strides;

  int rank() const { return shape.size(); }
  std::int64_t size() const { return element_count(shape); }
  std::int64_t bytes() const { return byte_count(shape, dtype); }
  /// True where the elements lie in C order without gaps.
  bool is_contiguous() const {
    std::int64_t expected = 1;
    for (int i = rank() - 1; i >= 0; --i) {
      if (shape[i] != 1 && strides[i] != expected) return size() == 0;
      expected *= shape[i];
    }
    return true;
  }
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
