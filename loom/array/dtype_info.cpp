#include "loom/array/dtype_info.h"

#include <fmt/format.h>

#include <limits>

namespace loom {
namespace {

struct NamedKind {
  std::string_view name;
  DTypeSet dtypes;
};

constexpr DTypeSet kSigned = {DType::int8, DType::int16, DType::int32, DType::int64};
constexpr DTypeSet kUnsigned = {DType::uint8, DType::uint16, DType::uint32, DType::uint64};

constexpr NamedKind kKinds[] = {
    {"bool", kBool},         {"signed integer", kSigned}, {"unsigned integer", kUnsigned},
    {"integral", kIntegers}, {"real floating", kReals},   {"complex floating", kComplexes},
    {"numeric", kNumbers},
};

template <class R>
FloatInfo float_info() {
  using Limits = std::numeric_limits<R>;
  return {8 * sizeof(R),    Limits::epsilon(), Limits::max(),
          Limits::lowest(), Limits::min(),     dtype_of<R>()};
}

}  // namespace

FloatInfo finfo(DType dtype) {
  if (!is_floating(dtype)) {
    throw DTypeError(fmt::format("[finfo] a floating dtype is needed, found {}", name(dtype)));
  }
  return real_of(dtype) == DType::float32 ? float_info<float>() : float_info<double>();
}

IntegerInfo iinfo(DType dtype) {
  if (!is_integer(dtype)) {
    throw DTypeError(fmt::format("[iinfo] an integer dtype is needed, found {}", name(dtype)));
  }
  const bool with_sign = kind(dtype) == DTypeKind::signed_integer;
  const int bits = 8 * item_size(dtype);
  const std::uint64_t max = ~std::uint64_t{0} >> (64 - bits + (with_sign ? 1 : 0));
  return {bits, max, with_sign ? -static_cast<std::int64_t>(max) - 1 : 0, dtype};
}

bool can_cast(DType from, DType to) { return promote(from, to) == to; }

DType result_type(std::span<const DType> dtypes) {
  if (dtypes.empty()) throw ValueError("[result_type] at least one dtype is needed");
  DType result = dtypes.front();
  for (const DType dtype : dtypes.subspan(1)) result = promote(result, dtype);
  return result;
}

DType result_type(std::initializer_list<DType> dtypes) {
  return result_type(std::span(dtypes.begin(), dtypes.size()));
}

DType dtype_beside(DType array, DTypeKind number) {
  switch (number) {
    case DTypeKind::boolean:
      return array;
    case DTypeKind::unsigned_integer:
    case DTypeKind::signed_integer:
      return array == DType::boolean ? DType::int64 : array;
    case DTypeKind::real:
      return floating_of(array);
    case DTypeKind::complex:
      return complex_of(array);
  }
  throw DTypeError("unknown kind of number");
}

bool is_dtype_kind(DType dtype, std::string_view kind) {
  for (const NamedKind& known : kKinds) {
    if (known.name == kind) return known.dtypes.contains(dtype);
  }
  throw ValueError(fmt::format(
      "[isdtype] unknown kind '{}': the kinds are bool, signed integer, unsigned integer, "
      "integral, real floating, complex floating and numeric",
      kind));
}

}  // namespace loom
