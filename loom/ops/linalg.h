#pragma once

#include "loom/array/array.h"

// Products and factorisations. Matrices are the last two dimensions; leading ones are a batch.
// Integers are computed as float64 by everything in `linalg`.
namespace loom {

/// NumPy's `@`. Throws ShapeError "[matmul] inner dimensions differ: (3, 4) @ (5, 6)".
Array matmul(const Array& a, const Array& b);
/// Inner product of two vectors, without conjugation.
Array dot(const Array& a, const Array& b);
/// Dimensions in another order (reversed when `order` is empty): a view.
Array transpose(const Array& a, const Dims& order = {});

enum class ConvolveMode { full, same, valid };
/// Discrete convolution of two vectors, as NumPy's `convolve`.
Array convolve(const Array& a, const Array& b, ConvolveMode mode = ConvolveMode::full);

namespace linalg {

struct Lu {
  Array p, l, u;
};
/// A = P L U with partial pivoting.
Lu lu(const Array& a);

struct Qr {
  Array q, r;
};
/// A = Q R; `complete` makes Q square.
Qr qr(const Array& a, bool complete = false);

struct Svd {
  Array u, s, vh;
};
/// A = U diag(S) Vh, S descending.
Svd svd(const Array& a, bool full_matrices = true);

struct Eigen {
  Array values, vectors;
};
/// Values (ascending) and vectors (columns) of a symmetric or Hermitian matrix; reads the lower
/// triangle. Throws LinAlgError where the iteration does not converge or the input is not finite.
Eigen eigh(const Array& a);
/// Complex values and unit right vectors (columns) of a square matrix.
Eigen eig(const Array& a);

/// Lower L with A = L L^H, or upper U with A = U^H U. Throws LinAlgError where A is not positive
/// definite.
Array cholesky(const Array& a, bool upper = false);
/// X with A X = B; B is a vector, a matrix or a stack. Throws LinAlgError for a singular A.
Array solve(const Array& a, const Array& b);
/// Inverse. Throws LinAlgError for a singular A.
Array inv(const Array& a);
Array det(const Array& a);

}  // namespace linalg
}  // namespace loom
