#include "loom/backends/reference/dense/qr.h"

#include <gtest/gtest.h>

#include "unit/reference/dense_testing.h"

namespace loom::reference::dense {
namespace {

template <class T>
class DenseQr : public testing::Test {};
TYPED_TEST_SUITE(DenseQr, Scalars);

template <class T>
void expect_qr(Matrix<const T> a, std::int64_t width) {
  SCOPED_TRACE(testing::Message() << a.rows << " x " << a.cols << ", Q of " << width);
  OwnedMatrix<T> q(a.rows, width), r(width, a.cols), r_only(width, a.cols);
  qr<T>(a, q.view(), r.view());
  const std::int64_t n = std::max(a.rows, a.cols);
  EXPECT_LE(departure_from_unitary<T>(q.view()), tolerance<T>(n, 1));
  EXPECT_LE(distance<T>(product<T>(q.view(), r.view()).view(), a), tolerance<T>(n, norm(a)));
  for (std::int64_t i = 0; i < r.rows(); ++i) {
    for (std::int64_t j = 0; j < std::min(i, r.cols()); ++j) EXPECT_EQ(r(i, j), T(0));
    if (i < r.cols()) {
      EXPECT_EQ(imaginary_part(r(i, i)), 0);
    }
  }
  qr_r<T>(a, r_only.view());
  EXPECT_EQ(distance<T>(r.view(), r_only.view()), 0);
}

TYPED_TEST(DenseQr, ReducedAndComplete) {
  using T = TypeParam;
  Random random;
  for (const auto& [m, n] : kShapes) {
    const auto a = random.matrix<T>(m, n);
    expect_qr<T>(a.view(), std::min(m, n));
    expect_qr<T>(a.view(), m);
  }
}

TYPED_TEST(DenseQr, RankDeficientAndZero) {
  using T = TypeParam;
  Random random;
  const auto left = random.matrix<T>(20, 3), right = random.matrix<T>(3, 12);
  expect_qr<T>(product<T>(left.view(), right.view()).view(), 12);
  expect_qr<T>(OwnedMatrix<T>(6, 4).view(), 4);
  expect_qr<T>(OwnedMatrix<T>(6, 4).view(), 6);
}

TYPED_TEST(DenseQr, ExtremeScales) {
  using T = TypeParam;
  using Real = real_t<T>;
  Random random;
  auto a = random.matrix<T>(9, 7);
  OwnedMatrix<T> q(9, 7), r(7, 7), q_scaled(9, 7), r_scaled(7, 7);
  qr<T>(a.view(), q.view(), r.view());
  // A power of two, so that nothing but range can make a difference; squares are out of range.
  for (const int exponent : {std::numeric_limits<Real>::max_exponent - 8,
                             std::numeric_limits<Real>::min_exponent + 30}) {
    const Real scale = std::ldexp(Real(1), exponent);
    const auto scaled = scale_columns<T>(a.view(), std::vector<Real>(7, scale));
    qr<T>(scaled.view(), q_scaled.view(), r_scaled.view());
    EXPECT_EQ(distance<T>(q.view(), q_scaled.view()), 0);
    EXPECT_EQ(r_scaled(0, 0), r(0, 0) * scale);
  }
}

TYPED_TEST(DenseQr, AnyStrides) {
  using T = TypeParam;
  Random random;
  const auto a = random.matrix<T>(19, 70);
  OwnedMatrix<T> q(19, 19), r(19, 70);
  qr<T>(a.view(), q.view(), r.view());
  Scattered<T> scattered(a), scattered_q(19, 19), scattered_r(19, 70);
  qr<T>(scattered.view(), scattered_q.view(), scattered_r.view());
  EXPECT_EQ(distance<T>(scattered_q.view(), q.view()), 0);
  EXPECT_EQ(distance<T>(scattered_r.view(), r.view()), 0);
}

TEST(DenseQrKnown, TheColumnOfThreeAndFour) {
  const auto a = from_rows<double>(1, {3, 4});
  OwnedMatrix<double> q(2, 1), r(1, 1);
  qr<double>(a.view(), q.view(), r.view());
  EXPECT_DOUBLE_EQ(r(0, 0), -5);
  EXPECT_DOUBLE_EQ(q(0, 0), -0.6);
  EXPECT_DOUBLE_EQ(q(1, 0), -0.8);
}

}  // namespace
}  // namespace loom::reference::dense
