#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/ops/reduction.h"

// What follows from singular values.
namespace loom::linalg {
namespace {

/// For each of the singular values s of an m x n matrix, whether it exceeds rtol times the largest.
Array counts(const Array& s, const Array& a, const std::optional<Array>& rtol) {
  const DType dtype = s.dtype();
  const double epsilon = dtype == DType::float32 ? std::numeric_limits<float>::epsilon()
                                                 : std::numeric_limits<double>::epsilon();
  const auto longest = static_cast<double>(std::max(a.shape(-1), a.shape(-2)));
  const Array tolerance = astype(rtol.value_or(Array::scalar(longest * epsilon)), dtype);
  // The values descend; where there are none, so is the largest nothing.
  const Array largest = s.slice_axis(-1, 0, std::min<std::int64_t>(s.shape(-1), 1));
  return greater(s, tolerance.expand_dims(-1) * largest);
}

}  // namespace

Array pinv(const Array& a, const std::optional<Array>& rtol) {
  const auto [u, s, vh] = svd(a, false);
  const Array inverse = where(counts(s, a, rtol), reciprocal(s), zeros_like(s));
  const Array scaled = conj(vh).matrix_transpose() * inverse.expand_dims(-2);
  return matmul(scaled, conj(u).matrix_transpose());
}

Array matrix_rank(const Array& a, const std::optional<Array>& rtol) {
  return sum(counts(svdvals(a), a, rtol), Dims{-1});
}

}  // namespace loom::linalg
