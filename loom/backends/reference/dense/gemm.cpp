#include "loom/backends/reference/dense/gemm.h"

#include <algorithm>
#include <memory>

#include "loom/backends/reference/dense/vector.h"
#include "loom/support/threads.h"

namespace loom::reference::dense {
namespace {

// A panel of B, kDepth rows of kRowBytes, stays in a second-level cache while all rows of A pass.
constexpr std::int64_t kDepth = 128;
constexpr std::int64_t kRowBytes = 4096;

/// C += A B for one panel B whose rows are contiguous, `stride` elements apart.
template <class T>
void add_panel(Matrix<const T> a, const T* panel, std::int64_t stride, Matrix<T> c) {
  parallel_for(c.rows, grain_of(2 * a.cols * c.cols), [&](std::int64_t begin, std::int64_t end) {
    const bool contiguous = c.col_stride == 1;
    const auto buffer = contiguous ? nullptr : std::make_unique<T[]>(c.cols);
    for (std::int64_t i = begin; i < end; ++i) {
      T* sums = contiguous ? &c(i, 0) : buffer.get();
      if (!contiguous) {
        for (std::int64_t j = 0; j < c.cols; ++j) sums[j] = c(i, j);
      }
      add_rows(
          c.cols, a.cols, [&](std::int64_t k) { return a(i, k); }, panel, stride, sums);
      if (!contiguous) {
        for (std::int64_t j = 0; j < c.cols; ++j) c(i, j) = sums[j];
      }
    }
  });
}

}  // namespace

template <class T>
void gemm(Matrix<const T> a, Matrix<const T> b, Matrix<T> c) {
  constexpr std::int64_t kWidth = kRowBytes / static_cast<std::int64_t>(sizeof(T));
  fill(c, T(0));

  const bool in_place = b.col_stride == 1;
  const auto packed =
      in_place ? nullptr
               : std::make_unique<T[]>(std::min(b.rows, kDepth) * std::min(b.cols, kWidth));
  for (std::int64_t j = 0; j < b.cols; j += kWidth) {
    const std::int64_t width = std::min(kWidth, b.cols - j);
    for (std::int64_t k = 0; k < b.rows; k += kDepth) {
      const std::int64_t depth = std::min(kDepth, b.rows - k);
      Matrix<const T> panel = b.block(k, j, depth, width);
      if (!in_place) {
        const Matrix<T> copied{packed.get(), depth, width, width, 1};
        copy<T>(panel, copied);
        panel = copied;
      }
      add_panel<T>(a.block(0, k, a.rows, depth), panel.data, panel.row_stride,
                   c.block(0, j, c.rows, width));
    }
  }
}

template void gemm(Matrix<const float>, Matrix<const float>, Matrix<float>);
template void gemm(Matrix<const double>, Matrix<const double>, Matrix<double>);
template void gemm(Matrix<const std::complex<float>>, Matrix<const std::complex<float>>,
                   Matrix<std::complex<float>>);
template void gemm(Matrix<const std::complex<double>>, Matrix<const std::complex<double>>,
                   Matrix<std::complex<double>>);
template void gemm(Matrix<const std::int8_t>, Matrix<const std::int8_t>, Matrix<std::int8_t>);
template void gemm(Matrix<const std::int16_t>, Matrix<const std::int16_t>, Matrix<std::int16_t>);
template void gemm(Matrix<const std::int32_t>, Matrix<const std::int32_t>, Matrix<std::int32_t>);
template void gemm(Matrix<const std::int64_t>, Matrix<const std::int64_t>, Matrix<std::int64_t>);
template void gemm(Matrix<const std::uint8_t>, Matrix<const std::uint8_t>, Matrix<std::uint8_t>);
template void gemm(Matrix<const std::uint16_t>, Matrix<const std::uint16_t>, Matrix<std::uint16_t>);
template void gemm(Matrix<const std::uint32_t>, Matrix<const std::uint32_t>, Matrix<std::uint32_t>);
template void gemm(Matrix<const std::uint64_t>, Matrix<const std::uint64_t>, Matrix<std::uint64_t>);
template void gemm(Matrix<const bool>, Matrix<const bool>, Matrix<bool>);

}  // namespace loom::reference::dense
