// A library with 32-bit integers: what it cannot index falls to the next backend, with the reason.
// A program of its own, because a process loads one library.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "loom/dispatch/execute.h"
#include "loom/dispatch/selection.h"
#include "loom/gwas/model/decomposition.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/ops/random.h"
#include "loom/ops/reduction.h"
#include "sparse_memory.h"

namespace loom {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Before anything asks for the library.
const bool kChosen = [] { return setenv("LOOM_BLAS", "libopenblas.so.0", 1) == 0; }();

class BlasLp64 : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(kChosen);
    const std::vector<std::string> names = available_backends();
    if (names.front() != "blas") GTEST_SKIP() << "libopenblas.so.0 is not installed";
  }

  /// Views of float64 matrices that have no memory: only their sizes are looked at.
  static View matrix(std::int64_t rows, std::int64_t columns) {
    const Dims shape = {rows, columns};
    return {nullptr, DType::float64, shape, c_strides(shape)};
  }
};

TEST_F(BlasLp64, SaysItsWidth) {
  const BackendScope scope("blas");
  EXPECT_EQ(get_backend_info().integer_bits, 32);
}

TEST_F(BlasLp64, ComputesWhatFits) {
  const Array a = random::Generator(7).standard_normal({40, 40});
  const Array symmetric = a + transpose(a);
  const BackendScope scope("blas");
  const linalg::Eigen eigen = linalg::eigh(symmetric);
  const Array back = matmul(eigen.vectors * eigen.values, transpose(eigen.vectors));
  // Rounding of n-term sums of numbers up to about 20.
  EXPECT_LT(max(abs(back - symmetric)).item<double>(), 1e-12);
}

TEST_F(BlasLp64, EighFallsBackBeyondIntegers) {
  const BackendScope scope("blas");
  EXPECT_EQ(linalg::explain_eigh(46340).backend, "blas");
  // 46,341^2 passes 2^31.
  const dispatch::Explanation beyond = linalg::explain_eigh(46341);
  EXPECT_EQ(beyond.backend, "reference");
  ASSERT_EQ(beyond.passed_over.size(), 1u);
  EXPECT_EQ(beyond.passed_over[0].backend, "blas");
  EXPECT_THAT(beyond.passed_over[0].reason, HasSubstr("beyond the library's 32-bit integers"));
}

TEST_F(BlasLp64, AStudyOfSoManySamplesIsWarned) {
  EXPECT_EQ(gwas::slow_decomposition(46340), "");
  EXPECT_THAT(gwas::slow_decomposition(46341),
              HasSubstr("; blas: 46341 x 46341 is beyond the library's 32-bit integers"));
}

TEST_F(BlasLp64, MatmulFallsBackBeyondIntegers) {
  const auto explain_square = [](std::int64_t n) {
    const View inputs[] = {matrix(n, n), matrix(n, n)};
    const View output = matrix(n, n);
    return dispatch::explain(schema::op("matmul"), inputs, {&output, 1}, {}).backend;
  };
  EXPECT_EQ(explain_square(46340), "blas");
  EXPECT_EQ(explain_square(46341), "reference");
}

// Two columns of a matrix that has more elements than 32-bit integers count.
TEST_F(BlasLp64, MatmulTakesAPartOfAMatrixThatItCannotIndex) {
  constexpr std::int64_t kSide = 46341;
  const SparseMemory memory(8 * kSide * kSide);
  memory.as<double>()[(kSide - 1) * kSide] = 3;
  const Array part =
      Array::borrow(memory.as<double>(), {kSide, 2}, {kSide, 1}, DType::float64, false, nullptr);
  const BackendScope scope("blas");
  const Array product = matmul(ones({1, kSide}), part);
  EXPECT_THAT(product.span<double>(), ElementsAre(3, 0));
  const Array square = matmul(transpose(part), part);
  EXPECT_THAT(square.span<double>(), ElementsAre(9, 0, 0, 0));
}

TEST_F(BlasLp64, QrOfATallMatrixNeedsNoSquareOne) {
  const auto explain_qr = [](std::int64_t rows, std::int64_t columns, std::int64_t width) {
    const View input = matrix(rows, columns);
    const View outputs[] = {matrix(rows, width), matrix(width, columns)};
    const schema::Attribute attributes[] = {width > columns};
    return dispatch::explain(schema::op("qr"), {&input, 1}, outputs, attributes).backend;
  };
  EXPECT_EQ(explain_qr(100'000, 400, 400), "blas");
  EXPECT_EQ(explain_qr(100'000, 400, 100'000), "reference");
}

}  // namespace
}  // namespace loom
