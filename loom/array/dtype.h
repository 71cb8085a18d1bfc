#pragma once

#include <complex>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "loom/support/error.h"

namespace loom {

/// The element types. float64 is the default everywhere.
enum class DType : std::uint8_t {
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  complex64,
  complex128,
};

inline constexpr int kDTypeCount = 13;

/// What sort of number a dtype holds, in the order of promotion.
enum class DTypeKind : std::uint8_t { boolean, unsigned_integer, signed_integer, real, complex };

struct DTypeFacts {
  std::string_view name;
  DTypeKind kind;
  int bytes;
};

inline constexpr DTypeFacts kDTypeFacts[kDTypeCount] = {
    {"bool", DTypeKind::boolean, 1},
    {"int8", DTypeKind::signed_integer, 1},
    {"int16", DTypeKind::signed_integer, 2},
    {"int32", DTypeKind::signed_integer, 4},
    {"int64", DTypeKind::signed_integer, 8},
    {"uint8", DTypeKind::unsigned_integer, 1},
    {"uint16", DTypeKind::unsigned_integer, 2},
    {"uint32", DTypeKind::unsigned_integer, 4},
    {"uint64", DTypeKind::unsigned_integer, 8},
    {"float32", DTypeKind::real, 4},
    {"float64", DTypeKind::real, 8},
    {"complex64", DTypeKind::complex, 8},
    {"complex128", DTypeKind::complex, 16},
};

constexpr const DTypeFacts& facts(DType dtype) { return kDTypeFacts[static_cast<int>(dtype)]; }
constexpr std::string_view name(DType dtype) { return facts(dtype).name; }
constexpr DTypeKind kind(DType dtype) { return facts(dtype).kind; }
constexpr int item_size(DType dtype) { return facts(dtype).bytes; }

constexpr bool is_floating(DType d) { return kind(d) >= DTypeKind::real; }
constexpr bool is_complex(DType d) { return kind(d) == DTypeKind::complex; }
constexpr bool is_integer(DType d) {
  return kind(d) == DTypeKind::signed_integer || kind(d) == DTypeKind::unsigned_integer;
}
/// complex64 -> float32, complex128 -> float64, others unchanged.
constexpr DType real_of(DType d) {
  return d == DType::complex64 ? DType::float32 : d == DType::complex128 ? DType::float64 : d;
}
/// float32 -> complex64, complex unchanged, everything else -> complex128.
constexpr DType complex_of(DType d) {
  return d == DType::float32 || d == DType::complex64 ? DType::complex64 : DType::complex128;
}
/// Floating dtypes unchanged, everything else -> float64.
constexpr DType floating_of(DType d) { return is_floating(d) ? d : DType::float64; }

/// The dtype that holds both, by NumPy's table (int64 with uint64 gives float64; an integer of more
/// than 16 bits with float32 gives float64).
DType promote(DType a, DType b);

/// The dtype of that name. Throws DTypeError.
DType dtype_from_name(std::string_view name);

/// A set of dtypes, one bit each.
class DTypeSet {
 public:
  constexpr DTypeSet() = default;
  constexpr DTypeSet(std::initializer_list<DType> dtypes) {
    for (DType d : dtypes) bits_ |= bit(d);
  }
  constexpr bool contains(DType d) const { return (bits_ & bit(d)) != 0; }
  friend constexpr DTypeSet operator|(DTypeSet a, DTypeSet b) {
    return DTypeSet(a.bits_ | b.bits_);
  }

 private:
  explicit constexpr DTypeSet(unsigned bits) : bits_(bits) {}
  static constexpr unsigned bit(DType d) { return 1u << static_cast<int>(d); }
  unsigned bits_ = 0;
};

inline constexpr DTypeSet kReals = {DType::float32, DType::float64};
inline constexpr DTypeSet kComplexes = {DType::complex64, DType::complex128};
inline constexpr DTypeSet kFloatings = kReals | kComplexes;
inline constexpr DTypeSet kIntegers = {DType::int8,  DType::int16,  DType::int32,  DType::int64,
                                       DType::uint8, DType::uint16, DType::uint32, DType::uint64};
inline constexpr DTypeSet kBool = {DType::boolean};
inline constexpr DTypeSet kNumbers = kIntegers | kFloatings;
inline constexpr DTypeSet kAllDTypes = kBool | kNumbers;

/// The dtype of a C++ type, const or not.
template <class Element>
constexpr DType dtype_of() {
  using T = std::remove_const_t<Element>;
  if constexpr (std::is_same_v<T, bool>)
    return DType::boolean;
  else if constexpr (std::is_same_v<T, float>)
    return DType::float32;
  else if constexpr (std::is_same_v<T, double>)
    return DType::float64;
  else if constexpr (std::is_same_v<T, std::complex<float>>)
    return DType::complex64;
  else if constexpr (std::is_same_v<T, std::complex<double>>)
    return DType::complex128;
  else {
    static_assert(std::is_integral_v<T>, "no dtype for this type");
    constexpr int log2_size = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    constexpr DType first = std::is_signed_v<T> ? DType::int8 : DType::uint8;
    return static_cast<DType>(static_cast<int>(first) + log2_size);
  }
}

/// Calls `f(std::type_identity<T>{})` with the C++ type of `dtype`.
template <class F>
decltype(auto) visit_dtype(DType dtype, F&& f) {
  switch (dtype) {
    case DType::boolean:
      return f(std::type_identity<bool>{});
    case DType::int8:
      return f(std::type_identity<std::int8_t>{});
    case DType::int16:
      return f(std::type_identity<std::int16_t>{});
    case DType::int32:
      return f(std::type_identity<std::int32_t>{});
    case DType::int64:
      return f(std::type_identity<std::int64_t>{});
    case DType::uint8:
      return f(std::type_identity<std::uint8_t>{});
    case DType::uint16:
      return f(std::type_identity<std::uint16_t>{});
    case DType::uint32:
      return f(std::type_identity<std::uint32_t>{});
    case DType::uint64:
      return f(std::type_identity<std::uint64_t>{});
    case DType::float32:
      return f(std::type_identity<float>{});
    case DType::float64:
      return f(std::type_identity<double>{});
    case DType::complex64:
      return f(std::type_identity<std::complex<float>>{});
    case DType::complex128:
      return f(std::type_identity<std::complex<double>>{});
  }
  throw DTypeError("unknown dtype");
}

/// The same for float32, float64, complex64, complex128 only.
template <class F>
decltype(auto) visit_floating(DType dtype, F&& f) {
  switch (dtype) {
    case DType::float32:
      return f(std::type_identity<float>{});
    case DType::complex64:
      return f(std::type_identity<std::complex<float>>{});
    case DType::complex128:
      return f(std::type_identity<std::complex<double>>{});
    case DType::float64:
      return f(std::type_identity<double>{});
    default:
      throw DTypeError("a floating dtype is needed, found " + std::string(name(dtype)));
  }
}

}  // namespace loom
