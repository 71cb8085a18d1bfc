#pragma once

#include <complex>
#include <concepts>
#include <optional>
#include <vector>

#include "loom/array/array.h"

namespace loom {

/// Uninitialised elements in C order. As everything here, throws ShapeError for a negative extent
/// and MemoryPlanError, before it allocates, for what does not fit into memory.
Array empty(const Dims& shape, DType dtype = DType::float64);
Array zeros(const Dims& shape, DType dtype = DType::float64);
Array ones(const Dims& shape, DType dtype = DType::float64);
/// Every element is the value of the 0-d array `value`, in its dtype.
Array full(const Dims& shape, const Array& value);
/// Every element is `value`.
Array full(const Dims& shape, double value, DType dtype = DType::float64);
/// start, start + step, ... below stop (above it for a negative step). Throws ValueError for a step
/// of 0 and for a range without end.
Array arange(double start, double stop, double step = 1.0, DType dtype = DType::float64);
/// The same for integers, exact in all 64 bits; `dtype` may be any real dtype.
Array integer_range(std::int64_t start, std::int64_t stop, std::int64_t step,
                    DType dtype = DType::int64);
/// `integer_range` by the name that both have in Python.
template <std::integral Start, std::integral Stop, std::integral Step = int>
Array arange(Start start, Stop stop, Step step = 1, DType dtype = DType::int64) {
  return integer_range(start, stop, step, dtype);
}
Array arange(std::int64_t stop);
/// `count` evenly spaced points from start to stop, which is the last one if `endpoint`; for an
/// integer dtype the points are rounded down. Throws ShapeError for a negative count.
Array linspace(double start, double stop, std::int64_t count, bool endpoint = true,
               DType dtype = DType::float64);
/// On a line of the complex plane; `dtype` is a complex one.
Array linspace(std::complex<double> start, std::complex<double> stop, std::int64_t count,
               bool endpoint = true, DType dtype = DType::complex128);
/// Ones on the given diagonal; `columns` < 0 means square.
Array eye(std::int64_t rows, std::int64_t columns = -1, std::int64_t diagonal = 0,
          DType dtype = DType::float64);
/// As `zeros` and the like, with the shape of `a` and, without `dtype`, its dtype.
Array zeros_like(const Array& a, std::optional<DType> dtype = std::nullopt);
Array ones_like(const Array& a, std::optional<DType> dtype = std::nullopt);
Array full_like(const Array& a, const Array& value, std::optional<DType> dtype = std::nullopt);
Array empty_like(const Array& a, std::optional<DType> dtype = std::nullopt);
/// The elements on and below the given diagonal of each matrix, zeros elsewhere. Throws ShapeError
/// for fewer than two dimensions.
Array tril(const Array& a, std::int64_t diagonal = 0);
/// The elements on and above it.
Array triu(const Array& a, std::int64_t diagonal = 0);

enum class Indexing { xy, ij };
/// Coordinate arrays of the grid that vectors (or 0-d arrays) of one dtype span; `xy` swaps the
/// first two dimensions. Throws ShapeError, DTypeError.
std::vector<Array> meshgrid(const std::vector<Array>& vectors, Indexing indexing = Indexing::xy);
/// The same elements in new memory, in C order.
Array copy(const Array& a);
/// `a` itself where it is C-contiguous, else a copy that is.
Array contiguous(const Array& a);
/// The elements as `dtype`; `a` itself where it has that dtype already.
Array astype(const Array& a, DType dtype);
/// Writes `source`, broadcast and cast, into the elements of `target`. Throws ValueError where
/// `target` is read-only.
void assign(const Array& target, const Array& source);

}  // namespace loom
