#include "loom/backends/reference/dense/eig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>

#include "loom/support/error.h"
#include "unit/reference/dense_testing.h"

namespace loom::reference::dense {
namespace {

using testing::ThrowsMessage;

template <class T>
using complex_t = std::complex<real_t<T>>;

template <class T>
struct Decomposition {
  std::vector<complex_t<T>> values;
  OwnedMatrix<complex_t<T>> vectors;
};

template <class T>
OwnedMatrix<complex_t<T>> to_complex(Matrix<const T> a) {
  OwnedMatrix<complex_t<T>> result(a.rows, a.cols);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.cols; ++j) result(i, j) = complex_t<T>(a(i, j));
  }
  return result;
}

/// Checks the lengths and the residuals of the eigenvectors.
template <class T>
Decomposition<T> expect_eig(Matrix<const T> a) {
  using C = complex_t<T>;
  const std::int64_t n = a.rows;
  SCOPED_TRACE(n);
  Decomposition<T> result{std::vector<C>(n), OwnedMatrix<C>(n, n)};
  eig<T>(a, result.values, result.vectors.view(), "eig");
  for (std::int64_t j = 0; j < n; ++j) {
    EXPECT_NEAR(norm<C>(result.vectors.view().block(0, j, n, 1)), 1, tolerance<T>(n, 1));
  }
  EXPECT_LE(distance<C>(product<C>(to_complex(a).view(), result.vectors.view()).view(),
                        scale_columns<C>(result.vectors.view(), result.values).view()),
            tolerance<T>(n, norm(a)));
  return result;
}

template <class C>
std::vector<C> sorted(std::vector<C> values) {
  std::sort(values.begin(), values.end(), [](auto x, auto y) {
    return std::pair(x.real(), x.imag()) < std::pair(y.real(), y.imag());
  });
  return values;
}

template <class T>
std::vector<complex_t<T>> sorted_values(Matrix<const T> a) {
  return sorted(expect_eig<T>(a).values);
}

template <class T>
class DenseEig : public testing::Test {};
TYPED_TEST_SUITE(DenseEig, Scalars);

TYPED_TEST(DenseEig, RandomMatrices) {
  using T = TypeParam;
  Random random;
  for (const std::int64_t n : kSizes) {
    const auto a = random.matrix<T>(n, n);
    const auto [values, vectors] = expect_eig<T>(a.view());
    complex_t<T> trace = 0, sum = 0;
    for (std::int64_t k = 0; k < n; ++k) trace += a(k, k), sum += values[k];
    EXPECT_LE(std::abs(trace - sum), tolerance<T>(n, norm<T>(a.view())));
  }
}

TYPED_TEST(DenseEig, ValuesAloneAreTheSame) {
  using T = TypeParam;
  // Well separated eigenvalues of a nearly normal matrix, whose condition is near one.
  Random random;
  auto a = random.matrix<T>(20, 20);
  for (std::int64_t i = 0; i < 20; ++i) {
    for (std::int64_t j = 0; j < 20; ++j) a(i, j) *= real_t<T>(0.01);
    a(i, i) += T(real_t<T>(i));
  }
  const auto values = sorted_values<T>(a.view());
  std::vector<complex_t<T>> alone(20);
  eigvals<T>(a.view(), alone, "eigvals");
  alone = sorted(alone);
  for (int k = 0; k < 20; ++k) {
    EXPECT_LE(std::abs(values[k] - alone[k]), tolerance<T>(20, norm<T>(a.view())));
  }
}

TYPED_TEST(DenseEig, CyclicShiftHasRootsOfUnity) {
  using T = TypeParam;
  for (const std::int64_t n : {2, 3, 4, 8, 25}) {
    OwnedMatrix<T> a(n, n);
    for (std::int64_t i = 0; i < n; ++i) a(i, (i + 1) % n) = T(1);
    const auto [values, vectors] = expect_eig<T>(a.view());
    for (std::int64_t k = 0; k < n; ++k) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n);
      const complex_t<T> root(static_cast<real_t<T>>(std::cos(angle)),
                              static_cast<real_t<T>>(std::sin(angle)));
      real_t<T> nearest = 2;
      for (const auto& value : values) nearest = std::min(nearest, std::abs(value - root));
      EXPECT_LE(nearest, tolerance<T>(n, norm<T>(a.view())));
    }
  }
}

TYPED_TEST(DenseEig, TriangularDefectiveAndZero) {
  using T = TypeParam;
  using C = complex_t<T>;
  expect_eig<T>(OwnedMatrix<T>(4, 4).view());
  OwnedMatrix<T> nilpotent(6, 6), jordan(3, 3);
  for (std::int64_t i = 0; i + 1 < 6; ++i) nilpotent(i, i + 1) = T(1);
  EXPECT_EQ(expect_eig<T>(nilpotent.view()).values, std::vector<C>(6, C(0)));
  jordan(0, 0) = jordan(1, 1) = jordan(2, 2) = T(3);
  jordan(0, 1) = jordan(1, 2) = T(1);
  EXPECT_EQ(expect_eig<T>(jordan.view()).values, std::vector<C>(3, C(3)));
  EXPECT_EQ(sorted_values<T>(from_rows<T>(2, {5, 7, 0, -1}).view()), (std::vector<C>{-1, 5}));
}

TYPED_TEST(DenseEig, GradedAndBadlyBalanced) {
  using T = TypeParam;
  using C = complex_t<T>;
  Random random;
  expect_eig<T>(graded<T>(random, 30, 30, 15).view());
  // [[1, 2^20], [2^-20, 1]] balances to [[1, 1], [1, 1]].
  OwnedMatrix<T> a(2, 2);
  a(0, 0) = a(1, 1) = T(1);
  a(0, 1) = T(real_t<T>(1 << 20)), a(1, 0) = T(1 / real_t<T>(1 << 20));
  const auto values = sorted_values<T>(a.view());
  EXPECT_LE(std::abs(values[0]), tolerance<T>(2, 2));
  EXPECT_LE(std::abs(values[1] - C(2)), tolerance<T>(2, 2));
}

TYPED_TEST(DenseEig, ExtremeScales) {
  using T = TypeParam;
  using Real = real_t<T>;
  Random random;
  const auto a = random.matrix<T>(7, 7);
  const auto values = expect_eig<T>(a.view()).values;
  for (const int exponent : {std::numeric_limits<Real>::max_exponent - 8,
                             std::numeric_limits<Real>::min_exponent + 30}) {
    const Real scale = std::ldexp(Real(1), exponent);
    const auto scaled = scale_columns<T>(a.view(), std::vector<Real>(7, scale));
    std::vector<complex_t<T>> scaled_values(7);
    OwnedMatrix<complex_t<T>> vectors(7, 7);
    eig<T>(scaled.view(), scaled_values, vectors.view(), "eig");
    for (int k = 0; k < 7; ++k) EXPECT_EQ(scaled_values[k], values[k] * scale);
  }
}

template <class T>
class DenseEigReal : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(DenseEigReal, Reals);

TYPED_TEST(DenseEigReal, PairsAreExactConjugates) {
  using T = TypeParam;
  Random random;
  for (const std::int64_t n : {2, 3, 5, 17, 64}) {
    // Skew-symmetric but for its diagonal: normal, so that every eigenvalue is well conditioned;
    // all but one (where n is odd) are in pairs 1 +- i y.
    OwnedMatrix<T> a(n, n);
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < i; ++j) {
        a(i, j) = random.number<T>();
        a(j, i) = -a(i, j);
      }
      a(i, i) = 1;
    }
    const auto [values, vectors] = expect_eig<T>(a.view());
    for (std::int64_t k = 0; k < n; ++k) {
      // A pair this close to the real axis may come out as two real values.
      if (std::abs(values[k].imag()) < tolerance<T>(n, norm<T>(a.view()))) continue;
      const auto partner = std::find(values.begin(), values.end(), std::conj(values[k]));
      ASSERT_NE(partner, values.end());
      for (std::int64_t i = 0; i < n; ++i) {
        EXPECT_EQ(vectors(i, partner - values.begin()), std::conj(vectors(i, k)));
      }
    }
  }
}

TYPED_TEST(DenseEigReal, RealEigenvaluesHaveRealVectors) {
  using T = TypeParam;
  Random random;
  const auto a = random.hermitian<T>(40);
  const auto [values, vectors] = expect_eig<T>(a.view());
  for (std::int64_t k = 0; k < 40; ++k) {
    EXPECT_EQ(values[k].imag(), 0);
    for (std::int64_t i = 0; i < 40; ++i) EXPECT_EQ(vectors(i, k).imag(), 0);
  }
}

TYPED_TEST(DenseEigReal, VectorsOfRepeatedRealEigenvaluesStayIndependent) {
  using T = TypeParam;
  using C = std::complex<T>;
  Random random;
  // I - 2 v v^T: the eigenvalue 1 nine times, -1 once.
  const auto v = random.matrix<T>(10, 1);
  const T length = norm<T>(v.view());
  OwnedMatrix<T> a(10, 10);
  set_identity(a.view());
  for (std::int64_t i = 0; i < 10; ++i) {
    for (std::int64_t j = 0; j < 10; ++j) a(i, j) -= 2 * (v(i, 0) / length) * (v(j, 0) / length);
  }
  const auto [values, vectors] = expect_eig<T>(a.view());
  // The matrix is normal and its Schur form diagonal up to rounding errors, which neighbouring
  // eigenvalues magnify: the vectors are a basis, if not an orthonormal one.
  const auto gram = product<C>(adjoint<C>(vectors.view()).view(), vectors.view());
  for (std::int64_t i = 0; i < 10; ++i) {
    for (std::int64_t j = 0; j < i; ++j) EXPECT_LT(std::abs(gram(i, j)), 0.999);
  }
}

TEST(DenseEigKnown, TinyImaginaryPartsAreKept) {
  const auto values = sorted_values<double>(from_rows<double>(2, {1, 1e-13, -1e-13, 1}).view());
  EXPECT_NEAR(values[0].imag(), -1e-13, 1e-27);
  EXPECT_EQ(values[1], std::conj(values[0]));
}

TEST(DenseEigKnown, FrankMatrixWithinItsCondition) {
  // Frank's matrix of order 8 has positive eigenvalues in pairs of reciprocals; the condition of
  // the smallest is about 1e5.
  OwnedMatrix<double> a(8, 8);
  for (std::int64_t i = 0; i < 8; ++i) {
    for (std::int64_t j = std::max<std::int64_t>(i - 1, 0); j < 8; ++j) {
      a(i, j) = static_cast<double>(8 - std::max(i, j));
    }
  }
  const auto values = sorted_values<double>(a.view());
  for (int k = 0; k < 4; ++k) EXPECT_LE(std::abs(values[k] * values[7 - k] - 1.0), 1e-8);
}

TYPED_TEST(DenseEig, AnyStrides) {
  using T = TypeParam;
  using C = complex_t<T>;
  Random random;
  const auto a = random.matrix<T>(9, 9);
  const auto [values, vectors] = expect_eig<T>(a.view());
  Scattered<T> scattered(a);
  Scattered<C> scattered_vectors(9, 9);
  std::vector<C> again(9);
  eig<T>(scattered.view(), again, scattered_vectors.view(), "eig");
  EXPECT_EQ(again, values);
  EXPECT_EQ(distance<C>(scattered_vectors.view(), vectors.view()), 0);
}

TYPED_TEST(DenseEig, RefusesWhatIsNotFinite) {
  using T = TypeParam;
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    OwnedMatrix<T> a(5, 5);
    OwnedMatrix<complex_t<T>> v(5, 5);
    a(1, 4) = T(bad);
    std::vector<complex_t<T>> values(5);
    EXPECT_THAT([&] { eig<T>(a.view(), values, v.view(), "eig"); },
                ThrowsMessage<LinAlgError>("[eig] input contains NaN or infinity"));
    EXPECT_THAT([&] { eigvals<T>(a.view(), values, "eigvals"); },
                ThrowsMessage<LinAlgError>("[eigvals] input contains NaN or infinity"));
  }
}

}  // namespace
}  // namespace loom::reference::dense
