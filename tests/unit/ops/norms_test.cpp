#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/ops/manipulation.h"
#include "unit/reference/kernels.h"

namespace loom::test {
namespace {

using linalg::matrix_norm;
using linalg::MatrixNorm;
using linalg::vector_norm;
using testing::ElementsAre;
using Norms = OnReference;

double norm_of(const Array& a, double p) {
  return vector_norm(a, std::nullopt, false, p).item<double>();
}

TEST_F(Norms, OfAVectorForEveryOrder) {
  const Array a = Array::from({3.0, -4.0, 0.0});
  EXPECT_EQ(norm_of(a, 2), 5);
  EXPECT_EQ(norm_of(a, 1), 7);
  EXPECT_EQ(norm_of(a, 0), 2);
  EXPECT_EQ(norm_of(a, kInf), 4);
  EXPECT_EQ(norm_of(a, -kInf), 0);
  EXPECT_NEAR(norm_of(a, 3), std::cbrt(91.0), 1e-14);
  EXPECT_NEAR(norm_of(a, 0.5), std::pow(std::sqrt(3) + 2, 2), 1e-13);
  EXPECT_EQ(norm_of(a, -1), 0) << "one over infinity";
  EXPECT_NEAR(norm_of(Array::from({3.0, -4.0}), -1), 12.0 / 7, 1e-15);
  EXPECT_NEAR(norm_of(Array::from({3.0, -4.0}), -2), 2.4, 1e-15);
}

TEST_F(Norms, OfComplexNumbersAreReal) {
  const Array a = Array::from({C64(3, 4), C64(0, -12)});
  for (const double p : {2.0, 1.0, 0.0, kInf, -kInf, 3.0}) {
    EXPECT_EQ(vector_norm(a, std::nullopt, false, p).dtype(), DType::float32) << p;
  }
  EXPECT_EQ(norm_of(a, 2), 13);
  EXPECT_EQ(norm_of(a, 1), 17);
  EXPECT_EQ(norm_of(a, -kInf), 5);
}

TEST_F(Norms, OverSomeAxes) {
  const Array a = reshape(arange(24), {2, 3, 4});
  const auto shape = [&](const Dims& axes, bool keepdims, double p) {
    return vector_norm(a, axes, keepdims, p).shape();
  };
  for (const double p : {2.0, 1.0, 0.0, kInf, 3.0}) {
    EXPECT_EQ(shape({1}, false, p), (Dims{2, 4})) << p;
    EXPECT_EQ(shape({-1, 0}, false, p), Dims{3}) << p;
    EXPECT_EQ(shape({0, 2}, true, p), (Dims{1, 3, 1})) << p;
    EXPECT_EQ(vector_norm(a, std::nullopt, true, p).shape(), (Dims{1, 1, 1})) << p;
  }
  EXPECT_EQ(vector_norm(a).dtype(), DType::float64) << "integers are computed as float64";
  EXPECT_NEAR(vector_norm(a).item<double>(), std::sqrt(4324.0), 1e-13);
  EXPECT_NEAR(vector_norm(a, Dims{0, 2}).at<double>({0}),
              std::sqrt(14.0 + 12 * 12 + 13 * 13 + 14 * 14 + 15 * 15), 1e-13);
  EXPECT_EQ(vector_norm(a, Dims{}, false).shape(), a.shape()) << "each element is a vector of one";
  EXPECT_EQ(vector_norm(full({}, -3)).item<double>(), 3);
  EXPECT_THROW(vector_norm(a, Dims{3}), ShapeError);
  EXPECT_THROW(vector_norm(a, Dims{0, -3}), ShapeError);
}

TEST_F(Norms, EuclideanOnesNeitherOverflowNorUnderflow) {
  // Scaling rounds: the last place or two.
  EXPECT_DOUBLE_EQ(norm_of(Array::from({3e200, 4e200}), 2), 5e200);
  EXPECT_DOUBLE_EQ(norm_of(Array::from({3e-200, 4e-200}), 2), 5e-200);
  EXPECT_FLOAT_EQ(static_cast<float>(norm_of(Array::from({3e30f, 4e30f}), 2)), 5e30f);
  EXPECT_DOUBLE_EQ(norm_of(Array::from({C128(0, 3e200), C128(4e200, 0)}), 2), 5e200);
  EXPECT_EQ(norm_of(zeros({3}), 2), 0);
  EXPECT_EQ(norm_of(Array::from({1.0, kInf}), 2), kInf);
  EXPECT_TRUE(std::isnan(norm_of(Array::from({1.0, kNaN}), 2)));
  const Array rows = vector_norm(Array::from({3.0, 4.0, 3e200, 4e200}, Dims{2, 2}), Dims{1});
  EXPECT_THAT(rows.span<double>(), ElementsAre(testing::DoubleEq(5), testing::DoubleEq(5e200)));
}

TEST_F(Norms, OfMatricesForEveryOrder) {
  const Array a = Array::from({1.0, -2.0, 3.0, 4.0}, Dims{2, 2});
  const auto norm = [&](MatrixNorm order) { return matrix_norm(a, order).item<double>(); };
  EXPECT_NEAR(norm(MatrixNorm::frobenius), std::sqrt(30), 1e-14);
  EXPECT_EQ(norm(MatrixNorm::one), 6);
  EXPECT_EQ(norm(MatrixNorm::minus_one), 4);
  EXPECT_EQ(norm(MatrixNorm::inf), 7);
  EXPECT_EQ(norm(MatrixNorm::minus_inf), 3);
  // The singular values are the roots of 15 +- sqrt(125).
  const double large = std::sqrt(15 + std::sqrt(125)), small = std::sqrt(15 - std::sqrt(125));
  EXPECT_NEAR(norm(MatrixNorm::two), large, 1e-14);
  EXPECT_NEAR(norm(MatrixNorm::minus_two), small, 1e-14);
  EXPECT_NEAR(norm(MatrixNorm::nuclear), large + small, 1e-14);
}

constexpr MatrixNorm kOrders[] = {
    MatrixNorm::frobenius, MatrixNorm::nuclear,   MatrixNorm::one, MatrixNorm::minus_one,
    MatrixNorm::two,       MatrixNorm::minus_two, MatrixNorm::inf, MatrixNorm::minus_inf};

TEST_F(Norms, OfStacksOfMatrices) {
  for (const MatrixNorm order : kOrders) {
    SCOPED_TRACE(static_cast<int>(order));
    const Array a = ones({2, 3, 4}, DType::complex64);
    EXPECT_EQ(matrix_norm(a, order).shape(), Dims{2});
    EXPECT_EQ(matrix_norm(a, order).dtype(), DType::float32);
    EXPECT_EQ(matrix_norm(a, order, true).shape(), (Dims{2, 1, 1}));
    EXPECT_EQ(matrix_norm(ones({0, 3, 4}), order).shape(), Dims{0});
    EXPECT_EQ(matrix_norm(ones({2, 2}, DType::int8), order).dtype(), DType::float64);
    EXPECT_THROW(matrix_norm(ones({3}), order), ShapeError);
  }
}

TEST_F(Norms, OfNothingAreZero) {
  for (const MatrixNorm order : {MatrixNorm::frobenius, MatrixNorm::nuclear, MatrixNorm::one,
                                 MatrixNorm::two, MatrixNorm::inf}) {
    for (const Dims& shape : {Dims{0, 3}, Dims{3, 0}, Dims{0, 0}}) {
      EXPECT_EQ(matrix_norm(zeros(shape), order).item<double>(), 0) << to_string(shape);
      EXPECT_EQ(matrix_norm(zeros(shape), order, true).shape(), (Dims{1, 1})) << to_string(shape);
    }
  }
  EXPECT_THROW(matrix_norm(zeros({0, 0}), MatrixNorm::minus_one), ShapeError);
  EXPECT_THROW(matrix_norm(zeros({0, 3}), MatrixNorm::minus_two), ShapeError);
  EXPECT_THROW(matrix_norm(zeros({0, 3}), MatrixNorm::minus_inf), ShapeError);
  for (const double p : {2.0, 1.0, 0.0, kInf, 3.0}) EXPECT_EQ(norm_of(zeros({0}), p), 0) << p;
  EXPECT_EQ(vector_norm(zeros({2, 0}), Dims{0}).shape(), Dims{0});
  EXPECT_THROW(norm_of(zeros({0}), -kInf), ShapeError);
}

}  // namespace
}  // namespace loom::test
