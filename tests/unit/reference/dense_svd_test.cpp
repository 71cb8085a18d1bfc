#include "loom/backends/reference/dense/svd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loom/support/error.h"
#include "unit/reference/dense_testing.h"

namespace loom::reference::dense {
namespace {

using testing::ThrowsMessage;

template <class T>
class DenseSvd : public testing::Test {};
TYPED_TEST_SUITE(DenseSvd, Scalars);

template <class T>
std::vector<real_t<T>> expect_svd(Matrix<const T> a, bool full) {
  using Real = real_t<T>;
  SCOPED_TRACE(testing::Message() << a.rows << " x " << a.cols << (full ? ", full" : ", economy"));
  const std::int64_t k = std::min(a.rows, a.cols), n = std::max(a.rows, a.cols);
  OwnedMatrix<T> u(a.rows, full ? a.rows : k), vh(full ? a.cols : k, a.cols);
  std::vector<Real> s(k);
  svd<T>(a, u.view(), s, vh.view(), "svd");
  EXPECT_TRUE(std::is_sorted(s.rbegin(), s.rend()));
  EXPECT_TRUE(k == 0 || s[k - 1] >= 0);
  EXPECT_LE(departure_from_unitary<T>(u.view()), tolerance<T>(n, 1));
  EXPECT_LE(departure_from_unitary<T>(adjoint<T>(vh.view()).view()), tolerance<T>(n, 1));
  const auto us = scale_columns<T>(u.view().block(0, 0, a.rows, k), s);
  EXPECT_LE(distance<T>(product<T>(us.view(), vh.view().block(0, 0, k, a.cols)).view(), a),
            tolerance<T>(n, norm(a)));
  std::vector<Real> s_only(k);
  svdvals<T>(a, s_only, "svdvals");
  for (std::int64_t i = 0; i < k; ++i) EXPECT_NEAR(s_only[i], s[i], tolerance<T>(n, s[0]));
  return s;
}

TYPED_TEST(DenseSvd, EconomyAndFull) {
  using T = TypeParam;
  Random random;
  for (const auto& [m, n] : kShapes) {
    const auto a = random.matrix<T>(m, n);
    expect_svd<T>(a.view(), false);
    expect_svd<T>(a.view(), true);
  }
}

TYPED_TEST(DenseSvd, RankDeficient) {
  using T = TypeParam;
  Random random;
  const auto left = random.matrix<T>(20, 3), right = random.matrix<T>(3, 12);
  const auto a = product<T>(left.view(), right.view());
  for (const bool full : {false, true}) {
    const auto s = expect_svd<T>(a.view(), full);
    for (int k = 3; k < 12; ++k) EXPECT_LE(s[k], tolerance<T>(20, s[0]));
    expect_svd<T>(a.view().transposed(), full);
  }
}

TYPED_TEST(DenseSvd, ExactZerosHaveVectorsToo) {
  using T = TypeParam;
  for (const bool full : {false, true}) {
    EXPECT_EQ(expect_svd<T>(OwnedMatrix<T>(6, 4).view(), full), std::vector<real_t<T>>(4, 0));
    EXPECT_EQ(expect_svd<T>(OwnedMatrix<T>(4, 6).view(), full), std::vector<real_t<T>>(4, 0));
    OwnedMatrix<T> one(5, 5);
    one(3, 1) = T(-7);
    EXPECT_EQ(expect_svd<T>(one.view(), full), (std::vector<real_t<T>>{7, 0, 0, 0, 0}));
  }
}

TYPED_TEST(DenseSvd, HilbertMatrix) {
  using T = TypeParam;
  const auto s = expect_svd<T>(hilbert<T>(5).view(), false);
  // The eigenvalues of a positive definite matrix are its singular values.
  const std::vector<double> known = {1.5670506910982308, 0.20853421861101339, 1.1407491623419806e-2,
                                     3.0589804015119172e-4, 3.2879287721718629e-6};
  for (int k = 0; k < 5; ++k) EXPECT_NEAR(s[k], known[k], tolerance<T>(5, 1.6));
  expect_svd<T>(hilbert<T>(30).view(), false);
}

TYPED_TEST(DenseSvd, GradedAndRepeated) {
  using T = TypeParam;
  Random random;
  expect_svd<T>(graded<T>(random, 40, 30, 25).view(), true);
  OwnedMatrix<T> identity(12, 9);
  set_identity(identity.view());
  EXPECT_EQ(expect_svd<T>(identity.view(), true), std::vector<real_t<T>>(9, 1));
}

TEST(DenseSvdKnown, SmallSingularValuesOfGradedColumnsAreAccurate) {
  // Columns of very different lengths: Jacobi's method finds each singular value to full relative
  // precision. Here they are 5e-30 and 5 but for a relative 1e-60.
  OwnedMatrix<double> a(2, 2);
  a(0, 0) = 3, a(1, 0) = 4, a(0, 1) = -4e-30, a(1, 1) = 3e-30;
  const auto s = expect_svd<double>(a.view(), false);
  EXPECT_NEAR(s[0], 5, 1e-14);
  EXPECT_NEAR(s[1], 5e-30, 1e-44);
}

TYPED_TEST(DenseSvd, ExtremeScales) {
  using T = TypeParam;
  using Real = real_t<T>;
  Random random;
  const auto a = random.matrix<T>(8, 6);
  const auto s = expect_svd<T>(a.view(), false);
  for (const int exponent : {std::numeric_limits<Real>::max_exponent - 8,
                             std::numeric_limits<Real>::min_exponent + 30}) {
    const Real scale = std::ldexp(Real(1), exponent);
    const auto scaled = scale_columns<T>(a.view(), std::vector<Real>(6, scale));
    OwnedMatrix<T> u(8, 6), vh(6, 6);
    std::vector<Real> scaled_s(6);
    svd<T>(scaled.view(), u.view(), scaled_s, vh.view(), "svd");
    for (int k = 0; k < 6; ++k) EXPECT_EQ(scaled_s[k], s[k] * scale);
  }
}

TYPED_TEST(DenseSvd, AnyStrides) {
  using T = TypeParam;
  Random random;
  for (const auto& [m, n] : {std::pair(9, 7), std::pair(7, 9)}) {
    const auto a = random.matrix<T>(m, n);
    std::vector<real_t<T>> s(7), scattered_s(7);
    OwnedMatrix<T> u(m, m), vh(n, n);
    svd<T>(a.view(), u.view(), s, vh.view(), "svd");
    Scattered<T> scattered(a), scattered_u(m, m), scattered_vh(n, n);
    svd<T>(scattered.view(), scattered_u.view(), scattered_s, scattered_vh.view(), "svd");
    EXPECT_EQ(scattered_s, s);
    EXPECT_EQ(distance<T>(scattered_u.view(), u.view()), 0);
    EXPECT_EQ(distance<T>(scattered_vh.view(), vh.view()), 0);
  }
}

TYPED_TEST(DenseSvd, RefusesWhatIsNotFinite) {
  using T = TypeParam;
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    OwnedMatrix<T> a(5, 3), u(5, 3), vh(3, 3);
    a(4, 1) = T(bad);
    std::vector<real_t<T>> s(3);
    EXPECT_THAT([&] { svd<T>(a.view(), u.view(), s, vh.view(), "svd"); },
                ThrowsMessage<LinAlgError>("[svd] input contains NaN or infinity"));
    EXPECT_THAT([&] { svdvals<T>(a.view(), s, "svdvals"); },
                ThrowsMessage<LinAlgError>("[svdvals] input contains NaN or infinity"));
  }
}

}  // namespace
}  // namespace loom::reference::dense
