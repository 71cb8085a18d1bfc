#pragma once

#include <span>

#include "loom/array/view.h"
#include "loom/backends/reference/dense/matrix.h"

// Views of arrays as what the dense algorithms take.
namespace loom::reference {

/// A view of rank 2 as a matrix. T is the C++ type of its dtype, or const.
template <class T>
dense::Matrix<T> matrix_of(const View& view) {
  return {view.as<T>(), view.shape[0], view.shape[1], view.strides[0], view.strides[1]};
}

/// A C-contiguous view as its elements.
template <class T>
std::span<T> elements_of(const View& view) {
  return {view.as<T>(), static_cast<std::size_t>(view.size())};
}

}  // namespace loom::reference
