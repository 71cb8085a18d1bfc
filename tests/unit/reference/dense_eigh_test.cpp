#include "loom/backends/reference/dense/eigh.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>

#include "loom/backends/reference/dense/qr.h"
#include "loom/support/error.h"
#include "unit/reference/dense_testing.h"

namespace loom::reference::dense {
namespace {

using testing::ThrowsMessage;

template <class T>
class DenseEigh : public testing::Test {};
TYPED_TEST_SUITE(DenseEigh, Scalars);

template <class T>
std::vector<real_t<T>> expect_eigh(Matrix<const T> a) {
  using Real = real_t<T>;
  const std::int64_t n = a.rows;
  SCOPED_TRACE(n);
  std::vector<Real> values(n);
  OwnedMatrix<T> v(n, n);
  eigh<T>(a, values, v.view(), "eigh");
  EXPECT_TRUE(std::is_sorted(values.begin(), values.end()));
  EXPECT_LE(departure_from_unitary<T>(v.view()), tolerance<T>(n, 1));
  EXPECT_LE(distance<T>(product<T>(a, v.view()).view(), scale_columns<T>(v.view(), values).view()),
            tolerance<T>(n, norm(a)));
  std::vector<Real> values_only(n);
  eigvalsh<T>(a, values_only, "eigvalsh");
  // The same arithmetic on the same tridiagonal matrix.
  EXPECT_EQ(values_only, values);
  return values;
}

TYPED_TEST(DenseEigh, RandomMatrices) {
  using T = TypeParam;
  Random random;
  for (const std::int64_t n : kSizes) expect_eigh<T>(random.hermitian<T>(n).view());
}

TYPED_TEST(DenseEigh, SmallMatrices) {
  using T = TypeParam;
  Random random;
  for (std::int64_t n = 1; n <= kSmall + 1; ++n) {
    for (int repetition = 0; repetition < 20; ++repetition) {
      expect_eigh<T>(random.hermitian<T>(n).view());
    }
  }
}

TYPED_TEST(DenseEigh, SmallEigenvaluesOfAGradedMatrix) {
  using T = TypeParam;
  // diag(1, d, d^2) B diag(1, d, d^2) with B = ((2, 1, 1), (1, 2, 1), (1, 1, 2)): eigenvalues near
  // 2, 3/2 d^2 and 4/3 d^4, the quotients of B's leading minors 2, 3 and 4, but for O(d^2).
  const auto d = static_cast<real_t<T>>(1.0 / 64);
  OwnedMatrix<T> a(3, 3);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) a(i, j) = T((i == j ? 2 : 1) * std::pow(d, i + j));
  }
  const auto values = expect_eigh<T>(a.view());
  // Errors relative to the whole matrix, of norm 2, and the terms of higher order.
  EXPECT_NEAR(values[0], 4.0 / 3 * std::pow(d, 4), tolerance<T>(3, 2) + std::pow(d, 6));
  EXPECT_NEAR(values[1], 1.5 * d * d, tolerance<T>(3, 2) + 2 * std::pow(d, 4));
  EXPECT_NEAR(values[2], 2, d * d);
}

TYPED_TEST(DenseEigh, ReadsTheLowerTriangleOfAnyView) {
  using T = TypeParam;
  Random random;
  auto a = random.hermitian<T>(17);
  std::vector<real_t<T>> values(17), again(17);
  OwnedMatrix<T> v(17, 17);
  eigh<T>(a.view(), values, v.view(), "eigh");
  for (std::int64_t i = 0; i < 17; ++i) {
    for (std::int64_t j = i + 1; j < 17; ++j) a(i, j) = T(std::numeric_limits<float>::infinity());
  }
  Scattered<T> scattered(a), scattered_v(17, 17);
  eigh<T>(scattered.view(), again, scattered_v.view(), "eigh");
  EXPECT_EQ(again, values);
  EXPECT_EQ(distance<T>(scattered_v.view(), v.view()), 0);
}

TYPED_TEST(DenseEigh, SecondDifferencesHaveCosinesAsEigenvalues) {
  using T = TypeParam;
  constexpr std::int64_t n = 64;
  OwnedMatrix<T> a(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    a(i, i) = T(2);
    if (i > 0) a(i, i - 1) = a(i - 1, i) = T(-1);
  }
  const auto values = expect_eigh<T>(a.view());
  for (std::int64_t k = 0; k < n; ++k) {
    const double angle = std::numbers::pi * static_cast<double>(k + 1) / (n + 1);
    EXPECT_NEAR(values[k], 2 - 2 * std::cos(angle), tolerance<T>(n, 4));
  }
}

TYPED_TEST(DenseEigh, WilkinsonsPairsAreResolved) {
  using T = TypeParam;
  OwnedMatrix<T> a(21, 21);  // W21+: its largest eigenvalues agree to 15 digits
  for (std::int64_t i = 0; i < 21; ++i) {
    a(i, i) = T(real_t<T>(std::abs(10 - i)));
    if (i > 0) a(i, i - 1) = a(i - 1, i) = T(1);
  }
  const auto values = expect_eigh<T>(a.view());
  EXPECT_NEAR(values[20], 10.746194182903393, tolerance<T>(21, 10));
  EXPECT_NEAR(values[19], 10.746194182903322, tolerance<T>(21, 10));
}

TYPED_TEST(DenseEigh, RepeatedEigenvalues) {
  using T = TypeParam;
  Random random;
  OwnedMatrix<T> q(30, 30), r(30, 30);
  qr<T>(random.matrix<T>(30, 30).view(), q.view(), r.view());
  std::vector<real_t<T>> chosen(30, real_t<T>(2));
  std::fill_n(chosen.begin(), 10, real_t<T>(-1));
  const auto a = product<T>(scale_columns<T>(q.view(), chosen).view(), adjoint<T>(q.view()).view());
  const auto values = expect_eigh<T>(a.view());
  for (int k = 0; k < 30; ++k) EXPECT_NEAR(values[k], k < 10 ? -1 : 2, tolerance<T>(30, 4));
}

TYPED_TEST(DenseEigh, SpecialMatrices) {
  using T = TypeParam;
  Random random;
  expect_eigh<T>(OwnedMatrix<T>(9, 9).view());  // zero
  OwnedMatrix<T> ones(40, 40), identity(9, 9);  // rank one
  fill(ones.view(), T(1));
  EXPECT_NEAR(expect_eigh<T>(ones.view())[39], 40, tolerance<T>(40, 40));
  set_identity(identity.view());
  EXPECT_EQ(expect_eigh<T>(identity.view()), std::vector<real_t<T>>(9, 1));
  expect_eigh<T>(hilbert<T>(30).view());
  const auto half = graded<T>(random, 50, 50, 20);
  expect_eigh<T>(product<T>(half.view(), adjoint<T>(half.view()).view()).view());
}

TYPED_TEST(DenseEigh, ExtremeScales) {
  using T = TypeParam;
  using Real = real_t<T>;
  Random random;
  const auto a = random.hermitian<T>(8);
  const auto values = expect_eigh<T>(a.view());
  for (const int exponent : {std::numeric_limits<Real>::max_exponent - 8,
                             std::numeric_limits<Real>::min_exponent + 30}) {
    const Real scale = std::ldexp(Real(1), exponent);
    const auto scaled = scale_columns<T>(a.view(), std::vector<Real>(8, scale));
    std::vector<Real> scaled_values(8);
    OwnedMatrix<T> v(8, 8);
    eigh<T>(scaled.view(), scaled_values, v.view(), "eigh");
    for (int k = 0; k < 8; ++k) EXPECT_EQ(scaled_values[k], values[k] * scale);
  }
}

TEST(DenseEighKnown, TwoByTwo) {
  using C = std::complex<double>;
  OwnedMatrix<C> a(2, 2);
  a(0, 0) = 1, a(1, 1) = 1, a(1, 0) = C(0, 1), a(0, 1) = C(0, -1);
  const auto values = expect_eigh<C>(a.view());
  EXPECT_NEAR(values[0], 0, 1e-15);
  EXPECT_NEAR(values[1], 2, 1e-15);
}

TYPED_TEST(DenseEigh, RefusesWhatIsNotFinite) {
  using T = TypeParam;
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    OwnedMatrix<T> a(5, 5), v(5, 5);
    a(3, 1) = T(bad);
    std::vector<real_t<T>> values(5);
    EXPECT_THAT([&] { eigh<T>(a.view(), values, v.view(), "eigh"); },
                ThrowsMessage<LinAlgError>("[eigh] input contains NaN or infinity"));
    EXPECT_THAT([&] { eigvalsh<T>(a.view(), values, "eigvalsh"); },
                ThrowsMessage<LinAlgError>("[eigvalsh] input contains NaN or infinity"));
  }
}

}  // namespace
}  // namespace loom::reference::dense
