#include "loom/array/dtype.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace loom {
namespace {

constexpr std::string_view kNames[kDTypeCount] = {
    "bool",   "int8",   "int16",   "int32",   "int64",     "uint8",     "uint16",
    "uint32", "uint64", "float32", "float64", "complex64", "complex128"};

// numpy.promote_types, rows and columns in the order of kNames.
constexpr std::string_view kPromotions = R"(
  b1  i1  i2  i4  i8  u1  u2  u4  u8  f4  f8  c8  c16
  i1  i1  i2  i4  i8  i2  i4  i8  f8  f4  f8  c8  c16
  i2  i2  i2  i4  i8  i2  i4  i8  f8  f4  f8  c8  c16
  i4  i4  i4  i4  i8  i4  i4  i8  f8  f8  f8  c16 c16
  i8  i8  i8  i8  i8  i8  i8  i8  f8  f8  f8  c16 c16
  u1  i2  i2  i4  i8  u1  u2  u4  u8  f4  f8  c8  c16
  u2  i4  i4  i4  i8  u2  u2  u4  u8  f4  f8  c8  c16
  u4  i8  i8  i8  i8  u4  u4  u4  u8  f8  f8  c16 c16
  u8  f8  f8  f8  f8  u8  u8  u8  u8  f8  f8  c16 c16
  f4  f4  f4  f8  f8  f4  f4  f8  f8  f4  f8  c8  c16
  f8  f8  f8  f8  f8  f8  f8  f8  f8  f8  f8  c16 c16
  c8  c8  c8  c16 c16 c8  c8  c16 c16 c8  c16 c8  c16
  c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16
)";

// "i4" -> int32.
DType from_code(const std::string& code) {
  constexpr std::string_view kCodes[kDTypeCount] = {"b1", "i1", "i2", "i4", "i8", "u1", "u2",
                                                    "u4", "u8", "f4", "f8", "c8", "c16"};
  for (int i = 0; i < kDTypeCount; ++i) {
    if (kCodes[i] == code) return static_cast<DType>(i);
  }
  throw std::runtime_error("no such code: " + code);
}

TEST(Promote, IsNumpysTable) {
  std::istringstream table{std::string(kPromotions)};
  for (int a = 0; a < kDTypeCount; ++a) {
    for (int b = 0; b < kDTypeCount; ++b) {
      std::string code;
      table >> code;
      EXPECT_EQ(name(promote(static_cast<DType>(a), static_cast<DType>(b))), name(from_code(code)))
          << kNames[a] << " with " << kNames[b];
    }
  }
}

TEST(DTypeNames, AreThoseOfTheArrayApi) {
  for (int i = 0; i < kDTypeCount; ++i) {
    EXPECT_EQ(name(static_cast<DType>(i)), kNames[i]);
    EXPECT_EQ(dtype_from_name(kNames[i]), static_cast<DType>(i));
  }
  EXPECT_THROW(dtype_from_name("float16"), DTypeError);
  EXPECT_THROW(dtype_from_name(""), DTypeError);
}

TEST(DTypeOf, MatchesSizeAndKindOfTheCppType) {
  EXPECT_EQ(dtype_of<long>(), DType::int64);
  EXPECT_EQ(dtype_of<long long>(), DType::int64);
  EXPECT_EQ(dtype_of<unsigned char>(), DType::uint8);
  EXPECT_EQ(dtype_of<unsigned long>(), DType::uint64);
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
      EXPECT_EQ(dtype_of<T>(), dtype);
      EXPECT_EQ(static_cast<int>(sizeof(T)), item_size(dtype));
    });
  }
}

TEST(DTypeKinds, RelateRealAndComplex) {
  EXPECT_EQ(real_of(DType::complex64), DType::float32);
  EXPECT_EQ(real_of(DType::complex128), DType::float64);
  EXPECT_EQ(real_of(DType::int8), DType::int8);
  EXPECT_EQ(complex_of(DType::float32), DType::complex64);
  EXPECT_EQ(complex_of(DType::int8), DType::complex128);
  EXPECT_EQ(complex_of(DType::complex64), DType::complex64);
  EXPECT_EQ(floating_of(DType::int8), DType::float64);
  EXPECT_EQ(floating_of(DType::float32), DType::float32);
}

TEST(DTypeSet, PartitionsTheDTypes) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto d = static_cast<DType>(i);
    EXPECT_TRUE(kAllDTypes.contains(d));
    EXPECT_EQ(kBool.contains(d), d == DType::boolean);
    EXPECT_EQ(kIntegers.contains(d), is_integer(d));
    EXPECT_EQ(kComplexes.contains(d), is_complex(d));
    EXPECT_EQ(kFloatings.contains(d), is_floating(d));
    EXPECT_EQ(kReals.contains(d), is_floating(d) && !is_complex(d));
    EXPECT_FALSE(DTypeSet{}.contains(d));
  }
}

TEST(VisitFloating, RefusesTheRest) {
  const auto bytes = []<class T>(std::type_identity<T>) { return static_cast<int>(sizeof(T)); };
  EXPECT_EQ(visit_floating(DType::float32, bytes), 4);
  EXPECT_EQ(visit_floating(DType::complex128, bytes), 16);
  EXPECT_THROW(visit_floating(DType::int32, bytes), DTypeError);
}

}  // namespace
}  // namespace loom
