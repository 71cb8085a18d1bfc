#include "loom/backends/reference/dense/lu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loom/backends/reference/dense/solve.h"
#include "loom/support/error.h"
#include "unit/reference/dense_testing.h"

namespace loom::reference::dense {
namespace {

using testing::ThrowsMessage;

template <class T>
class DenseLu : public testing::Test {};
TYPED_TEST_SUITE(DenseLu, Scalars);

template <class T>
struct Plu {
  OwnedMatrix<T> p, l, u;
};

template <class T>
Plu<T> plu(Matrix<const T> a) {
  const std::int64_t k = std::min(a.rows, a.cols);
  Plu<T> result{{a.rows, a.rows}, {a.rows, k}, {k, a.cols}};
  const Lu<T> lu = lu_factor(a);
  write_p<T>(lu, result.p.view());
  write_l<T>(lu, result.l.view());
  write_u<T>(lu, result.u.view());
  return result;
}

TYPED_TEST(DenseLu, FactorsMultiplyToTheMatrix) {
  using T = TypeParam;
  Random random;
  for (const auto& [m, n] : kShapes) {
    SCOPED_TRACE(testing::Message() << m << " x " << n);
    const auto a = random.matrix<T>(m, n);
    const auto [p, l, u] = plu<T>(a.view());
    const auto pl = product<T>(p.view(), l.view());
    EXPECT_LE(distance<T>(product<T>(pl.view(), u.view()).view(), a.view()),
              tolerance<T>(std::max(m, n), norm<T>(a.view())));
    for (std::int64_t i = 0; i < l.rows(); ++i) {
      for (std::int64_t j = 0; j < l.cols(); ++j) {
        // Partial pivoting compares |re| + |im|, which is within sqrt(2) of the magnitude.
        if (i > j) {
          EXPECT_LE(std::abs(l(i, j)), kIsComplex<T> ? 1.42 : 1);
        } else {
          EXPECT_EQ(l(i, j), i == j ? T(1) : T(0));
        }
      }
    }
    for (std::int64_t i = 0; i < u.rows(); ++i) {
      for (std::int64_t j = 0; j < i; ++j) EXPECT_EQ(u(i, j), T(0));
    }
  }
}

TYPED_TEST(DenseLu, PivotsOnTheLargest) {
  using T = TypeParam;
  const auto a = from_rows<T>(2, {0, 2, 4, 6});
  const Lu<T> lu = lu_factor<T>(a.view());
  EXPECT_THAT(lu.permutation, testing::ElementsAre(1, 0));
  EXPECT_EQ(lu.sign, -1);
  EXPECT_EQ(lu.factors(0, 0), T(4));
  EXPECT_EQ(lu.factors(1, 1), T(2));
}

TYPED_TEST(DenseLu, AZeroMatrixHasZeroU) {
  using T = TypeParam;
  const auto [p, l, u] = plu<T>(OwnedMatrix<T>(3, 3).view());
  EXPECT_EQ(norm<T>(u.view()), 0);
  EXPECT_EQ(departure_from_unitary<T>(l.view()), 0);
}

TYPED_TEST(DenseLu, SolvesWithSeveralRightHandSides) {
  using T = TypeParam;
  Random random;
  for (const std::int64_t n : kSizes) {
    for (const std::int64_t k : {0, 1, 3, 70}) {
      SCOPED_TRACE(testing::Message() << n << " with " << k);
      const auto a = random.matrix<T>(n, n), b = random.matrix<T>(n, k);
      OwnedMatrix<T> x(n, k);
      solve<T>(a.view(), b.view(), x.view(), "solve");
      EXPECT_LE(distance<T>(product<T>(a.view(), x.view()).view(), b.view()),
                tolerance<T>(n, norm<T>(a.view()) * norm<T>(x.view())));
      Scattered<T> scattered_a(a), scattered(b);
      solve<T>(scattered_a.view(), scattered.view(), scattered.view(), "solve");
      EXPECT_EQ(distance<T>(scattered.view(), x.view()), 0);
    }
  }
}

TYPED_TEST(DenseLu, InvertsMatrices) {
  using T = TypeParam;
  Random random;
  for (const std::int64_t n : kSizes) {
    SCOPED_TRACE(n);
    const auto a = random.matrix<T>(n, n);
    OwnedMatrix<T> x(n, n), identity(n, n);
    set_identity(identity.view());
    inverse<T>(a.view(), x.view(), "inv");
    EXPECT_LE(distance<T>(product<T>(a.view(), x.view()).view(), identity.view()),
              tolerance<T>(n, norm<T>(a.view()) * norm<T>(x.view()) + 1));
  }
}

TEST(DenseSolve, InvertsTheHilbertMatrixAsFarAsItsConditionAllows) {
  const auto h = hilbert<double>(5);
  OwnedMatrix<double> x(5, 5);
  inverse<double>(h.view(), x.view(), "inv");
  // The exact inverse is integer; its corners are 25 and 44100. The condition number is 4.8e5.
  EXPECT_NEAR(x(0, 0), 25, 25 * 4.8e5 * 1e-15);
  EXPECT_NEAR(x(4, 4), 44100, 44100 * 4.8e5 * 1e-15);
}

TYPED_TEST(DenseLu, Determinants) {
  using T = TypeParam;
  EXPECT_EQ(determinant<T>(OwnedMatrix<T>(0, 0).view()), T(1));
  EXPECT_EQ(determinant<T>(from_rows<T>(2, {0, 2, 4, 6}).view()), T(-8));
  EXPECT_EQ(determinant<T>(from_rows<T>(2, {1, 2, 2, 4}).view()), T(0));
  EXPECT_EQ(determinant<T>(from_rows<T>(3, {0, 1, 0, 0, 0, 1, 1, 0, 0}).view()), T(1));

  // More than one panel of columns, near the identity and so of a condition below ten; its
  // transpose is eliminated by other operations.
  Random random;
  auto a = random.matrix<T>(40, 40);
  transform<T>(a.view(), a.view(), [](T x) { return x * real_t<T>(0.05); });
  for (std::int64_t i = 0; i < 40; ++i) a(i, i) += T(1);
  const T direct = determinant<T>(a.view());
  EXPECT_LE(std::abs(determinant<T>(a.view().transposed()) - direct),
            tolerance<T>(40, 10 * std::abs(direct)));
  const LogDeterminant<T> split = log_determinant<T>(a.view());
  EXPECT_LE(std::abs(split.sign * std::exp(split.log_magnitude) - direct),
            tolerance<T>(40, 10 * std::abs(direct)));
}

TEST(DenseSolve, DeterminantsBeyondTheRange) {
  OwnedMatrix<double> a(3, 3);
  a(0, 0) = a(1, 1) = 1e200;
  EXPECT_EQ(determinant<double>(a.view()), 0);  // not infinity times zero
  a(2, 2) = -1e200;
  EXPECT_EQ(determinant<double>(a.view()), -std::numeric_limits<double>::infinity());
  const auto split = log_determinant<double>(a.view());
  EXPECT_EQ(split.sign, -1);
  EXPECT_NEAR(split.log_magnitude, 600 * std::log(10.0), 1e-12);  // 1400 has steps of 2e-13

  a(2, 2) = 0;
  const auto singular = log_determinant<double>(a.view());
  EXPECT_EQ(singular.sign, 0);
  EXPECT_EQ(singular.log_magnitude, -std::numeric_limits<double>::infinity());
}

TYPED_TEST(DenseLu, SingularMatricesAreRefused) {
  using T = TypeParam;
  OwnedMatrix<T> a(5, 5), x(5, 5);
  set_identity(a.view());
  a(3, 3) = T(0);
  EXPECT_THAT([&] { solve<T>(a.view(), a.view(), x.view(), "solve"); },
              ThrowsMessage<LinAlgError>("[solve] matrix is singular: zero pivot in column 3"));
  EXPECT_THAT([&] { inverse<T>(a.view(), x.view(), "inv"); },
              ThrowsMessage<LinAlgError>("[inv] matrix is singular: zero pivot in column 3"));
}

}  // namespace
}  // namespace loom::reference::dense
