#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include "loom/array/buffer.h"
#include "loom/array/view.h"

namespace loom {

/// One dimension's part of a basic index, as in Python's `start:stop:step`; absent ends mean "from
/// the beginning" and "to the end" in the direction of `step`.
struct Slice {
  std::optional<std::int64_t> start;
  std::optional<std::int64_t> stop;
  std::int64_t step = 1;
};

/// The elements of an axis that a slice takes: the first of them and how many there are.
struct SliceRange {
  std::int64_t start, count;
};

/// Python's rule: ends are clipped to the extent, negative ones count from the back. Throws
/// ValueError for a step of 0.
SliceRange resolve_slice(const Slice& slice, std::int64_t extent);

/// An n-dimensional array: a handle on shared memory. Copying a handle copies no elements; views
/// made by slicing, transposing or reshaping write through to the same memory, as in NumPy.
class Array {
 public:
  /// An array of shape (0,) and dtype float64.
  Array();
  /// Uninitialised elements in C order. Throws ShapeError, MemoryPlanError.
  static Array empty(const Dims& shape, DType dtype = DType::float64);
  /// A copy of `values` in the given shape, or one-dimensional.
  template <class T>
  static Array from(std::span<const T> values, const std::optional<Dims>& shape = std::nullopt);
  template <class T>
  static Array from(const std::vector<T>& values, const std::optional<Dims>& shape = std::nullopt) {
    return from(std::span<const T>(values), shape);
  }
  template <class T>
  static Array from(std::initializer_list<T> values,
                    const std::optional<Dims>& shape = std::nullopt) {
    return from(std::span<const T>(values.begin(), values.size()), shape);
  }
  /// A 0-d array.
  template <class T>
  static Array scalar(T value) {
    return from(std::span<const T>(&value, 1), Dims{});
  }
  /// An array over foreign memory; `release` runs when the last handle lets go of it.
  static Array borrow(void* data, const Dims& shape, const Dims& strides, DType dtype,
                      bool writable, std::function<void()> release);
  /// Another array over the memory of `buffer`: `view` lies in it.
  static Array share(BufferRef buffer, const View& view) { return Array(std::move(buffer), view); }

  DType dtype() const { return view_.dtype; }
  const Dims& shape() const { return view_.shape; }
  std::int64_t shape(int axis) const { return view_.shape[axis < 0 ? axis + ndim() : axis]; }
  const Dims& strides() const { return view_.strides; }
  int ndim() const { return view_.rank(); }
  std::int64_t size() const { return view_.size(); }
  std::int64_t nbytes() const { return view_.bytes(); }
  bool is_contiguous() const { return view_.is_contiguous(); }
  bool writable() const { return buffer_->writable(); }
  /// Where the elements lie and what they are; the value may be pending, so nobody may read it.
  const View& layout() const { return view_; }
  /// The elements, to be read.
  const View& view() const {
    buffer_->settle();
    return view_;
  }
  /// The elements, to be written now; whoever keeps an address to write to needs `data`.
  const View& writable_view() const {
    buffer_->before_write();
    return view_;
  }
  const BufferRef& buffer() const { return buffer_; }

  /// Pointer to element (0, ..., 0), to read and to write for as long as the array lives: no
  /// operation is deferred over its memory from then on. Throws DTypeError where T is not the
  /// dtype.
  template <class T>
  T* data() const {
    check_dtype(dtype_of<T>());
    buffer_->expose();
    return view_.as<T>();
  }
  /// The elements of a C-contiguous array. Throws DTypeError, ShapeError.
  template <class T>
  std::span<T> span() const {
    check_contiguous();
    return {data<T>(), static_cast<std::size_t>(size())};
  }
  /// One element by its index. Throws DTypeError, IndexError.
  template <class T>
  T& at(std::initializer_list<std::int64_t> index) const {
    return data<T>()[offset_of(index)];
  }
  /// The value of an array that has one element, converted to T.
  template <class T>
  T item() const;

  // Views: no element moves.
  /// A part along each leading dimension; missing dimensions are taken whole.
  Array slice(std::initializer_list<Slice> slices) const;
  /// Elements [start, stop) along one axis.
  Array slice_axis(std::int64_t axis, std::int64_t start, std::int64_t stop) const;
  /// The sub-array at `index` of `axis`, one dimension fewer.
  Array select(std::int64_t axis, std::int64_t index) const;
  /// Dimensions in another order; reversed when `order` is empty.
  Array transpose(const Dims& order = {}) const;
  /// The last two dimensions swapped (`x.mT` of the Array API).
  Array matrix_transpose() const;
  Array broadcast_to(const Dims& shape) const;
  Array expand_dims(std::int64_t axis) const;
  Array squeeze(std::int64_t axis) const;
  /// The same memory in another shape (one extent may be -1), or nothing where the strides do not
  /// allow it; `reshape` of the operations copies then.
  std::optional<Array> try_reshape(const Dims& shape) const;
  /// Real or imaginary part of a complex array as a view. Throws DTypeError otherwise.
  Array real_view() const;
  Array imag_view() const;

 private:
  Array(BufferRef buffer, const View& view) : buffer_(std::move(buffer)), view_(view) {}
  Array with_view(const View& view) const { return Array(buffer_, view); }
  void check_dtype(DType wanted) const;
  void check_contiguous() const;
  std::int64_t offset_of(std::initializer_list<std::int64_t> index) const;
  Array component_view(int component) const;

  BufferRef buffer_;
  View view_;
};

/// `shape` with a -1 replaced by what makes `count` elements. Throws ShapeError.
Dims resolve_shape(const Dims& shape, std::int64_t count);

template <class T>
Array Array::from(std::span<const T> values, const std::optional<Dims>& shape) {
  const auto count = static_cast<std::int64_t>(values.size());
  Array result = empty(resolve_shape(shape.value_or(Dims{count}), count), dtype_of<T>());
  std::copy(values.begin(), values.end(), result.view().as<T>());
  return result;
}

template <class T>
T Array::item() const {
  if (size() != 1) throw ShapeError("[item] one element expected, shape is " + to_string(shape()));
  return visit_dtype(dtype(), [&]<class U>(std::type_identity<U>) -> T {
    if constexpr (std::is_convertible_v<U, T>) {
      return static_cast<T>(*view().as<U>());
    } else {
      throw DTypeError("[item] a complex value does not convert to a real one");
    }
  });
}

}  // namespace loom
