#pragma once

#include "loom/backends/reference/dense/matrix.h"

namespace loom::reference::dense {

/// C = A B, with A m x k, B k x n and C m x n, all of any strides; C overlaps neither. Every
/// element is summed over ascending k from zero, so it depends on nothing but its row and its
/// column. Floating and complex types, all integers (which wrap), and bool (true where some k has
/// both).
template <class T>
void gemm(Matrix<const T> a, Matrix<const T> b, Matrix<T> c);

}  // namespace loom::reference::dense
