#pragma once

#include <optional>

#include "loom/array/array.h"

// Products and factorisations. Matrices are the last two dimensions; leading ones are a batch.
// Integers are computed as float64 by everything in `linalg`.
namespace loom {

namespace dispatch {
struct Explanation;
}

/// NumPy's `@`. Throws ShapeError "[matmul] inner dimensions differ: (3, 4) @ (5, 6)".
Array matmul(const Array& a, const Array& b);
/// The same of 8-bit integers as int32: uint8 or int8 operands, each of its own kind, sums modulo
/// 2^32 (MatMulInteger of ONNX without zero points). Throws DTypeError for any other dtype.
Array matmul_integer(const Array& a, const Array& b);
/// Inner product of two vectors, without conjugation.
Array dot(const Array& a, const Array& b);
/// Inner products of the vectors along `axis` of both, conjugating the first; other dimensions
/// broadcast. `axis` counts from the end: -1 is the last. (One of 0 or more counts from the front
/// of each array.) Throws ShapeError where the lengths differ.
Array vecdot(const Array& a, const Array& b, std::int64_t axis = -1);
/// Sum over the last `axes` dimensions of `a` and the first ones of `b`. Throws ShapeError where
/// their extents differ.
Array tensordot(const Array& a, const Array& b, std::int64_t axes = 2);
/// Sum over the named pairs of dimensions; those that are left keep their order, `a` first.
Array tensordot(const Array& a, const Array& b, const Dims& axes_a, const Dims& axes_b);
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
/// Bytes that `eigh` of an (n, n) matrix would take under the backend in force, on top of the
/// matrix: its results and the kernel's workspace.
std::int64_t eigh_memory(std::int64_t n, DType dtype = DType::float64);
/// Which backend in force would compute it, and why others would not.
dispatch::Explanation explain_eigh(std::int64_t n, DType dtype = DType::float64);
/// Complex values and unit right vectors (columns) of a square matrix.
Eigen eig(const Array& a);

/// Lower L with A = L L^H, or upper U with A = U^H U. Throws LinAlgError where A is not positive
/// definite.
Array cholesky(const Array& a, bool upper = false);
/// X with A X = B; B is a vector where it has one dimension, else a stack of matrices. Throws
/// LinAlgError for a singular A.
Array solve(const Array& a, const Array& b);
/// Inverse. Throws LinAlgError for a singular A.
Array inv(const Array& a);
Array det(const Array& a);

struct SignedLogDeterminant {
  Array sign, logabsdet;
};
/// det = sign * exp(logabsdet), without overflow; the sign of a complex determinant is on the unit
/// circle. A singular matrix gives 0 and -inf.
SignedLogDeterminant slogdet(const Array& a);

/// The values of `eigh`, `eig`, `svd` alone, for less work.
Array eigvalsh(const Array& a);
Array eigvals(const Array& a);
Array svdvals(const Array& a);

/// Cross products of vectors of 3 along `axis` (which counts as for `vecdot`); other dimensions
/// broadcast.
Array cross(const Array& a, const Array& b, std::int64_t axis = -1);
/// A diagonal of each matrix, as a view; empty where `offset` lies outside.
Array diagonal(const Array& a, std::int64_t offset = 0);
/// Sum of a diagonal; dtypes as for `sum`.
Array trace(const Array& a, std::int64_t offset = 0, std::optional<DType> dtype = std::nullopt);
/// All products of an element of the vector `a` with one of the vector `b`.
Array outer(const Array& a, const Array& b);
/// A to an integer power; a negative one inverts.
Array matrix_power(const Array& a, std::int64_t n);
/// Moore-Penrose inverse; singular values below rtol * the largest count as 0. Without `rtol`,
/// max(m, n) * eps. `rtol` broadcasts against the batch.
Array pinv(const Array& a, const std::optional<Array>& rtol = std::nullopt);
/// Number of singular values above rtol * the largest; int64.
Array matrix_rank(const Array& a, const std::optional<Array>& rtol = std::nullopt);

enum class MatrixNorm { frobenius, nuclear, one, minus_one, two, minus_two, inf, minus_inf };
/// Of the last two dimensions. A matrix without elements has the norm 0; its minus norms throw
/// ShapeError, except where sums of nothing are compared.
Array matrix_norm(const Array& a, MatrixNorm order = MatrixNorm::frobenius, bool keepdims = false);
/// (sum |x|^p)^(1/p) over some axes, or all; p = inf, -inf, 0 (number of nonzeros) as limits. For
/// p = 2 no square overflows or underflows.
Array vector_norm(const Array& a, const std::optional<Dims>& axes = std::nullopt,
                  bool keepdims = false, double p = 2);

}  // namespace linalg
}  // namespace loom
