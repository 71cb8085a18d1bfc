#include "loom/backends/reference/dense/cholesky.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loom/support/error.h"
#include "unit/reference/dense_testing.h"

namespace loom::reference::dense {
namespace {

using testing::ThrowsMessage;

template <class T>
class DenseCholesky : public testing::Test {};
TYPED_TEST_SUITE(DenseCholesky, Scalars);

/// B B^H + I.
template <class T>
OwnedMatrix<T> positive_definite(Random& random, std::int64_t n) {
  const auto b = random.matrix<T>(n, n);
  auto a = product<T>(b.view(), adjoint<T>(b.view()).view());
  for (std::int64_t i = 0; i < n; ++i) a(i, i) = T(real_part(a(i, i)) + 1);
  return a;
}

TYPED_TEST(DenseCholesky, FactorsMultiplyToTheMatrix) {
  using T = TypeParam;
  Random random;
  for (const std::int64_t n : kSizes) {
    SCOPED_TRACE(n);
    const auto a = positive_definite<T>(random, n);
    OwnedMatrix<T> l(n, n);
    cholesky<T>(a.view(), l.view(), "cholesky");
    const auto adjoint_l = adjoint<T>(l.view());
    EXPECT_LE(distance<T>(product<T>(l.view(), adjoint_l.view()).view(), a.view()),
              tolerance<T>(n, norm<T>(a.view())));
    for (std::int64_t i = 0; i < n; ++i) {
      EXPECT_GT(real_part(l(i, i)), 0);
      EXPECT_EQ(imaginary_part(l(i, i)), 0);
      for (std::int64_t j = i + 1; j < n; ++j) EXPECT_EQ(l(i, j), T(0));
    }
  }
}

TYPED_TEST(DenseCholesky, ReadsTheLowerTriangleOfAnyView) {
  using T = TypeParam;
  Random random;
  auto a = positive_definite<T>(random, 17);
  OwnedMatrix<T> l(17, 17);
  cholesky<T>(a.view(), l.view(), "cholesky");
  for (std::int64_t i = 0; i < 17; ++i) {
    for (std::int64_t j = i + 1; j < 17; ++j) a(i, j) = T(std::numeric_limits<float>::quiet_NaN());
  }
  Scattered<T> scattered(a);
  cholesky<T>(scattered.view(), scattered.view(), "cholesky");
  EXPECT_EQ(distance<T>(scattered.view(), l.view()), 0);
}

TYPED_TEST(DenseCholesky, RefusesWhatIsNotPositiveDefinite) {
  using T = TypeParam;
  OwnedMatrix<T> a(4, 4), l(4, 4);
  set_identity(a.view());
  a(2, 0) = T(2);  // the minor of order 3 is 1 - 4
  const auto refused = ThrowsMessage<LinAlgError>(
      "[cholesky] matrix is not positive definite: leading minor of order 3");
  EXPECT_THAT([&] { cholesky<T>(a.view(), l.view(), "cholesky"); }, refused);
  a(2, 0) = T(1);  // singular
  EXPECT_THAT([&] { cholesky<T>(a.view(), l.view(), "cholesky"); }, refused);
  a(2, 0) = T(0), a(2, 2) = T(std::numeric_limits<float>::quiet_NaN());
  EXPECT_THAT([&] { cholesky<T>(a.view(), l.view(), "cholesky"); }, refused);
}

TEST(DenseCholeskyKnown, PascalMatrix) {
  // L of Pascal's symmetric matrix is Pascal's triangle.
  const auto a = from_rows<double>(4, {1, 1, 1, 1, 1, 2, 3, 4, 1, 3, 6, 10, 1, 4, 10, 20});
  const auto expected = from_rows<double>(4, {1, 0, 0, 0, 1, 1, 0, 0, 1, 2, 1, 0, 1, 3, 3, 1});
  OwnedMatrix<double> l(4, 4);
  cholesky<double>(a.view(), l.view(), "cholesky");
  EXPECT_EQ(distance<double>(l.view(), expected.view()), 0);
}

}  // namespace
}  // namespace loom::reference::dense
