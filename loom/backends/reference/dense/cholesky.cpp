#include "loom/backends/reference/dense/cholesky.h"

#include <fmt/format.h>

#include <cmath>

#include "loom/backends/reference/dense/vector.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::reference::dense {

template <class T>
void cholesky(Matrix<const T> a, Matrix<T> l, std::string_view operation) {
  const std::int64_t n = a.rows;
  OwnedMatrix<T> work = copy_of<T>(a);
  // Column by column, each element by one product of two contiguous rows.
  for (std::int64_t j = 0; j < n; ++j) {
    const T* row = work.row(j);
    const real_t<T> square = real_part(row[j]) - sum_of_squares(j, row);
    if (!(square > 0)) {
      throw LinAlgError(fmt::format(
          "[{}] matrix is not positive definite: leading minor of order {}", operation, j + 1));
    }
    const real_t<T> diagonal = std::sqrt(square);
    work(j, j) = T(diagonal);
    parallel_for(n - j - 1, grain_of(2 * j), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = j + 1 + begin; i < j + 1 + end; ++i) {
        work(i, j) = (work(i, j) - dot(j, row, work.row(i))) / diagonal;
      }
    });
  }
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) l(i, j) = i >= j ? work(i, j) : T(0);
  }
}

template void cholesky(Matrix<const float>, Matrix<float>, std::string_view);
template void cholesky(Matrix<const double>, Matrix<double>, std::string_view);
template void cholesky(Matrix<const std::complex<float>>, Matrix<std::complex<float>>,
                       std::string_view);
template void cholesky(Matrix<const std::complex<double>>, Matrix<std::complex<double>>,
                       std::string_view);

}  // namespace loom::reference::dense
