#include "loom/backends/reference/dense/gemm.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "unit/reference/dense_testing.h"

namespace loom::reference::dense {
namespace {

template <class T>
class DenseGemm : public testing::Test {};
TYPED_TEST_SUITE(DenseGemm, Scalars);

TYPED_TEST(DenseGemm, MultipliesEveryShape) {
  using T = TypeParam;
  Random random;
  // 130 and 1030 cross the borders of the panels.
  const std::vector<std::array<std::int64_t, 3>> shapes = {
      {0, 0, 0}, {2, 0, 3}, {0, 4, 3}, {3, 4, 0},   {1, 1, 1},     {2, 3, 4},
      {5, 7, 1}, {1, 9, 5}, {1, 5, 1}, {17, 64, 3}, {3, 130, 1030}};
  for (const auto& [m, k, n] : shapes) {
    SCOPED_TRACE(testing::Message() << m << " x " << k << " x " << n);
    const auto a = random.matrix<T>(m, k), b = random.matrix<T>(k, n);
    OwnedMatrix<T> c = random.matrix<T>(m, n);
    gemm<T>(a.view(), b.view(), c.view());
    // Both sum over ascending k from zero: the bits agree.
    EXPECT_EQ(distance<T>(c.view(), product<T>(a.view(), b.view()).view()), 0);
  }
}

TYPED_TEST(DenseGemm, StridesDoNotChangeTheResult) {
  using T = TypeParam;
  Random random;
  const auto a = random.matrix<T>(19, 135), b = random.matrix<T>(135, 23);
  const auto expected = product<T>(a.view(), b.view());
  Scattered<T> scattered_a(a), scattered_b(b), c(19, 23);
  gemm<T>(scattered_a.view(), scattered_b.view(), c.view());
  EXPECT_EQ(distance<T>(c.view(), expected.view()), 0);

  OwnedMatrix<T> transposed(23, 19);
  const auto at = copy_of<T>(a.view().transposed()), bt = copy_of<T>(b.view().transposed());
  gemm<T>(at.view().transposed(), bt.view().transposed(), transposed.view().transposed());
  EXPECT_EQ(distance<T>(transposed.view().transposed(), expected.view()), 0);
}

TYPED_TEST(DenseGemm, ReversedAndBroadcastViews) {
  using T = TypeParam;
  std::vector<T> numbers = {T(1), T(2), T(3)};
  const Matrix<const T> reversed{&numbers[2], 1, 3, 0, -1};     // 3 2 1
  const Matrix<const T> broadcast{numbers.data(), 3, 2, 1, 0};  // 1 1; 2 2; 3 3
  OwnedMatrix<T> c(1, 2);
  gemm<T>(reversed, broadcast, c.view());
  EXPECT_EQ(c(0, 0), T(10));
  EXPECT_EQ(c(0, 1), T(10));
}

template <class T>
class DenseGemmInteger : public testing::Test {};
using Integers = testing::Types<std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                                std::uint16_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(DenseGemmInteger, Integers);

TYPED_TEST(DenseGemmInteger, WrapsAround) {
  using T = TypeParam;
  constexpr T kMax = std::numeric_limits<T>::max(), kMin = std::numeric_limits<T>::min();
  OwnedMatrix<T> a(2, 2), b(2, 1), c(2, 1);
  a(0, 0) = kMax, a(0, 1) = 1;
  a(1, 0) = 3, a(1, 1) = 5;
  b(0, 0) = 1, b(1, 0) = 1;
  gemm<T>(a.view(), b.view(), c.view());
  EXPECT_EQ(c(0, 0), kMin);
  EXPECT_EQ(c(1, 0), 8);

  b(0, 0) = kMax, b(1, 0) = 0;
  gemm<T>(a.view(), b.view(), c.view());
  EXPECT_EQ(c(0, 0), 1);  // max is -1 modulo 2^bits, or -1 modulo 2^(bits-1) and its square is odd
}

TEST(DenseGemmBool, IsTrueWhereSomePairIs) {
  OwnedMatrix<bool> a(2, 3), b(3, 2), c(2, 2);
  a(0, 1) = a(1, 0) = a(1, 2) = true;
  b(1, 0) = b(0, 1) = b(2, 1) = true;
  gemm<bool>(a.view(), b.view(), c.view());
  EXPECT_TRUE(c(0, 0));
  EXPECT_FALSE(c(0, 1));
  EXPECT_FALSE(c(1, 0));
  EXPECT_TRUE(c(1, 1));
}

}  // namespace
}  // namespace loom::reference::dense
