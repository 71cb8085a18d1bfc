#include <gtest/gtest.h>

#include <functional>

#include "loom/backends/reference/dense/cholesky.h"
#include "loom/backends/reference/dense/eig.h"
#include "loom/backends/reference/dense/eigh.h"
#include "loom/backends/reference/dense/gemm.h"
#include "loom/backends/reference/dense/lu.h"
#include "loom/backends/reference/dense/qr.h"
#include "loom/backends/reference/dense/solve.h"
#include "loom/backends/reference/dense/svd.h"
#include "loom/support/threads.h"
#include "unit/reference/dense_testing.h"

// The bits of a result do not depend on the number of threads. The sizes are such that every
// algorithm shares out work.
namespace loom::reference::dense {
namespace {

/// `compute(out)` fills an n x n matrix: the same under one thread and under three.
template <class T>
void expect_same_bits(std::int64_t n, const std::function<void(Matrix<T>)>& compute) {
  OwnedMatrix<T> alone(n, n), shared(n, n);
  set_num_threads(1);
  compute(alone.view());
  set_num_threads(3);
  compute(shared.view());
  set_num_threads(0);
  EXPECT_GT(norm<T>(alone.view()), 0);
  EXPECT_EQ(distance<T>(alone.view(), shared.view()), 0);
}

template <class T>
class DenseThreads : public testing::Test {};
using Doubles = testing::Types<double, std::complex<double>>;
TYPED_TEST_SUITE(DenseThreads, Doubles);

TYPED_TEST(DenseThreads, Gemm) {
  using T = TypeParam;
  Random random;
  const auto a = random.matrix<T>(150, 150);
  expect_same_bits<T>(150, [&](Matrix<T> out) { gemm<T>(a.view(), a.view(), out); });
}

TYPED_TEST(DenseThreads, LuAndInverse) {
  using T = TypeParam;
  Random random;
  const auto a = random.matrix<T>(200, 200);
  expect_same_bits<T>(200, [&](Matrix<T> out) { write_u<T>(lu_factor<T>(a.view()), out); });
  expect_same_bits<T>(200, [&](Matrix<T> out) { inverse<T>(a.view(), out, "inv"); });
}

TYPED_TEST(DenseThreads, Cholesky) {
  using T = TypeParam;
  Random random;
  const auto b = random.matrix<T>(400, 400);
  OwnedMatrix<T> a(400, 400);
  gemm<T>(b.view(), adjoint<T>(b.view()).view(), a.view());
  for (std::int64_t i = 0; i < 400; ++i) a(i, i) += T(1);
  expect_same_bits<T>(400, [&](Matrix<T> out) { cholesky<T>(a.view(), out, "cholesky"); });
}

TYPED_TEST(DenseThreads, Qr) {
  using T = TypeParam;
  Random random;
  const auto a = random.matrix<T>(200, 200);
  OwnedMatrix<T> r(200, 200);
  expect_same_bits<T>(200, [&](Matrix<T> out) { qr<T>(a.view(), out, r.view()); });
}

TYPED_TEST(DenseThreads, Eigh) {
  using T = TypeParam;
  Random random;
  const auto a = random.hermitian<T>(300);
  std::vector<double> values(300);
  expect_same_bits<T>(300, [&](Matrix<T> out) { eigh<T>(a.view(), values, out, "eigh"); });
}

TYPED_TEST(DenseThreads, Svd) {
  using T = TypeParam;
  Random random;
  const auto a = random.matrix<T>(80, 80);
  std::vector<double> s(80);
  OwnedMatrix<T> u(80, 80);
  expect_same_bits<T>(80, [&](Matrix<T> out) { svd<T>(a.view(), u.view(), s, out, "svd"); });
}

TYPED_TEST(DenseThreads, Eig) {
  using T = TypeParam;
  using C = std::complex<double>;
  Random random;
  const auto a = random.matrix<T>(120, 120);
  std::vector<C> values(120);
  expect_same_bits<C>(120, [&](Matrix<C> out) { eig<T>(a.view(), values, out, "eig"); });
}

}  // namespace
}  // namespace loom::reference::dense
