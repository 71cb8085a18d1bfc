#pragma once

#include <string_view>

#include "loom/backends/reference/dense/matrix.h"

// What has to hold of a matrix before an algorithm squares its elements or iterates on it.
namespace loom::reference::dense {

/// The power of two that takes the largest |re| or |im| of the elements into [1/2, 1), as far as
/// the exponents of the type allow; 1 for a matrix of zeros or with an element that is not finite.
/// Multiplying and dividing by it is exact.
template <class T>
real_t<T> scale_to_unit(Matrix<const T> a);

/// The same. Throws LinAlgError "[eigh] input contains NaN or infinity" where `operation` is "eigh"
/// and an element is not finite.
template <class T>
real_t<T> finite_scale(Matrix<const T> a, std::string_view operation);

}  // namespace loom::reference::dense
