#include "loom/backends/blas/crossover.h"

#include <gtest/gtest.h>

#include <string>

#include "loom/dispatch/selection.h"
#include "loom/dispatch/trace.h"
#include "loom/ops/creation.h"
#include "loom/ops/linalg.h"
#include "unit/in_child.h"

namespace loom {
namespace {

bool is_first_choice() {
  const BackendScope scope("auto");
  return get_backend_info().name == "blas";
}

/// Who computed the last operation of `body`.
template <class Body>
std::string backend_of(const std::string& selection, Body body) {
  const BackendScope scope(selection);
  const Trace trace;
  body();
  return trace.events().back().backend;
}

TEST(Crossover, AutoLeavesSmallProblemsToTheLoops) {
  if (!is_first_choice()) GTEST_SKIP() << "no BLAS library is installed";
  const auto product = [](std::int64_t n) { return [=] { matmul(ones({n, n}), ones({n, n})); }; };
  EXPECT_EQ(backend_of("auto", product(4)), "reference");
  EXPECT_EQ(backend_of("auto", product(64)), "blas");
  EXPECT_EQ(backend_of("blas", product(4)), "blas") << "asked for by name";
  const auto with_vector = [](std::int64_t n) { return [=] { matmul(ones({n, n}), ones({n})); }; };
  EXPECT_EQ(backend_of("auto", with_vector(20)), "reference");
  EXPECT_EQ(backend_of("auto", with_vector(200)), "blas");
  const auto scalar_product = [](std::int64_t n) { return [=] { dot(ones({n}), ones({n})); }; };
  EXPECT_EQ(backend_of("auto", scalar_product(8)), "reference");
  EXPECT_EQ(backend_of("auto", scalar_product(5000)), "blas");
}

TEST(Crossover, GoesByOneMatrixOfAStack) {
  if (!is_first_choice()) GTEST_SKIP() << "no BLAS library is installed";
  const auto inverses = [](std::int64_t count, std::int64_t n) {
    return [=] { linalg::inv(eye(n, n).broadcast_to({count, n, n})); };
  };
  EXPECT_EQ(backend_of("auto", inverses(1000, 4)), "reference");
  EXPECT_EQ(backend_of("auto", inverses(2, 64)), "blas");
}

TEST(Crossover, DependsOnTheDtype) {
  if (!is_first_choice()) GTEST_SKIP() << "no BLAS library is installed";
  const auto factor = [](DType dtype) { return [=] { linalg::lu(eye(24, 24, 0, dtype)); }; };
  EXPECT_EQ(backend_of("auto", factor(DType::float64)), "reference");
  EXPECT_EQ(backend_of("auto", factor(DType::complex128)), "blas");
}

TEST(Fork, TheLibraryComputesInTheChild) {
  if (!is_first_choice()) GTEST_SKIP() << "no BLAS library is installed";
  if (!kCanFork) GTEST_SKIP() << "no fork under this sanitizer";
  const BackendScope scope("blas");
  const Array a = ones({500, 500});
  ASSERT_EQ(matmul(a, a).at<double>({499, 499}), 500);
  EXPECT_EQ(status_in_child([&] { return matmul(a, a).at<double>({499, 499}) == 500; }), 0);
  EXPECT_EQ(matmul(a, a).at<double>({499, 499}), 500) << "the parent goes on";
}

}  // namespace
}  // namespace loom
