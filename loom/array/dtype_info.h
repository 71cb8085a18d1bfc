#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "loom/array/dtype.h"

// What the Array API standard asks of dtypes: their limits, their kinds, and what converts to what.
namespace loom {

/// Limits of a floating dtype; of the parts where it is complex.
struct FloatInfo {
  int bits;
  double eps;  ///< from 1 to the next larger number
  double max;
  double min;              ///< the most negative number, -max
  double smallest_normal;  ///< the smallest positive number of full precision
  DType dtype;             ///< float32 or float64
};

/// Limits of an integer dtype.
struct IntegerInfo {
  int bits;
  std::uint64_t max;
  std::int64_t min;
  DType dtype;
};

/// Throws DTypeError where `dtype` is not floating.
FloatInfo finfo(DType dtype);

/// Throws DTypeError where `dtype` is not an integer dtype.
IntegerInfo iinfo(DType dtype);

/// Whether promotion takes `from` to `to` beside something: no value of `from` loses more than the
/// precision that promotion gives up (int64 to float64 is allowed, float64 to float32 is not).
bool can_cast(DType from, DType to);

/// All of them promoted together. Throws ValueError where there are none.
DType result_type(std::span<const DType> dtypes);
DType result_type(std::initializer_list<DType> dtypes);

/// The dtype of a number that has none of its own, such as a Python scalar, beside an array: the
/// array's, unless the number is of a higher kind; then int64, float64, or complex of the array's
/// precision. int8 beside 2 stays int8; beside 0.5 it becomes float64.
DType dtype_beside(DType array, DTypeKind number);

/// Whether `dtype` belongs to a kind of the standard: "bool", "signed integer", "unsigned integer",
/// "integral", "real floating", "complex floating" or "numeric". Throws ValueError for other kinds.
bool is_dtype_kind(DType dtype, std::string_view kind);

}  // namespace loom
