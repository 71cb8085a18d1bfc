#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "loom/dispatch/selection.h"
#include "loom/ops/linalg.h"

namespace loom {
namespace {

Array random_matrix(std::mt19937_64& engine, std::int64_t rows, std::int64_t columns) {
  std::normal_distribution<double> normal;
  std::vector<double> values(rows * columns);
  for (double& value : values) value = normal(engine);
  return Array::from(values, Dims({rows, columns}));
}

// The factors are written by square tiles: shapes with tiles of every kind, whole ones and rests,
// below, on and above the diagonal.
TEST(BlasLu, TilesOfEveryShapeMakeTriangles) {
  {
    const BackendScope scope("auto");
    if (get_backend_info().name != "blas") GTEST_SKIP() << "no BLAS library is installed";
  }
  const BackendScope scope("blas");
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 engine(seed);
  const std::pair<std::int64_t, std::int64_t> shapes[] = {{1, 1},   {32, 32}, {33, 33},  {100, 100},
                                                          {70, 45}, {45, 70}, {200, 31}, {31, 200}};
  for (const auto& [m, n] : shapes) {
    SCOPED_TRACE(testing::Message() << m << " x " << n);
    const Array a = random_matrix(engine, m, n);
    const linalg::Lu its = linalg::lu(a);
    const std::int64_t k = std::min(m, n);
    for (std::int64_t i = 0; i < m; ++i) {
      double in_row = 0;
      for (std::int64_t j = 0; j < m; ++j) in_row += its.p.at<double>({i, j});
      EXPECT_EQ(in_row, 1);
      for (std::int64_t j = i; j < k; ++j) EXPECT_EQ(its.l.at<double>({i, j}), i == j ? 1 : 0);
    }
    for (std::int64_t i = 0; i < k; ++i) {
      for (std::int64_t j = 0; j < std::min(i, n); ++j) EXPECT_EQ(its.u.at<double>({i, j}), 0);
    }
    const Array again = matmul(its.p, matmul(its.l, its.u));
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        // k products of numbers of at most a few units, each with half a unit in the last place.
        EXPECT_NEAR(again.at<double>({i, j}), a.at<double>({i, j}), 1e-14 * (8 + k));
      }
    }
  }
}

}  // namespace
}  // namespace loom
