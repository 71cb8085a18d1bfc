#include "loom/array/dtype.h"

#include <fmt/format.h>

#include <algorithm>

namespace loom {
namespace {

// Bits of precision that a floating dtype must have to hold every value of an integer dtype, as
// NumPy sees it: 8- and 16-bit integers fit float32, wider ones take float64.
bool fits_float32(DType d) {
  return kind(d) == DTypeKind::boolean || (is_integer(d) && item_size(d) <= 2);
}

DType signed_of_bytes(int bytes) {
  switch (bytes) {
    case 1:
      return DType::int8;
    case 2:
      return DType::int16;
    case 4:
      return DType::int32;
    default:
      return DType::int64;
  }
}

DType promote_integers(DType a, DType b) {
  if (kind(a) == kind(b)) return item_size(a) >= item_size(b) ? a : b;
  const DType with_sign = kind(a) == DTypeKind::signed_integer ? a : b;
  const DType without = kind(a) == DTypeKind::signed_integer ? b : a;
  if (item_size(with_sign) > item_size(without)) return with_sign;
  if (item_size(without) == 8) return DType::float64;
  return signed_of_bytes(2 * item_size(without));
}

}  // namespace

DType promote(DType a, DType b) {
  if (a == b) return a;
  if (kind(a) == DTypeKind::boolean) return b;
  if (kind(b) == DTypeKind::boolean) return a;
  if (is_integer(a) && is_integer(b)) return promote_integers(a, b);
  const bool complex = is_complex(a) || is_complex(b);
  const bool single = (real_of(a) == DType::float32 || fits_float32(a)) &&
                      (real_of(b) == DType::float32 || fits_float32(b));
  if (complex) return single ? DType::complex64 : DType::complex128;
  return single ? DType::float32 : DType::float64;
}

DType dtype_from_name(std::string_view wanted) {
  for (int i = 0; i < kDTypeCount; ++i) {
    if (kDTypeFacts[i].name == wanted) return static_cast<DType>(i);
  }
  throw DTypeError(fmt::format("unknown dtype '{}'", wanted));
}

}  // namespace loom
