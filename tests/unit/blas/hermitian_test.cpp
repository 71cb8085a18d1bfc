#include "loom/backends/blas/hermitian.h"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "loom/backends/blas/crossover.h"
#include "loom/backends/blas/routines.h"
#include "loom/backends/blas/tridiagonal.h"
#include "loom/support/threads.h"
#include "tests/unit/blas/dense.h"
#include "tests/unit/blas/installed.h"

namespace loom::blas {
namespace {

void for_each_lapack(const std::function<void(const Library&)>& body) {
  bool ran = false;
  for (const Installed& entry : installed()) {
    if (!entry.library.facts().lapack) continue;
    SCOPED_TRACE(entry.file);
    body(entry.library);
    ran = true;
  }
  if (!ran) GTEST_SKIP() << "no BLAS library with LAPACK is installed";
}

template <class T>
View matrix_view(Matrix<T>& matrix) {  // a column-major matrix is its transpose by rows
  return {reinterpret_cast<std::byte*>(matrix.get()),
          dtype_of<T>(),
          {matrix.columns, matrix.rows},
          {matrix.rows, 1}};
}

template <class T>
struct Eigen {
  std::vector<Real<T>> values;
  Matrix<T> vectors;
};

template <class T>
Eigen<T> decompose(const Library& library, const Matrix<T>& a) {
  const std::int64_t n = a.rows;
  Matrix<T> input = a.adjoint(), rows(n, n);
  for (T& x : input.data) x = conjugate(x);
  std::vector<Real<T>> values(n);
  const View views = {reinterpret_cast<std::byte*>(values.data()), dtype_of<Real<T>>(), {n}, {1}};
  Hermitian<T>::decompose(library, matrix_view(input), views, matrix_view(rows));
  Matrix<T> vectors = rows.adjoint();
  for (T& x : vectors.data) x = conjugate(x);
  return {std::move(values), std::move(vectors)};
}

/// That the columns are eigenvectors, orthonormal, and the values ascend.
template <class T>
void expect_decomposed(const Library& library, const Matrix<T>& a) {
  const Eigen<T> eigen = decompose(library, a);
  EXPECT_TRUE(std::ranges::is_sorted(eigen.values));
  expect_near(eigen.vectors.scaled(eigen.values), a * eigen.vectors);
  expect_near(eigen.vectors.adjoint() * eigen.vectors, Matrix<T>::identity(a.rows));
}

template <class T>
Matrix<T> hermitian(std::int64_t n, std::mt19937_64& engine) {
  Matrix<T> a = Matrix<T>::random(n, n, engine);
  const Matrix<T> adjoint = a.adjoint();
  for (std::size_t i = 0; i < a.data.size(); ++i) a.data[i] += adjoint.data[i];
  return a;
}

/// Q diag(values) Q^H with the vectors of a random matrix.
template <class T>
Matrix<T> with_values(const Library& library, const std::vector<Real<T>>& values,
                      std::mt19937_64& engine) {
  const auto n = std::ssize(values);
  const Matrix<T> q = decompose(library, hermitian<T>(n, engine)).vectors;
  Matrix<T> a = q.scaled(values) * q.adjoint();
  for (std::int64_t i = 0; i < n; ++i) {
    a(i, i) = std::real(a(i, i));
    for (std::int64_t j = 0; j < i; ++j) a(i, j) = conjugate(a(j, i));
  }
  return a;
}

template <class T>
class HermitianTest : public testing::Test {
 protected:
  HermitianTest() { RecordProperty("seed", std::to_string(seed_)); }

  /// Sizes below and above where the steps begin, with leaves and blocks of every kind.
  static constexpr std::int64_t kSizes[] = {1, 2, 79, 80, 127, 128, 129, 195};

  const std::uint64_t seed_ = std::random_device()();
  const testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
  std::mt19937_64 engine_{seed_};
};
using Types = testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(HermitianTest, Types);

TYPED_TEST(HermitianTest, RandomMatricesOfEverySize) {
  for_each_lapack([&](const Library& library) {
    for (const std::int64_t n : this->kSizes) {
      SCOPED_TRACE(n);
      expect_decomposed(library, hermitian<TypeParam>(n, this->engine_));
    }
  });
}

// The values meet and deflation takes all, all but one, or most of each merge.
TYPED_TEST(HermitianTest, MatricesOfFewValues) {
  using T = TypeParam;
  constexpr std::int64_t n = 150;
  for_each_lapack([&](const Library& library) {
    expect_decomposed(library, Matrix<T>(n, n));
    expect_decomposed(library, Matrix<T>::identity(n));
    Matrix<T> ones(n, n), pair(n, n);
    std::ranges::fill(ones.data, T(1));
    expect_decomposed(library, ones);
    pair(140, 20) = pair(20, 140) = T(1);
    expect_decomposed(library, pair);

    std::vector<Real<T>> clustered(n);
    for (std::int64_t i = 0; i < n; ++i) {
      clustered[i] = Real<T>(i % 3) + std::numeric_limits<Real<T>>::epsilon() * Real<T>(i % 7);
    }
    expect_decomposed(library, with_values<T>(library, clustered, this->engine_));
  });
}

// Pairs of values that agree to all digits but have vectors of their own, and halves that hardly
// know each other (Wilkinson's matrix W+, glued).
TYPED_TEST(HermitianTest, GluedWilkinsonMatrices) {
  using T = TypeParam;
  constexpr std::int64_t kOrder = 21, n = 7 * kOrder;
  for_each_lapack([&](const Library& library) {
    for (const double glue : {1e-12, 1e-6, 1e-3, 1.0}) {
      SCOPED_TRACE(glue);
      Matrix<T> a(n, n);
      for (std::int64_t i = 0; i < n; ++i) {
        a(i, i) = T(std::abs(static_cast<int>(i % kOrder - kOrder / 2)));
        if (i > 0) a(i, i - 1) = a(i - 1, i) = T(i % kOrder == 0 ? glue : 1);
      }
      expect_decomposed(library, a);
    }
  });
}

TYPED_TEST(HermitianTest, ValuesOverManyOrdersOfMagnitude) {
  using T = TypeParam;
  for_each_lapack([&](const Library& library) {
    std::vector<Real<T>> values(150);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::pow(0.8, i) * (i % 2 ? 1 : -1);
    expect_decomposed(library, with_values<T>(library, values, this->engine_));
  });
}

// Their squares overflow or vanish.
TYPED_TEST(HermitianTest, HugeAndTinyEntries) {
  using T = TypeParam;
  using R = Real<T>;
  constexpr int kMost = std::numeric_limits<R>::max_exponent;
  for_each_lapack([&](const Library& library) {
    const Matrix<T> a = hermitian<T>(150, this->engine_);
    const Eigen<T> plain = decompose(library, a);
    for (const int exponent : {kMost - 12, kMost / 2 + 5, -kMost / 2 - 5, 20 - kMost}) {
      SCOPED_TRACE(exponent);
      const R factor = std::exp2(R(exponent));
      Matrix<T> scaled = a;
      for (T& x : scaled.data) x *= factor;
      Eigen<T> eigen = decompose(library, scaled);
      for (R& value : eigen.values) value /= factor;
      expect_near(eigen.vectors.scaled(eigen.values), a * eigen.vectors);
      expect_near(eigen.vectors.adjoint() * eigen.vectors, Matrix<T>::identity(a.rows));
      const double close = 1e3 * std::numeric_limits<R>::epsilon() * (1 + largest(a));
      for (std::int64_t i = 0; i < a.rows; ++i) {
        EXPECT_NEAR(eigen.values[i], plain.values[i], close);
      }
    }
  });
}

TYPED_TEST(HermitianTest, ReadsTheLowerTriangleOfAnyStrides) {
  using T = TypeParam;
  constexpr std::int64_t n = 140;
  for_each_lapack([&](const Library& library) {
    const Matrix<T> a = hermitian<T>(n, this->engine_);
    const Eigen<T> plain = decompose(library, a);
    std::vector<T> apart(2 * n * n * 3, T(7));
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j <= i; ++j) apart[3 * (j * 2 * n + i)] = a(i, j);
    }
    const View view = {
        reinterpret_cast<std::byte*>(apart.data()), dtype_of<T>(), {n, n}, {3, 6 * n}};
    std::vector<Real<T>> values(n);
    Matrix<T> rows(n, n);
    Hermitian<T>::decompose(
        library, view, {reinterpret_cast<std::byte*>(values.data()), dtype_of<Real<T>>(), {n}, {1}},
        matrix_view(rows));
    const double close = 1e3 * std::numeric_limits<Real<T>>::epsilon() * (1 + largest(a));
    for (std::int64_t i = 0; i < n; ++i) EXPECT_NEAR(values[i], plain.values[i], close);
  });
}

// The tridiagonal problem is the same work on any number of threads, to the last bit.
TEST(Tridiagonal, TheNumberOfThreadsChangesNothing) {
  constexpr std::int64_t n = 700;
  std::mt19937_64 engine(3);
  std::normal_distribution<double> normal;
  std::vector<double> diagonal(n), off(n - 1);
  for (double& x : diagonal) x = normal(engine);
  for (double& x : off) x = normal(engine);
  for_each_lapack([&](const Library& library) {
    const auto solve = [&](int threads) {
      set_num_threads(threads);
      const OneThreadEach serial(library);
      std::vector<double> d = diagonal, e = off, z(n * n), spare(n * n);
      solve_tridiagonal(library, n, d.data(), e.data(), z.data(), spare.data());
      z.insert(z.end(), d.begin(), d.end());
      return z;
    };
    const std::vector<double> one = solve(1);
    for (const int threads : {2, 3, 8}) EXPECT_TRUE(solve(threads) == one) << threads;
    set_num_threads(0);
  });
}

TEST(OneThreadEach, LastsAsLongAsTheLastOne) {
  for_each_lapack([](const Library& library) {
    set_num_threads(2);
    library.set_threads(2);
    if (library.threads() != 2) return;  // built for one
    {
      const OneThreadEach outer(library);
      {
        const OneThreadEach inner(library);
        EXPECT_EQ(library.threads(), 1);
      }
      EXPECT_EQ(library.threads(), 1);
    }
    EXPECT_EQ(library.threads(), 2);
    set_num_threads(0);
    library.set_threads(num_threads());
  });
}

// What a library of 32-bit integers can decompose: LAPACK's own driver works in 2 n^2 elements.
TEST(Hermitian, NoArrayIsLargerThanTheMatrix) {
  for_each_lapack([](const Library& library) {
    EXPECT_EQ(Hermitian<double>::largest(library, 46340),
              (std::array<std::int64_t, 2>{46340, 46340}));
    EXPECT_EQ(Hermitian<double>::largest(library, 100), (std::array<std::int64_t, 2>{20601, 1}));
  });
}

}  // namespace
}  // namespace loom::blas
