#pragma once

#include "loom/array/array.h"

namespace loom {

Array zeros(const Dims& shape, DType dtype = DType::float64);
Array ones(const Dims& shape, DType dtype = DType::float64);
/// Every element is the value of the 0-d array `value`, in its dtype.
Array full(const Dims& shape, const Array& value);
/// Every element is `value`.
Array full(const Dims& shape, double value, DType dtype = DType::float64);
/// start, start + step, ... below stop (above it for a negative step). Throws ValueError for a step
/// of 0.
Array arange(double start, double stop, double step = 1.0, DType dtype = DType::float64);
Array arange(std::int64_t stop);
/// `count` evenly spaced points from start to stop, which is the last one if `endpoint`.
Array linspace(double start, double stop, std::int64_t count, bool endpoint = true,
               DType dtype = DType::float64);
/// Ones on the given diagonal; `columns` < 0 means square.
Array eye(std::int64_t rows, std::int64_t columns = -1, std::int64_t diagonal = 0,
          DType dtype = DType::float64);
/// The same elements in new memory, in C order.
Array copy(const Array& a);
/// `a` itself where it is C-contiguous, else a copy that is.
Array contiguous(const Array& a);
/// The elements as `dtype`; `a` itself where it has that dtype already.
Array astype(const Array& a, DType dtype);
/// The elements in another shape (one extent may be -1); a view where the strides allow it.
Array reshape(const Array& a, const Dims& shape);
/// Writes `source`, broadcast and cast, into the elements of `target`. Throws ValueError where
/// `target` is read-only.
void assign(const Array& target, const Array& source);

}  // namespace loom
