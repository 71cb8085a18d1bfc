#include "loom/ops/linalg.h"

#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/manipulation.h"
#include "unit/reference/kernels.h"

namespace loom::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::ThrowsMessage;
using Products = ReferenceKernels;
using Spectra = ReferenceKernels;

constexpr DType kFloatingDTypes[] = {DType::float32, DType::float64, DType::complex64,
                                     DType::complex128};

Array numbers(const Dims& shape, DType dtype = DType::float64) {
  return astype(reshape(arange(element_count(shape)), shape), dtype);
}

/// The largest difference of two arrays, whose shapes have to agree.
long double error(const Array& a, const Array& b) {
  EXPECT_EQ(a.shape(), b.shape());
  return largest_error(values_of(a), values_of(b));
}

TEST_F(Products, VecdotConjugatesTheFirst) {
  const Array a = Array::from({C128(1, 2), C128(0, 1)}), b = Array::from({C128(3, 0), C128(0, 1)});
  EXPECT_EQ(vecdot(a, b).item<C128>(), C128(4, -6));
  EXPECT_EQ(vecdot(b, a).item<C128>(), C128(4, 6));
  const Array c = numbers({2, 3});
  EXPECT_THAT(vecdot(c, c).span<double>(), ElementsAre(5, 50));
  EXPECT_THAT(vecdot(c, c, -2).span<double>(), ElementsAre(9, 17, 29));
  EXPECT_THAT(vecdot(c, c, 0).span<double>(), ElementsAre(9, 17, 29));
  EXPECT_THAT(vecdot(c, ones({3})).span<double>(), ElementsAre(3, 12));
  EXPECT_EQ(vecdot(c.expand_dims(1), ones({4, 3})).shape(), (Dims{2, 4}));
  EXPECT_THAT(vecdot(zeros({2, 0}), zeros({0})).span<double>(), Each(0.0));
}

TEST_F(Products, VecdotOfIntegersWraps) {
  const Array a = full({4}, 8, DType::int8);
  const Array product = vecdot(a, a);
  EXPECT_EQ(product.dtype(), DType::int8);
  EXPECT_EQ(product.item<int>(), 0) << "256 modulo 2^8";
  EXPECT_EQ(vecdot(a, full({4}, 2, DType::uint8)).dtype(), DType::int16);
}

TEST_F(Products, VecdotRefusesOtherLengths) {
  EXPECT_THROW(vecdot(ones({3}), ones({1})), ShapeError) << "the axis does not broadcast";
  EXPECT_THROW(vecdot(ones({2, 3}), ones({3}), -2), ShapeError);
  EXPECT_THROW(vecdot(ones({}), ones({3})), ShapeError);
  EXPECT_THROW(vecdot(ones({2}, DType::boolean), ones({2}, DType::boolean)), DTypeError);
}

TEST_F(Products, TensordotSumsOverAxes) {
  const Array a = numbers({2, 3, 4}), b = numbers({3, 4, 5});
  const Array c = tensordot(a, b);
  EXPECT_EQ(c.shape(), (Dims{2, 5}));
  EXPECT_EQ(c.at<double>({0, 0}), 2530);  // sum of 5 k^2 over 0 <= k < 12
  EXPECT_TRUE(same_bits(tensordot(a, b, {1, 2}, {0, 1}), c));
  EXPECT_TRUE(same_bits(tensordot(a, b, {-2, -1}, {0, -2}), c));
  const Array swapped = tensordot(a, b, {2, 1}, {1, 0});
  EXPECT_TRUE(same_bits(swapped, c)) << "sums of integers do not depend on the order";
  EXPECT_EQ(tensordot(a, b, {1}, {0}).shape(), (Dims{2, 4, 4, 5}));
  EXPECT_EQ(tensordot(a, b, {1}, {0}).at<double>({1, 2, 3, 4}),
            a.at<double>({1, 0, 2}) * b.at<double>({0, 3, 4}) +
                a.at<double>({1, 1, 2}) * b.at<double>({1, 3, 4}) +
                a.at<double>({1, 2, 2}) * b.at<double>({2, 3, 4}));
}

TEST_F(Products, TensordotAtTheEdges) {
  const Array a = numbers({2}, DType::int32), b = numbers({3}, DType::int32);
  const Array all = tensordot(a, b, 0);
  EXPECT_EQ(all.shape(), (Dims{2, 3}));
  EXPECT_THAT(all.span<std::int32_t>(), ElementsAre(0, 0, 0, 0, 1, 2));
  EXPECT_EQ(tensordot(full({}, 3), full({}, 4), 0).item<double>(), 12);
  EXPECT_EQ(tensordot(full({}, 3), ones({2}), 0).shape(), Dims{2});
  EXPECT_THAT(tensordot(zeros({2, 0}), zeros({0, 3}), 1).span<double>(), Each(0.0));
  EXPECT_EQ(tensordot(zeros({0, 2}), zeros({2, 3}), 1).shape(), (Dims{0, 3}));
  EXPECT_EQ(tensordot(Array::from({C128(0, 1)}), Array::from({C128(0, 1)}), 1).item<C128>(),
            C128(-1, 0))
      << "nothing is conjugated";
  EXPECT_THAT([&] { tensordot(a, b, 1); },
              ThrowsMessage<ShapeError>(
                  "[tensordot] axes (0,) of shape (2,) against axes (0,) of shape (3,)"));
  EXPECT_THROW(tensordot(a, b, 2), ShapeError);
  EXPECT_THROW(tensordot(a, b, -1), ShapeError);
  EXPECT_THROW(tensordot(a, a, {0}, {}), ShapeError);
  EXPECT_THROW(tensordot(ones({2, 2}), ones({2, 2}), {0, 0}, {0, 1}), ShapeError);
  EXPECT_THROW(tensordot(a, b, {1}, {0}), ShapeError);
}

TEST_F(Products, CrossIsPerpendicular) {
  const Array x = Array::from({1.0, 0.0, 0.0}), y = Array::from({0.0, 1.0, 0.0});
  EXPECT_THAT(linalg::cross(x, y).span<double>(), ElementsAre(0, 0, 1));
  EXPECT_THAT(linalg::cross(y, x).span<double>(), ElementsAre(0, 0, -1));
  const Array a = numbers({2, 3}, DType::int64), b = Array::from<std::int64_t>({1, 1, 2});
  EXPECT_THAT(linalg::cross(a, b).span<std::int64_t>(), ElementsAre(0, 2, -1, 3, -1, -1));
  const Array columns = contiguous(linalg::cross(a.transpose(), b.expand_dims(1), -2));
  EXPECT_EQ(columns.shape(), (Dims{3, 2}));
  EXPECT_THAT(columns.span<std::int64_t>(), ElementsAre(0, 3, 2, -1, -1, -1));
  EXPECT_EQ(linalg::cross(a.transpose(), b.expand_dims(1), 0).shape(), (Dims{3, 2}));
  EXPECT_EQ(linalg::cross(zeros({0, 3}), ones({3})).shape(), (Dims{0, 3}));
  const Array i = Array::from({C128(0, 1), C128(0), C128(0)});
  EXPECT_THAT(linalg::cross(i, astype(y, DType::complex128)).span<C128>(),
              ElementsAre(C128(0), C128(0), C128(0, 1)));
  EXPECT_THAT([&] { linalg::cross(ones({2}), ones({3})); },
              ThrowsMessage<ShapeError>(
                  "[cross] vectors of 3 are needed along axis -1, shapes are (2,) and (3,)"));
  EXPECT_THROW(linalg::cross(ones({3, 1}), ones({3, 3})), ShapeError);
}

TEST_F(Products, OuterAndPowers) {
  const Array a = Array::from<std::int16_t>({1, 2}), b = Array::from<std::int8_t>({3, 4, 5});
  EXPECT_THAT(linalg::outer(a, b).span<std::int16_t>(), ElementsAre(3, 4, 5, 6, 8, 10));
  EXPECT_EQ(linalg::outer(zeros({0}), ones({2})).shape(), (Dims{0, 2}));
  EXPECT_THROW(linalg::outer(ones({2, 2}), ones({2})), ShapeError);

  const Array fibonacci = Array::from({1.0, 1.0, 1.0, 0.0}, Dims{2, 2});
  EXPECT_THAT(linalg::matrix_power(fibonacci, 30).span<double>(),
              ElementsAre(1346269, 832040, 832040, 514229));
  EXPECT_THAT(linalg::matrix_power(fibonacci, 0).span<double>(), ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(linalg::matrix_power(fibonacci, -3).span<double>(), ElementsAre(-1, 2, 2, -3));
  const Array same = linalg::matrix_power(fibonacci, 1);
  EXPECT_TRUE(same_bits(same, fibonacci));
  EXPECT_NE(same.buffer(), fibonacci.buffer());
  EXPECT_EQ(linalg::matrix_power(ones({3, 2, 2}, DType::int8), 2).dtype(), DType::float64);
  EXPECT_EQ(linalg::matrix_power(zeros({3, 0, 0}), 5).shape(), (Dims{3, 0, 0}));
  EXPECT_EQ(linalg::matrix_power(zeros({0, 2, 2}, DType::complex64), 0).dtype(), DType::complex64);
  EXPECT_THROW(linalg::matrix_power(ones({2, 3}), 2), ShapeError);
  EXPECT_THROW(linalg::matrix_power(zeros({2, 2}), INT64_MIN), LinAlgError);
}

TEST_F(Products, DiagonalIsAViewAndTraceItsSum) {
  const Array a = numbers({2, 3, 4}, DType::int64);
  const auto diagonal = [&](std::int64_t offset) {
    return contiguous(linalg::diagonal(a, offset).select(0, 1));
  };
  EXPECT_EQ(linalg::diagonal(a).shape(), (Dims{2, 3}));
  EXPECT_EQ(linalg::diagonal(a).buffer(), a.buffer());
  EXPECT_THAT(diagonal(0).span<std::int64_t>(), ElementsAre(12, 17, 22));
  EXPECT_THAT(diagonal(2).span<std::int64_t>(), ElementsAre(14, 19));
  EXPECT_THAT(diagonal(-1).span<std::int64_t>(), ElementsAre(16, 21));
  for (const std::int64_t outside : {std::int64_t{4}, std::int64_t{-3}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(diagonal(outside).size(), 0) << outside;
    EXPECT_THAT(linalg::trace(a, outside).span<std::int64_t>(), ElementsAre(0, 0));
  }
  EXPECT_EQ(linalg::diagonal(zeros({0, 3}), 1).shape(), Dims{0});
  EXPECT_THROW(linalg::diagonal(ones({3})), ShapeError);
  EXPECT_THAT(linalg::trace(a).span<std::int64_t>(), ElementsAre(15, 51));
  EXPECT_THAT(linalg::trace(a, 1).span<std::int64_t>(), ElementsAre(18, 54));
  EXPECT_EQ(linalg::trace(astype(a, DType::uint8)).dtype(), DType::uint64);
  EXPECT_EQ(linalg::trace(astype(a, DType::float32)).dtype(), DType::float32);
  EXPECT_EQ(linalg::trace(a, 0, DType::float64).dtype(), DType::float64);
}

TEST_F(Spectra, SlogdetHasASignAndALogarithm) {
  const auto [sign, size] = linalg::slogdet(Array::from({0.0, 2.0, 3.0, 1.0}, Dims{2, 2}));
  EXPECT_EQ(sign.item<double>(), -1);
  EXPECT_NEAR(size.item<double>(), std::log(6), 1e-15);  // one rounding of each factor
  const auto singular = linalg::slogdet(ones({2, 2}));
  EXPECT_EQ(singular.sign.item<double>(), 0);
  EXPECT_EQ(singular.logabsdet.item<double>(), -kInf);
  const auto complex = linalg::slogdet(Array::from({C64(0, 2)}, Dims{1, 1}));
  EXPECT_EQ(complex.sign.item<C64>(), C64(0, 1));
  EXPECT_EQ(complex.logabsdet.dtype(), DType::float32);
  const auto huge = linalg::slogdet(eye(400) * 1e10);
  EXPECT_NEAR(huge.logabsdet.item<double>(), 4000 * std::log(10.0), 1e-9);  // 400 roundings
  const auto none = linalg::slogdet(zeros({3, 0, 0}));
  EXPECT_THAT(none.sign.span<double>(), Each(1.0));
  EXPECT_THAT(none.logabsdet.span<double>(), Each(0.0));
  EXPECT_EQ(linalg::slogdet(zeros({0, 3, 3})).sign.shape(), Dims{0});
}

TEST_F(Spectra, ValuesAloneAreThoseOfTheDecompositions) {
  for (const DType dtype : kFloatingDTypes) {
    SCOPED_TRACE(name(dtype));
    const Array a = random.array({2, 6, 6}, dtype), wide = random.array({2, 4, 6}, dtype);
    const long double bound = 1e3L * epsilon_of(dtype);  // norms are below 10
    EXPECT_LE(error(linalg::eigvalsh(a), linalg::eigh(a).values), bound);
    EXPECT_LE(error(linalg::svdvals(wide), linalg::svd(wide).s), bound);
    EXPECT_EQ(linalg::eigvalsh(a).dtype(), real_of(dtype));
    EXPECT_EQ(linalg::svdvals(a).dtype(), real_of(dtype));
    EXPECT_EQ(linalg::eigvals(a).dtype(), complex_of(dtype));
    EXPECT_EQ(linalg::eigvals(a).shape(), (Dims{2, 6}));
  }
  const Array triangular = Array::from({1.0, 5.0, 0.0, 2.0}, Dims{2, 2});
  EXPECT_THAT(linalg::eigvals(triangular).span<C128>(),
              testing::UnorderedElementsAre(C128(1), C128(2)));
  EXPECT_EQ(linalg::svdvals(zeros({3, 0})).shape(), Dims{0});
  EXPECT_EQ(linalg::eigvals(zeros({3, 0, 0})).shape(), (Dims{3, 0}));
}

TEST_F(Spectra, PinvFulfilsPenrosesConditions) {
  for (const DType dtype : kFloatingDTypes) {
    for (const Dims& shape : {Dims{5, 3}, Dims{3, 5}, Dims{2, 4, 4}}) {
      SCOPED_TRACE(std::string(name(dtype)) + to_string(shape));
      // Rank 2, so that some singular values have to be taken for zeros.
      Dims left = shape, right = shape;
      left.back() = 2;
      right[right.size() - 2] = 2;
      const Array a = matmul(random.array(left, dtype), random.array(right, dtype));
      const Array x = linalg::pinv(a);
      const auto hermitian = [](const Array& p) { return conj(p).matrix_transpose(); };
      // The seed gives nonzero singular values within a factor of 100 of each other.
      const long double bound = 1e4L * epsilon_of(dtype);
      EXPECT_EQ(x.dtype(), dtype);
      EXPECT_LE(error(matmul(a, matmul(x, a)), a), bound);
      EXPECT_LE(error(matmul(a, x), hermitian(matmul(a, x))), bound);
      EXPECT_LE(error(matmul(x, a), hermitian(matmul(x, a))), bound);
      EXPECT_THAT(contiguous(linalg::matrix_rank(a)).span<std::int64_t>(), Each(2));
    }
  }
}

TEST_F(Spectra, ToleranceDecidesWhatIsZero) {
  const Array a = Array::from({1.0, 0.0, 0.0, 1e-3}, Dims{2, 2});
  EXPECT_EQ(linalg::matrix_rank(a).item<int>(), 2);
  EXPECT_EQ(linalg::matrix_rank(a, Array::scalar(1e-2)).item<int>(), 1);
  EXPECT_THAT(linalg::pinv(a, Array::scalar(1e-2)).span<double>(), ElementsAre(1, 0, 0, 0));
  EXPECT_NEAR(linalg::pinv(a).at<double>({1, 1}), 1000, 1e-9);
  const Array pair = stack({a, a}), tolerances = Array::from({1e-2, 1e-4});
  EXPECT_THAT(linalg::matrix_rank(pair, tolerances).span<std::int64_t>(), ElementsAre(1, 2));
  EXPECT_EQ(linalg::pinv(astype(pair, DType::float32), tolerances).dtype(), DType::float32);
  EXPECT_EQ(linalg::matrix_rank(pair).dtype(), DType::int64);
}

TEST_F(Spectra, NothingHasNoRankAndAnEmptyInverse) {
  EXPECT_THAT(linalg::matrix_rank(zeros({3, 0, 2})).span<std::int64_t>(), ElementsAre(0, 0, 0));
  EXPECT_EQ(linalg::matrix_rank(zeros({4, 5})).item<int>(), 0);
  EXPECT_EQ(linalg::pinv(zeros({3, 0, 2})).shape(), (Dims{3, 2, 0}));
  EXPECT_EQ(linalg::pinv(zeros({0, 3, 2})).shape(), (Dims{0, 2, 3}));
  EXPECT_THAT(linalg::pinv(zeros({2, 3})).span<double>(), Each(0.0));
  EXPECT_EQ(linalg::matrix_rank(ones({3, 3}, DType::int8)).item<int>(), 1);
  EXPECT_THROW(linalg::matrix_rank(ones({3})), ShapeError);
}

TEST_F(Spectra, EighSaysWhatItTakes) {
  // Results, and what the reference declares: two matrices for each matrix at work.
  EXPECT_EQ(linalg::eigh_memory(100), 8 * (100 + 100 * 100) + 2 * 8 * 100 * 100);
  EXPECT_EQ(2 * linalg::eigh_memory(100, DType::float32), linalg::eigh_memory(100));
  // Nothing is allocated: no machine has room for this.
  EXPECT_GT(linalg::eigh_memory(std::int64_t{1} << 25), std::int64_t{1} << 53);
}

}  // namespace
}  // namespace loom::test
