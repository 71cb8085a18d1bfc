#pragma once

#include "parity/inputs.h"

// Who makes the inputs of the operations; some operations are called alike and share one.
namespace loom::test::generators {

using Problems = std::vector<Problem>;

// generators_elementwise.cpp
Problems full(const schema::OpRow& row, DType dtype, Random& random);
Problems arange(const schema::OpRow& row, DType dtype, Random& random);
Problems linspace(const schema::OpRow& row, DType dtype, Random& random);
Problems eye(const schema::OpRow& row, DType dtype, Random& random);
Problems triangle(const schema::OpRow& row, DType dtype, Random& random);
Problems copy(const schema::OpRow& row, DType dtype, Random& random);
Problems astype(const schema::OpRow& row, DType dtype, Random& random);
Problems elementwise(const schema::OpRow& row, DType dtype, Random& random);
Problems reduction(const schema::OpRow& row, DType dtype, Random& random);

// generators_order.cpp
Problems variance(const schema::OpRow& row, DType dtype, Random& random);
Problems exact_reduction(const schema::OpRow& row, DType dtype, Random& random);
Problems scan(const schema::OpRow& row, DType dtype, Random& random);
Problems sorting(const schema::OpRow& row, DType dtype, Random& random);
Problems searchsorted(const schema::OpRow& row, DType dtype, Random& random);
Problems indexing(const schema::OpRow& row, DType dtype, Random& random);
Problems take_along_axis(const schema::OpRow& row, DType dtype, Random& random);
Problems nonzero(const schema::OpRow& row, DType dtype, Random& random);

// generators_algebra.cpp
Problems matmul(const schema::OpRow& row, DType dtype, Random& random);
Problems matmul_integer(const schema::OpRow& row, DType dtype, Random& random);
Problems dot(const schema::OpRow& row, DType dtype, Random& random);
Problems vecdot(const schema::OpRow& row, DType dtype, Random& random);
Problems convolve(const schema::OpRow& row, DType dtype, Random& random);
Problems any_matrix(const schema::OpRow& row, DType dtype, Random& random);
Problems regular_matrix(const schema::OpRow& row, DType dtype, Random& random);
Problems solve(const schema::OpRow& row, DType dtype, Random& random);
Problems fourier(const schema::OpRow& row, DType dtype, Random& random);

// generators_modules.cpp
Problems real_stream(const schema::OpRow& row, DType dtype, Random& random);
Problems integers(const schema::OpRow& row, DType dtype, Random& random);
Problems permutation(const schema::OpRow& row, DType dtype, Random& random);
Problems genotypes(const schema::OpRow& row, DType dtype, Random& random);
Problems lmm_scan(const schema::OpRow& row, DType dtype, Random& random);

/// Numbers for sums: positive ones, because cancellation would be taken for an error by a measure
/// that looks at the size of the result; of any sign for integers, which are exact.
inline Array summands(Random& random, const Dims& shape, DType dtype) {
  return is_floating(dtype) ? random.array(shape, dtype, 0.5, 1.5)
                            : random.array(shape, dtype, -50, 50);
}

/// Modules add their rows to the op table on first use; this makes all of them do so.
void add_rows_of_modules();

}  // namespace loom::test::generators
