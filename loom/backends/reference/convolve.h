#pragma once

#include <cstdint>
#include <span>

namespace loom::reference {

/// The part of a convolution that is returned, as in `numpy.convolve`.
enum class ConvolveMode {
  full,   ///< every overlap: a + b - 1 elements
  same,   ///< the max(a, b) central elements of full; from (min(a, b) - 1) / 2 on
  valid,  ///< complete overlaps only: max(a, b) - min(a, b) + 1 elements
};

/// Elements of the convolution of `a_size` with `b_size` elements. Throws ShapeError where either
/// is less than 1.
std::int64_t convolve_size(std::int64_t a_size, std::int64_t b_size, ConvolveMode mode);

/// Discrete linear convolution by its definition, full[i] = sum_j a[i - j] b[j], the terms added in
/// T and in order of the index into the shorter operand (into b where the sizes agree); integers
/// wrap around, bool is "or" of "and". T is bool, any of the eight integer types, float, double or
/// a complex of them. `out` may not overlap the operands. Throws ShapeError where an operand is
/// empty or `out` does not have `convolve_size` elements.
template <class T>
void convolve(std::span<const T> a, std::span<const T> b, ConvolveMode mode, std::span<T> out);

}  // namespace loom::reference
