#include <cstdint>
#include <limits>

#include "kernels.h"
#include "loom/ops/elementwise.h"

namespace loom::test {
namespace {

using ElementwiseBits = OnReference;
using testing::ElementsAre;

/// Every value of 8 bits.
template <class T>
std::vector<T> bytes() {
  std::vector<T> values;
  for (int i = 0; i < 256; ++i) values.push_back(static_cast<T>(i));
  return values;
}

template <class T>
class Bytes : public OnReference {
 protected:
  template <class Oracle>
  void expect_all_pairs(Array (*f)(const Array&, const Array&), Oracle oracle) {
    const std::vector<T> values = bytes<T>();
    const Array result = f(Array::from(values, Dims{256, 1}), Array::from(values));
    ASSERT_EQ(result.dtype(), dtype_of<T>());
    std::size_t next = 0;
    for (const T a : values) {
      for (const T b : values) {
        ASSERT_EQ(result.span<T>()[next++], static_cast<T>(oracle(a, b))) << +a << " and " << +b;
      }
    }
  }
};

using ByteTypes = testing::Types<std::int8_t, std::uint8_t>;
TYPED_TEST_SUITE(Bytes, ByteTypes);

TYPED_TEST(Bytes, AndOrXor) {
  this->expect_all_pairs(bitwise_and, [](int a, int b) { return a & b; });
  this->expect_all_pairs(bitwise_or, [](int a, int b) { return a | b; });
  this->expect_all_pairs(bitwise_xor, [](int a, int b) { return a ^ b; });
}

TYPED_TEST(Bytes, Invert) {
  for (const TypeParam x : bytes<TypeParam>()) {
    EXPECT_EQ(bitwise_invert(Array::scalar(x)).template item<int>(),
              static_cast<TypeParam>(-1 - x));
  }
}

// A negative count is taken for a large one: all bits are shifted out.

TYPED_TEST(Bytes, LeftShiftMultipliesByAPowerOfTwo) {
  this->expect_all_pairs(bitwise_left_shift, [](int a, int count) {
    return count < 0 || count >= 8 ? 0 : a * (1 << count);
  });
}

TYPED_TEST(Bytes, RightShiftDividesByAPowerOfTwoAndRoundsDown) {
  this->expect_all_pairs(bitwise_right_shift, [](int a, int count) {
    const double divisor = count < 0 || count >= 8 ? 1e9 : 1 << count;
    return static_cast<int>(std::floor(a / divisor));
  });
}

TEST_F(ElementwiseBits, ShiftsOfSixtyFourBits) {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  const Array counts = Array::from<std::int64_t>({0, 1, 62, 63, 64, -1, kMin});
  const auto shifted = [&](auto shift, std::int64_t x) {
    const Array result = shift(Array::scalar(x), counts);
    const auto values = result.template span<std::int64_t>();
    return std::vector<std::int64_t>(values.begin(), values.end());
  };
  EXPECT_THAT(shifted(bitwise_left_shift, 3),
              ElementsAre(3, 6, std::int64_t{-1} << 62, kMin, 0, 0, 0));
  EXPECT_THAT(shifted(bitwise_right_shift, kMin), ElementsAre(kMin, kMin / 2, -2, -1, -1, -1, -1));
  EXPECT_THAT(shifted(bitwise_right_shift, 5), ElementsAre(5, 2, 0, 0, 0, 0, 0));
  const Array top = Array::scalar(std::numeric_limits<std::uint64_t>::max());
  const Array wide = Array::from<std::uint64_t>({63, 64});
  EXPECT_THAT(bitwise_right_shift(top, wide).span<std::uint64_t>(), ElementsAre(1, 0));
}

TEST_F(ElementwiseBits, BooleansAreBitsButDoNotShift) {
  const Array a = Array::from({false, false, true, true}),
              b = Array::from({false, true, false, true});
  EXPECT_THAT(bitwise_and(a, b).span<bool>(), ElementsAre(false, false, false, true));
  EXPECT_THAT(bitwise_or(a, b).span<bool>(), ElementsAre(false, true, true, true));
  EXPECT_THAT(bitwise_xor(a, b).span<bool>(), ElementsAre(false, true, true, false));
  EXPECT_THAT(bitwise_invert(a).span<bool>(), ElementsAre(true, true, false, false));
  EXPECT_THROW(bitwise_left_shift(a, b), DTypeError);
}

TEST_F(ElementwiseBits, OperandsArePromoted) {
  const Array small = Array::from<std::int8_t>({-1, 1}), large = Array::from<std::int32_t>({8, 8});
  EXPECT_THAT(bitwise_left_shift(small, large).span<std::int32_t>(), ElementsAre(-256, 256));
  EXPECT_THAT(bitwise_and(large, Array::scalar(true)).span<std::int32_t>(), ElementsAre(0, 0));
  EXPECT_THROW(bitwise_or(Array::from({1.0}), Array::from({1})), DTypeError);
  // They have no common integer dtype.
  EXPECT_THROW(bitwise_xor(Array::scalar(std::int64_t{1}), Array::scalar(std::uint64_t{1})),
               DTypeError);
}

}  // namespace
}  // namespace loom::test
