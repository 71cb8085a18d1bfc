#include "loom/backends/blas/routines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "loom/support/error.h"
#include "tests/unit/blas/dense.h"
#include "tests/unit/blas/installed.h"

namespace loom::blas {
namespace {

using testing::HasSubstr;

template <class T>
class RoutinesTest : public testing::Test {
 protected:
  static constexpr std::int64_t kSize = 70;  // more than one block of LAPACK's

  using M = Matrix<T>;

  /// Runs `body` on each installed library; with_lapack: on those that have one.
  void each(bool with_lapack, const std::function<void(const Routines<T>&)>& body) {
    bool ran = false;
    for (const Installed& entry : installed()) {
      if (with_lapack && !entry.library.facts().lapack) continue;
      SCOPED_TRACE(entry.file);
      body(Routines<T>(entry.library));
      ran = true;
    }
    if (!ran) GTEST_SKIP() << "no BLAS library is installed";
  }

  M random(std::int64_t m, std::int64_t n) { return M::random(m, n, engine_); }
  M hermitian(std::int64_t n) {
    M a = random(n, n);
    const M b = a.adjoint();
    for (std::size_t i = 0; i < a.data.size(); ++i) a.data[i] += b.data[i];
    return a;
  }
  M positive(std::int64_t n) {
    const M a = random(n, n);
    M result = a * a.adjoint();
    for (std::int64_t i = 0; i < n; ++i) result(i, i) += static_cast<Real<T>>(n);
    return result;
  }

 private:
  std::uint64_t seed_ = std::random_device()();
  std::mt19937_64 engine_{seed_};
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
};

using Scalars = testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(RoutinesTest, Scalars);

TYPED_TEST(RoutinesTest, Products) {
  using T = TypeParam;
  this->each(false, [&](const Routines<T>& routines) {
    const auto a = this->random(13, 7), b = this->random(7, 9);
    const auto product = a * b;
    Matrix<T> c(13, 9);
    routines.gemm('N', 'N', 13, 9, 7, T(1), a.get(), 13, b.get(), 7, T(0), c.get(), 13);
    expect_near(c, product);
    const auto at = a.adjoint(), bt = b.adjoint();
    routines.gemm('C', 'C', 13, 9, 7, T(2), at.get(), 7, bt.get(), 9, T(-1), c.get(), 13);
    expect_near(c, product);

    if constexpr (!kIsComplex<T>) {
      const T sum = routines.dot(7, at.get(), 1, b.get(), 1);
      EXPECT_NEAR(sum, product(0, 0), 300 * std::numeric_limits<T>::epsilon());
    }
  });
}

TYPED_TEST(RoutinesTest, RankUpdates) {
  using T = TypeParam;
  this->each(false, [&](const Routines<T>& routines) {
    const auto a = this->random(11, 5);
    Matrix<T> plain(5, 11);
    for (int i = 0; i < 11; ++i) {
      for (int j = 0; j < 5; ++j) plain(j, i) = a(i, j);
    }
    const auto upper = [](Matrix<T> m) {
      for (int j = 0; j < m.columns; ++j) {
        for (int i = j + 1; i < m.rows; ++i) m(i, j) = 0;
      }
      return m;
    };
    Matrix<T> c(11, 11);
    routines.syrk('U', 'N', 11, 5, T(1), a.get(), 11, T(0), c.get(), 11);
    expect_near(c, upper(a * plain));
  });
}

TYPED_TEST(RoutinesTest, LinearSystems) {
  using T = TypeParam;
  const std::int64_t n = this->kSize;
  this->each(true, [&](const Routines<T>& routines) {
    const auto a = this->positive(n);
    const auto x = this->random(n, 3);
    const auto b = a * x;

    auto factors = a;
    std::vector<std::int64_t> pivots(n);
    ASSERT_EQ(routines.getrf(n, n, factors.get(), n, pivots.data()), 0);
    for (std::int64_t i = 0; i < n; ++i) {
      EXPECT_GE(pivots[i], i + 1);
      EXPECT_LE(pivots[i], n);
    }
    ASSERT_EQ(routines.getri(n, factors.get(), n, pivots.data()), 0);
    expect_near(a * factors, Matrix<T>::identity(n));

    auto again = a;
    auto solution = b;
    std::vector<std::int64_t> same_pivots(n);
    ASSERT_EQ(routines.gesv(n, 3, again.get(), n, same_pivots.data(), solution.get(), n), 0);
    expect_near(a * solution, b);
    EXPECT_EQ(same_pivots, pivots);

    auto lower = a;
    ASSERT_EQ(routines.potrf('L', n, lower.get(), n), 0);
    for (std::int64_t j = 0; j < n; ++j) {
      for (std::int64_t i = 0; i < j; ++i) lower(i, j) = 0;
    }
    expect_near(lower * lower.adjoint(), a);
  });
}

TYPED_TEST(RoutinesTest, FactorsThatDoNotExistAreTold) {
  using T = TypeParam;
  this->each(true, [&](const Routines<T>& routines) {
    Matrix<T> singular(3, 3);
    singular(0, 0) = 1;
    std::vector<std::int64_t> pivots(3);
    EXPECT_EQ(routines.getrf(3, 3, singular.get(), 3, pivots.data()), 2);
    auto indefinite = Matrix<T>::identity(3);
    indefinite(2, 2) = -1;
    EXPECT_EQ(routines.potrf('L', 3, indefinite.get(), 3), 3);
  });
}

TYPED_TEST(RoutinesTest, OrthogonalFactors) {
  using T = TypeParam;
  const std::int64_t m = this->kSize + 30, n = this->kSize;
  this->each(true, [&](const Routines<T>& routines) {
    const auto a = this->random(m, n);
    auto q = a;
    std::vector<T> tau(n);
    ASSERT_EQ(routines.geqrf(m, n, q.get(), m, tau.data()), 0);
    Matrix<T> r(n, n);
    for (std::int64_t j = 0; j < n; ++j) {
      for (std::int64_t i = 0; i <= j; ++i) r(i, j) = q(i, j);
    }
    ASSERT_EQ(routines.orgqr(m, n, n, q.get(), m, tau.data()), 0);
    expect_near(q * r, a);
    expect_near(q.adjoint() * q, Matrix<T>::identity(n));
  });
}

// The shapes take gesdd through its paths for tall, nearly square and wide matrices.
TYPED_TEST(RoutinesTest, SingularValues) {
  using T = TypeParam;
  const std::vector<std::pair<std::int64_t, std::int64_t>> shapes = {
      {90, 8}, {40, 33}, {33, 33}, {33, 40}, {8, 90}, {1, 1}, {5, 1}};
  this->each(true, [&](const Routines<T>& routines) {
    for (const auto& [m, n] : shapes) {
      SCOPED_TRACE(testing::Message() << m << " x " << n);
      const std::int64_t least = std::min(m, n);
      const auto a = this->random(m, n);
      for (const char jobz : {'S', 'A'}) {
        Matrix<T> u(m, jobz == 'A' ? m : least), vh(jobz == 'A' ? n : least, n);
        std::vector<Real<T>> s(least);
        auto work = a;
        ASSERT_EQ(
            routines.gesdd(jobz, m, n, work.get(), m, s.data(), u.get(), m, vh.get(), vh.rows), 0);
        EXPECT_TRUE(std::ranges::is_sorted(s, std::ranges::greater()));
        Matrix<T> rows(least, n);
        for (std::int64_t j = 0; j < n; ++j) {
          for (std::int64_t i = 0; i < least; ++i) rows(i, j) = vh(i, j);
        }
        expect_near(u.first_columns(least).scaled(s) * rows, a);
        expect_near(u.adjoint() * u, Matrix<T>::identity(u.columns));

        std::vector<Real<T>> only(least);
        work = a;
        ASSERT_EQ(routines.gesdd('N', m, n, work.get(), m, only.data(), u.get(), m, vh.get(), n),
                  0);
        for (std::int64_t i = 0; i < least; ++i) {
          EXPECT_NEAR(only[i], s[i], 1e3 * std::numeric_limits<Real<T>>::epsilon() * s[0]);
        }
      }
    }
  });
}

TYPED_TEST(RoutinesTest, SymmetricEigenvalues) {
  using T = TypeParam;
  this->each(true, [&](const Routines<T>& routines) {
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{2}, this->kSize}) {
      SCOPED_TRACE(n);
      const auto a = this->hermitian(n);
      auto vectors = a;
      std::vector<Real<T>> w(n);
      ASSERT_EQ(routines.syevd('V', 'L', n, vectors.get(), n, w.data()), 0);
      EXPECT_TRUE(std::ranges::is_sorted(w));
      expect_near(vectors.scaled(w), a * vectors);
      expect_near(vectors.adjoint() * vectors, Matrix<T>::identity(n));

      const double close = 1e3 * std::numeric_limits<Real<T>>::epsilon() * (1 + largest(a));
      std::vector<Real<T>> only(n);
      auto work = a;
      ASSERT_EQ(routines.syevd('N', 'U', n, work.get(), n, only.data()), 0);
      for (std::int64_t i = 0; i < n; ++i) EXPECT_NEAR(only[i], w[i], close);
    }
  });
}

TYPED_TEST(RoutinesTest, GeneralEigenvalues) {
  using T = TypeParam;
  using Complex = std::complex<Real<T>>;
  const std::int64_t n = 30;
  this->each(true, [&](const Routines<T>& routines) {
    const auto a = this->random(n, n);
    auto work = a;
    Matrix<T> packed(n, n);
    Matrix<Complex> vectors(n, n), wide(n, n);
    std::copy(a.data.begin(), a.data.end(), wide.data.begin());
    std::vector<Complex> values(n);
    if constexpr (kIsComplex<T>) {
      ASSERT_EQ(routines.geev('V', n, work.get(), n, values.data(), vectors.get(), n), 0);
    } else {
      std::vector<T> real(n), imaginary(n);
      ASSERT_EQ(
          routines.geev('V', n, work.get(), n, real.data(), imaginary.data(), packed.get(), n), 0);
      for (std::int64_t j = 0; j < n; ++j) {
        values[j] = Complex(real[j], imaginary[j]);
        // The first of a conjugate pair has a positive imaginary part.
        const std::int64_t base = imaginary[j] < 0 ? j - 1 : j;
        for (std::int64_t i = 0; i < n; ++i) {
          const T sine = imaginary[j] == 0 ? T(0) : packed(i, base + 1);
          vectors(i, j) = Complex(packed(i, base), imaginary[j] < 0 ? -sine : sine);
        }
      }
    }
    expect_near(vectors.scaled(values), wide * vectors);
  });
}

TEST(Routines, RefuseSizesBeyond32BitIntegers) {
  const Library* narrow = installed_of_width(32);
  if (narrow == nullptr) GTEST_SKIP() << "no 32-bit BLAS library is installed";
  const Routines<double> routines(*narrow);
  // Refused before the call, so that no memory is needed.
  const std::int64_t n = 46341;
  EXPECT_THAT([&] { routines.gemm('N', 'N', n, n, 1, 1, nullptr, n, nullptr, 1, 0, nullptr, n); },
              testing::ThrowsMessage<BackendError>(
                  testing::AllOf(HasSubstr("[dgemm] an array of 46341 x 46341 elements"),
                                 HasSubstr("libopenblas64-0-pthread"))));
  // The matrix fits, the workspace does not.
  EXPECT_TRUE(narrow->fits({32767, 32767}));
  EXPECT_THROW(routines.syevd('V', 'L', 32767, nullptr, 32767, nullptr), BackendError);
}

TEST(Routines, WorkspaceOfDivideAndConquer) {
  // 1 + 6 n + 2 n^2 passes 2^31 - 1 between these two.
  EXPECT_EQ(syevd_workspace<double>(32766, true).elements, 2147418109);
  EXPECT_EQ(syevd_workspace<double>(32767, true).elements, 2147549181);
  EXPECT_EQ(syevd_workspace<double>(100000, true).elements, 20000600001);
  EXPECT_EQ(syevd_workspace<double>(1000, true).integers, 5003);
  EXPECT_EQ(syevd_workspace<std::complex<double>>(1000, true).elements, 1002000);
  EXPECT_EQ(syevd_workspace<std::complex<double>>(1000, true).reals, 2005001);
  EXPECT_EQ(syevd_workspace<float>(1, true).elements, 1);
}

TEST(Routines, TellWhatALibraryLacks) {
  for (const Installed& entry : installed()) {
    if (entry.library.facts().lapack) continue;
    double value = 2;
    EXPECT_THROW(Routines<double>(entry.library).potrf('L', 1, &value, 1), BackendUnavailableError);
    return;
  }
  GTEST_SKIP() << "no BLAS library without LAPACK is installed";
}

}  // namespace
}  // namespace loom::blas
