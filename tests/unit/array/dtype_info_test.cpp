#include "loom/array/dtype_info.h"

#include <gtest/gtest.h>

#include <limits>

namespace loom {
namespace {

constexpr std::string_view kKindNames[] = {"bool",     "signed integer", "unsigned integer",
                                           "integral", "real floating",  "complex floating",
                                           "numeric"};

TEST(DTypeInfo, LimitsOfFloatingDTypes) {
  const FloatInfo wide = finfo(DType::float64);
  EXPECT_EQ(wide.bits, 64);
  EXPECT_EQ(wide.eps, 0x1p-52);
  EXPECT_EQ(wide.max, 0x1.fffffffffffffp1023);
  EXPECT_EQ(wide.min, -wide.max);
  EXPECT_EQ(wide.smallest_normal, 0x1p-1022);
  EXPECT_EQ(wide.dtype, DType::float64);
  const FloatInfo narrow = finfo(DType::float32);
  EXPECT_EQ(narrow.bits, 32);
  EXPECT_EQ(narrow.eps, 0x1p-23);
  EXPECT_EQ(narrow.max, 0x1.fffffep127);
  EXPECT_EQ(narrow.min, -narrow.max);
  EXPECT_EQ(narrow.smallest_normal, 0x1p-126);
}

TEST(DTypeInfo, LimitsOfComplexDTypesAreThoseOfTheirParts) {
  EXPECT_EQ(finfo(DType::complex64).dtype, DType::float32);
  EXPECT_EQ(finfo(DType::complex64).bits, 32);
  EXPECT_EQ(finfo(DType::complex128).dtype, DType::float64);
}

TEST(DTypeInfo, LimitsOfIntegerDTypes) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    if (!is_integer(dtype)) continue;
    visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
      if constexpr (std::is_integral_v<T>) {
        const IntegerInfo info = iinfo(dtype);
        EXPECT_EQ(info.bits, static_cast<int>(8 * sizeof(T))) << name(dtype);
        EXPECT_EQ(static_cast<T>(info.max), std::numeric_limits<T>::max()) << name(dtype);
        EXPECT_EQ(static_cast<T>(info.min), std::numeric_limits<T>::min()) << name(dtype);
        EXPECT_EQ(info.dtype, dtype);
      }
    });
  }
  EXPECT_EQ(iinfo(DType::int64).min, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(iinfo(DType::uint8).max, 255u);
}

TEST(DTypeInfo, LimitsOfOtherDTypesAreRefused) {
  EXPECT_THROW(finfo(DType::int32), DTypeError);
  EXPECT_THROW(finfo(DType::boolean), DTypeError);
  EXPECT_THROW(iinfo(DType::float32), DTypeError);
  EXPECT_THROW(iinfo(DType::boolean), DTypeError);
}

TEST(DTypeInfo, CastsFollowPromotion) {
  EXPECT_TRUE(can_cast(DType::int8, DType::int16));
  EXPECT_TRUE(can_cast(DType::uint8, DType::int16));
  EXPECT_TRUE(can_cast(DType::boolean, DType::int8));
  EXPECT_TRUE(can_cast(DType::int64, DType::float64));
  EXPECT_TRUE(can_cast(DType::float32, DType::complex64));
  EXPECT_FALSE(can_cast(DType::uint8, DType::int8));
  EXPECT_FALSE(can_cast(DType::int16, DType::int8));
  EXPECT_FALSE(can_cast(DType::int64, DType::float32));
  EXPECT_FALSE(can_cast(DType::float64, DType::float32));
  EXPECT_FALSE(can_cast(DType::float64, DType::complex64));
  EXPECT_FALSE(can_cast(DType::complex64, DType::float64));
  EXPECT_FALSE(can_cast(DType::int8, DType::boolean));
  for (int i = 0; i < kDTypeCount; ++i) {
    EXPECT_TRUE(can_cast(static_cast<DType>(i), static_cast<DType>(i)));
  }
}

TEST(DTypeInfo, ResultTypeOfSeveral) {
  EXPECT_EQ(result_type({DType::int8}), DType::int8);
  EXPECT_EQ(result_type({DType::int8, DType::uint8, DType::boolean}), DType::int16);
  EXPECT_EQ(result_type({DType::float32, DType::complex64, DType::float64}), DType::complex128);
  EXPECT_THROW(result_type({}), ValueError);
}

TEST(DTypeInfo, ANumberTakesTheDTypeOfTheArrayUnlessItsKindIsHigher) {
  const auto integer = DTypeKind::signed_integer, real = DTypeKind::real;
  EXPECT_EQ(dtype_beside(DType::int8, integer), DType::int8);
  EXPECT_EQ(dtype_beside(DType::uint16, integer), DType::uint16);
  EXPECT_EQ(dtype_beside(DType::boolean, integer), DType::int64);
  EXPECT_EQ(dtype_beside(DType::boolean, DTypeKind::boolean), DType::boolean);
  EXPECT_EQ(dtype_beside(DType::int8, DTypeKind::boolean), DType::int8);
  EXPECT_EQ(dtype_beside(DType::int8, real), DType::float64);
  EXPECT_EQ(dtype_beside(DType::float32, real), DType::float32);
  EXPECT_EQ(dtype_beside(DType::complex64, real), DType::complex64);
  EXPECT_EQ(dtype_beside(DType::float32, DTypeKind::complex), DType::complex64);
  EXPECT_EQ(dtype_beside(DType::int32, DTypeKind::complex), DType::complex128);
}

TEST(DTypeInfo, Kinds) {
  const auto kinds_of = [](DType dtype) {
    std::string kinds;
    for (const std::string_view kind : kKindNames) {
      if (is_dtype_kind(dtype, kind)) kinds += std::string(kinds.empty() ? "" : ", ") + kind.data();
    }
    return kinds;
  };
  EXPECT_EQ(kinds_of(DType::boolean), "bool");
  EXPECT_EQ(kinds_of(DType::int8), "signed integer, integral, numeric");
  EXPECT_EQ(kinds_of(DType::int64), "signed integer, integral, numeric");
  EXPECT_EQ(kinds_of(DType::uint32), "unsigned integer, integral, numeric");
  EXPECT_EQ(kinds_of(DType::float32), "real floating, numeric");
  EXPECT_EQ(kinds_of(DType::complex128), "complex floating, numeric");
  EXPECT_THROW(is_dtype_kind(DType::int8, "integer"), ValueError);
}

}  // namespace
}  // namespace loom
