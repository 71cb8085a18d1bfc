#pragma once

#include "loom/schema/op_row.h"

// The dtype rules, shape rules and cost models that rows choose from.
namespace loom::schema {

namespace dtype_rule {
/// Inputs promoted together, result the same: add, multiply. Booleans are refused.
DTypes numeric(const Query&);
/// As `numeric`, complex refused: floor_divide, maximum, floor.
DTypes real_numeric(const Query&);
/// Inputs promoted together and integers taken to float64: divide, exp, sqrt, solve, qr.
DTypes floating(const Query&);
/// As `floating`, complex refused: atan2, hypot.
DTypes real_floating(const Query&);
/// As `real_floating`, boolean result: signbit.
DTypes real_floating_predicate(const Query&);
/// Booleans or integers promoted together, result the same: bitwise_and.
DTypes bits(const Query&);
/// As `bits`, booleans refused: bitwise_left_shift.
DTypes integer(const Query&);
/// The input's dtype, whatever it is: copy, full.
DTypes same(const Query&);
/// Inputs promoted together, boolean result: equal.
DTypes equality(const Query&);
/// As `equality`, complex refused: less.
DTypes ordering(const Query&);
/// Boolean inputs and result: logical_and.
DTypes logical(const Query&);
/// One number in, boolean out: isnan.
DTypes predicate(const Query&);
/// Complex to its real dtype, other numbers kept: abs, real, imag.
DTypes magnitude(const Query&);
/// First input boolean, the others promoted together: where.
DTypes select(const Query&);
/// Input kept, result is the dtype attribute at index 0: astype.
DTypes cast(const Query&);
/// No input, result is the dtype that the last attribute names: eye, random numbers.
DTypes last_attribute(const Query&);
/// Input kept; the result of integers and booleans has 64 bits: sum, prod.
DTypes accumulation(const Query&);
/// Input kept; floating result: mean.
DTypes mean(const Query&);
/// As `mean`, real result: var.
DTypes variance(const Query&);
/// Input kept, boolean result: all, any.
DTypes truth(const Query&);
/// Input kept, int64 result: count_nonzero, nonzero.
DTypes count(const Query&);
/// Input kept, complex refused: sort.
DTypes ordered(const Query&);
/// Inputs promoted together, complex refused, int64 result: argmin, argsort, searchsorted.
DTypes place(const Query&);
/// Second input an integer that is taken to int64, the others and the result as the first: gather.
DTypes indexed(const Query&);
/// Inputs of 8-bit integers, signed or not, each kept; int32 result: matmul_integer.
DTypes byte_products(const Query&);
/// `floating` input; real first output: eigh -> w, V.
DTypes eigh(const Query&);
/// `floating` input; real second output: svd -> U, S, Vh; slogdet -> sign, logarithm.
DTypes svd(const Query&);
/// `floating` input, real output: eigvalsh, svdvals.
DTypes real_output(const Query&);
/// `floating` input, complex outputs: eig, eigvals.
DTypes to_complex(const Query&);
/// As `to_complex`, complex input refused: rfft.
DTypes real_to_complex(const Query&);
/// Input taken to complex, complex output: fft.
DTypes complex(const Query&);
/// Input taken to complex, real output: irfft.
DTypes complex_to_real(const Query&);
}  // namespace dtype_rule

namespace shape_rule {
/// All inputs broadcast together.
void broadcast(const Query&, std::span<Dims> outputs);
/// The "ints" attribute at index 0.
void shape_attribute(const Query&, std::span<Dims> outputs);
/// One dimension, as long as the "int" attribute at index 0.
void length_attribute(const Query&, std::span<Dims> outputs);
/// "int" attributes 0 and 1: rows and columns.
void rows_and_columns(const Query&, std::span<Dims> outputs);
/// Attributes axes (normalised) and keepdims.
void reduction(const Query&, std::span<Dims> outputs);
/// Attributes axis and include_initial, which makes the axis one longer.
void scan(const Query&, std::span<Dims> outputs);
/// A vector and anything, the shape of which is the result's.
void searchsorted(const Query&, std::span<Dims> outputs);
/// a and indices (k, ...), attributes axes (k of them) and position: a without those axes, with
/// the (...) of the indices behind `position` of what is left.
void gather(const Query&, std::span<Dims> outputs);
/// As `gather` and values that broadcast to what that gives -> as a.
void scatter(const Query&, std::span<Dims> outputs);
/// Two arrays of one rank, attribute axis: the extent of the second there, others broadcast.
void take_along_axis(const Query&, std::span<Dims> outputs);
/// Attribute count -> (rank, count).
void nonzero(const Query&, std::span<Dims> outputs);
/// (..., m, n) -> the same: tril, triu.
void matrix(const Query&, std::span<Dims> outputs);
/// NumPy's `@`: vectors, matrices and batches of matrices.
void matmul(const Query&, std::span<Dims> outputs);
/// NumPy's `dot` of two vectors.
void dot(const Query&, std::span<Dims> outputs);
/// (..., n) and (..., n) -> (...), leading dimensions broadcast.
void vecdot(const Query&, std::span<Dims> outputs);
/// All dimensions reversed.
void transpose(const Query&, std::span<Dims> outputs);
/// (..., m, n) -> P (m, m), L (m, k), U (k, n) with k = min(m, n).
void lu(const Query&, std::span<Dims> outputs);
/// (..., m, n) -> Q (m, k), R (k, n); with attribute `complete` Q (m, m), R (m, n).
void qr(const Query&, std::span<Dims> outputs);
/// (..., m, n) -> U (m, k), S (k), Vh (k, n); with attribute `full_matrices` U (m, m), Vh (n, n).
void svd(const Query&, std::span<Dims> outputs);
/// (..., n, n) -> values (n), vectors (n, n): eigh, eig.
void eigen(const Query&, std::span<Dims> outputs);
/// (..., m, n) -> (..., min(m, n)): svdvals.
void singular_values(const Query&, std::span<Dims> outputs);
/// (..., n, n) -> (..., n): eigvalsh, eigvals.
void eigenvalues(const Query&, std::span<Dims> outputs);
/// (..., n, n) -> the same: cholesky, inv.
void square(const Query&, std::span<Dims> outputs);
/// A (..., n, n), B (..., n, k) or a vector (n) -> as B, batch dimensions broadcast.
void solve(const Query&, std::span<Dims> outputs);
/// (..., n, n) -> (...) for every output: det, slogdet.
void determinant(const Query&, std::span<Dims> outputs);
/// Attributes length, axis: that axis becomes `length` long: fft, irfft.
void fft(const Query&, std::span<Dims> outputs);
/// As `fft` with length / 2 + 1.
void rfft(const Query&, std::span<Dims> outputs);
/// Two vectors and attribute mode: 0 full, 1 same, 2 valid.
void convolve(const Query&, std::span<Dims> outputs);
}  // namespace shape_rule

namespace cost_model {
/// One operation per output element, every operand moved once.
Cost elementwise(const Query&, std::span<const View> outputs);
/// About twenty operations per output element: transcendental functions, random numbers.
Cost transcendental(const Query&, std::span<const View> outputs);
/// One operation per input element.
Cost reduction(const Query&, std::span<const View> outputs);
/// log2 n operations per element, n being the extent of the axis that attribute 0 names.
Cost sort(const Query&, std::span<const View> outputs);
/// log2 n operations per element of the result, n being the length of input 0.
Cost search(const Query&, std::span<const View> outputs);
/// 2 k per element of the result, each an inner product of k terms.
Cost matmul(const Query&, std::span<const View> outputs);
/// n^3 times a factor that each routine has: the usual LAPACK counts.
Cost lu(const Query&, std::span<const View> outputs);
Cost qr(const Query&, std::span<const View> outputs);
Cost svd(const Query&, std::span<const View> outputs);
Cost svdvals(const Query&, std::span<const View> outputs);
Cost eigh(const Query&, std::span<const View> outputs);
Cost eigvalsh(const Query&, std::span<const View> outputs);
Cost eigvals(const Query&, std::span<const View> outputs);
Cost eig(const Query&, std::span<const View> outputs);
Cost cholesky(const Query&, std::span<const View> outputs);
Cost solve(const Query&, std::span<const View> outputs);
Cost inverse(const Query&, std::span<const View> outputs);
/// 5 n log2 n per transform.
Cost fft(const Query&, std::span<const View> outputs);
/// 2 m n.
Cost convolve(const Query&, std::span<const View> outputs);
/// Nothing moves.
Cost free(const Query&, std::span<const View> outputs);
}  // namespace cost_model

}  // namespace loom::schema
