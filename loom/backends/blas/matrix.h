#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <new>
#include <optional>
#include <string>

#include "loom/array/view.h"
#include "loom/backends/blas/workspace.h"
#include "loom/dispatch/kernel.h"
#include "loom/support/blocks.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

// Between Loom's strided views and the column-major matrices that BLAS and LAPACK take.
namespace loom::blas {

/// Side of the square blocks that strided copies go by, so that neither side is walked across.
inline constexpr std::int64_t kTile = 32;

struct FreeBlock {
  std::int64_t bytes;
  void operator()(void* block) const { free_block(block, bytes); }
};

/// Uninitialised memory for `count` elements.
template <class T>
using Memory = std::unique_ptr<T[], FreeBlock>;
template <class T>
Memory<T> memory(std::int64_t count) {
  const std::int64_t bytes = std::max<std::int64_t>(count, 1) * std::int64_t{sizeof(T)};
  auto* const block = static_cast<T*>(allocate_block(bytes));
  if (block == nullptr) throw std::bad_alloc();
  return Memory<T>(block, FreeBlock{bytes});
}

/// Elements of memory for a matrix that LAPACK destroys: zgemv of OpenBLAS 0.3.21, on processors
/// with AVX2, reads one column more than it is given.
constexpr std::int64_t matrix_elements(std::int64_t rows, std::int64_t columns) {
  return rows * (columns + 1);
}
template <class T>
Memory<T> matrix_memory(std::int64_t rows, std::int64_t columns) {
  return memory<T>(matrix_elements(rows, columns));
}

/// A column-major matrix of somebody else's memory.
template <class T>
struct ColumnMajor {
  T* data;
  std::int64_t rows, columns;
  std::int64_t leading;  ///< elements from one column to the next, at least max(rows, 1)
  T& operator()(std::int64_t i, std::int64_t j) const { return data[i + j * leading]; }
};

/// Columns of a product that a thread forms at a time where threads share its `columns`: wide
/// enough to be worth the packing of the other factor, few enough for a cache, and some for each
/// thread. Their number has a say in the last digits of the product, so that of the threads has
/// none in it.
inline std::int64_t columns_at_a_time(std::int64_t columns) {
  return std::clamp<std::int64_t>(columns / 8 + 1, 64, 256);
}

/// Copies a matrix between any strides.
template <class T>
void copy_matrix(const T* from, std::int64_t from_rows, std::int64_t from_columns, T* to,
                 std::int64_t to_rows, std::int64_t to_columns, std::int64_t rows,
                 std::int64_t columns) {
  parallel_for(rows, 16 * kTile, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i0 = begin; i0 < end; i0 += kTile) {
      const std::int64_t i1 = std::min(i0 + kTile, end);
      for (std::int64_t j0 = 0; j0 < columns; j0 += kTile) {
        const std::int64_t j1 = std::min(j0 + kTile, columns);
        for (std::int64_t i = i0; i < i1; ++i) {
          for (std::int64_t j = j0; j < j1; ++j) {
            to[i * to_rows + j * to_columns] = from[i * from_rows + j * from_columns];
          }
        }
      }
    }
  });
}

/// Copies a matrix view to column-major memory without gaps.
template <class T>
void load_columns(const View& view, T* to) {
  copy_matrix(view.as<const T>(), view.strides[0], view.strides[1], to, 1, view.shape[0],
              view.shape[0], view.shape[1]);
}

/// Copies a matrix view to row-major memory without gaps.
template <class T>
void load_rows(const View& view, T* to) {
  copy_matrix(view.as<const T>(), view.strides[0], view.strides[1], to, view.shape[1], 1,
              view.shape[0], view.shape[1]);
}

/// Copies the leading part of a column-major matrix to the whole of `view`.
template <class T>
void store(const ColumnMajor<T>& from, const View& view) {
  copy_matrix(static_cast<const T*>(from.data), 1, from.leading, view.as<T>(), view.strides[0],
              view.strides[1], view.shape[0], view.shape[1]);
}

/// Transposes a square matrix without gaps in place.
template <class T>
void transpose_in_place(T* data, std::int64_t n) {
  const auto swap_tiles = [&](std::int64_t i0, std::int64_t j0) {
    for (std::int64_t i = i0; i < std::min(i0 + kTile, n); ++i) {
      for (std::int64_t j = std::max(j0, i + 1); j < std::min(j0 + kTile, n); ++j) {
        std::swap(data[i * n + j], data[j * n + i]);
      }
    }
  };
  // The tiles right of a diagonal one and those below it belong to one thread.
  parallel_for((n + kTile - 1) / kTile, 4, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i0 = begin * kTile; i0 < std::min(end * kTile, n); i0 += kTile) {
      for (std::int64_t j0 = i0; j0 < n; j0 += kTile) swap_tiles(i0, j0);
    }
  });
}

/// Throws LinAlgError "[op] input contains NaN or infinity": LAPACK's iterations may not end there.
template <class T>
void require_finite(const View& view, std::string_view op) {
  const auto not_finite = [&](std::int64_t i) {
    const T* row = view.as<const T>() + i * view.strides[0];
    for (std::int64_t j = 0; j < view.shape[1]; ++j) {
      const T value = row[j * view.strides[1]];
      if (!std::isfinite(std::real(value)) || !std::isfinite(std::imag(value))) return true;
    }
    return false;
  };
  if (parallel_find(view.shape[0], not_finite) < view.shape[0]) {
    throw LinAlgError("[" + std::string(op) + "] input contains NaN or infinity");
  }
}

/// Throws LinAlgError "[op] no convergence ..." where LAPACK's info says so.
void require_convergence(std::string_view op, std::int64_t info);

template <class T>
T conjugate(T value) {
  if constexpr (kIsComplex<T>)
    return std::conj(value);
  else
    return value;
}

/// Calls `body` with one view of rank `ranks[i]` for each matrix of a stack, on this thread: the
/// library has threads of its own. The first view is that of the results.
void for_each_matrix(std::span<const View> views, std::span<const int> ranks,
                     FunctionRef<void(std::span<const View>)> body);

/// Why a matrix or workspace of these extents is beyond the library's integers, or nothing.
std::optional<std::string> beyond_integers(
    std::initializer_list<std::initializer_list<std::int64_t>> extents);

/// Extents of the matrices of a stack.
inline std::int64_t rows_of(const View& view) { return view.shape[view.rank() - 2]; }
inline std::int64_t columns_of(const View& view) { return view.shape[view.rank() - 1]; }

/// Instantiates `Run<T>` for the dtype of the first input, a floating one.
template <template <class> class Run>
void run_typed(const dispatch::KernelCall& call) {
  visit_floating(call.dtype(0), [&]<class T>(std::type_identity<T>) { Run<T>::run(call); });
}

}  // namespace loom::blas
