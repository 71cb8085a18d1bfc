#pragma once

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <type_traits>

#include "loom/backends/reference/dense/scalar.h"

// The matrices that the dense algorithms work on: views of any strides, and row-major workspace.
namespace loom::reference::dense {

/// Workspace, zero at first, that is on the stack where it is short: most matrices that are
/// factored one by one are smaller than what an allocation costs.
template <class T, std::size_t kShort = 16>
using Work = boost::container::small_vector<T, kShort>;

/// Rows up to which algorithms go without the blocks, batches and threads that serve large
/// matrices.
inline constexpr std::int64_t kSmall = 12;

/// A view of a matrix that somebody else owns. Strides count elements and may be anything.
template <class T>
struct Matrix {
  T* data = nullptr;
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::int64_t row_stride = 0;
  std::int64_t col_stride = 0;

  T& operator()(std::int64_t i, std::int64_t j) const {
    return data[i * row_stride + j * col_stride];
  }

  /// The same memory, read as the transpose.
  Matrix transposed() const { return {data, cols, rows, col_stride, row_stride}; }

  /// The `height` x `width` block whose first element is (i, j).
  Matrix block(std::int64_t i, std::int64_t j, std::int64_t height, std::int64_t width) const {
    return {data + i * row_stride + j * col_stride, height, width, row_stride, col_stride};
  }

  operator Matrix<const T>() const  // NOLINT(google-explicit-constructor): like T* to const T*
      requires(!std::is_const_v<T>) {
    return {data, rows, cols, row_stride, col_stride};
  }
};

/// A row-major matrix that owns its memory; zero at first.
template <class T>
class OwnedMatrix {
 public:
  OwnedMatrix() = default;
  OwnedMatrix(std::int64_t rows, std::int64_t cols)
      : data_(static_cast<std::size_t>(rows * cols)), rows_(rows), cols_(cols) {}

  std::int64_t rows() const { return rows_; }
  std::int64_t cols() const { return cols_; }

  T* row(std::int64_t i) { return data_.data() + i * cols_; }
  const T* row(std::int64_t i) const { return data_.data() + i * cols_; }
  T& operator()(std::int64_t i, std::int64_t j) { return row(i)[j]; }
  const T& operator()(std::int64_t i, std::int64_t j) const { return row(i)[j]; }

  Matrix<T> view() { return {data_.data(), rows_, cols_, cols_, 1}; }
  Matrix<const T> view() const { return {data_.data(), rows_, cols_, cols_, 1}; }

 private:
  Work<T, 64> data_;
  std::int64_t rows_ = 0;
  std::int64_t cols_ = 0;
};

/// to(i, j) = f(from(i, j)). The two may be the same memory only if they are the same view.
template <class T, class F>
void transform(Matrix<const T> from, Matrix<T> to, F f) {
  for (std::int64_t i = 0; i < to.rows; ++i) {
    for (std::int64_t j = 0; j < to.cols; ++j) to(i, j) = f(from(i, j));
  }
}

/// to = from.
template <class T>
void copy(Matrix<const T> from, Matrix<T> to) {
  transform<T>(from, to, [](T x) { return x; });
}

/// to = from^H, the conjugate transpose.
template <class T>
void copy_adjoint(Matrix<const T> from, Matrix<T> to) {
  transform<T>(from.transposed(), to, [](T x) { return conjugate(x); });
}

/// A row-major copy of `from`.
template <class T>
OwnedMatrix<T> copy_of(Matrix<const T> from) {
  OwnedMatrix<T> result(from.rows, from.cols);
  copy<T>(from, result.view());
  return result;
}

/// Every element becomes `value`.
template <class T>
void fill(Matrix<T> a, T value) {
  if (a.col_stride == 1 && a.row_stride == a.cols) {
    std::fill_n(a.data, a.rows * a.cols, value);
    return;
  }
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.cols; ++j) a(i, j) = value;
  }
}

/// Ones on the diagonal, zeros elsewhere.
template <class T>
void set_identity(Matrix<T> a) {
  fill(a, T(0));
  for (std::int64_t i = 0; i < std::min(a.rows, a.cols); ++i) a(i, i) = T(1);
}

}  // namespace loom::reference::dense
