// Who decomposes matrices of so many rows that 32-bit integers cannot count their elements. Nothing
// is computed: views without memory are enough to choose.
#include <gtest/gtest.h>

#include "loom/dispatch/execute.h"
#include "loom/dispatch/selection.h"

namespace loom {
namespace {

constexpr std::int64_t kSides[] = {46340, 46341, 46400, 100'000};

TEST(LargeMatrices, AreDecomposedByALibraryWith64BitIntegers) {
  const BackendScope scope("auto");
  if (get_backend_info().name != "blas" || get_backend_info().integer_bits != 64) {
    GTEST_SKIP() << "no library with 64-bit integers is first choice";
  }
  for (const std::int64_t n : kSides) {
    const Dims shape = {n, n};
    const View matrix{nullptr, DType::float64, shape, c_strides(shape)};
    const View outputs[] = {{nullptr, DType::float64, {n}, {1}}, matrix};
    EXPECT_EQ(dispatch::explain(schema::op("eigh"), {&matrix, 1}, outputs, {}).backend, "blas")
        << n;
    const View factors[] = {matrix, matrix};
    EXPECT_EQ(dispatch::explain(schema::op("matmul"), factors, {&matrix, 1}, {}).backend, "blas")
        << n;
  }
}

}  // namespace
}  // namespace loom
