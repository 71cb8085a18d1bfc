#include "kernels.h"
#include "loom/ops/linalg.h"
#include "oracle.h"

namespace loom::test {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;
using Contraction = ReferenceKernels;

constexpr DType kNumberDTypes[] = {DType::int8,    DType::int16,     DType::int32,
                                   DType::int64,   DType::uint8,     DType::uint16,
                                   DType::uint32,  DType::uint64,    DType::float32,
                                   DType::float64, DType::complex64, DType::complex128};

/// One matrix of a stack of matrices, by its number in C order of `batch`, to which the stack
/// broadcasts.
WideMatrix broadcast_item(const Array& stack, Dims batch, std::int64_t item) {
  batch.push_back(stack.shape(-2));
  batch.push_back(stack.shape(-1));
  return matrix_of(stack.broadcast_to(batch), item);
}

/// The product by its definition, in C order. Vectors are given as matrices.
std::vector<Wide> product_of(const Array& a, const Array& b) {
  const auto batch_of = [](const Array& x) {
    return Dims(std::span(x.shape().data(), x.ndim() - 2));
  };
  const Dims batch = broadcast_shapes(batch_of(a), batch_of(b), "test");
  std::vector<Wide> result;
  for (std::int64_t item = 0; item < element_count(batch); ++item) {
    const WideMatrix c = product(broadcast_item(a, batch, item), broadcast_item(b, batch, item));
    result.insert(result.end(), c.elements.begin(), c.elements.end());
  }
  return result;
}

/// Products of `inner` numbers of at most 5 each are summed: every partial sum is at most 50 inner
/// (complex), and each of the additions may round by eps / 2 of that.
long double tolerance(DType dtype, std::int64_t inner) {
  return epsilon_of(dtype) * 50 * static_cast<long double>(inner * inner);
}

TEST_F(Contraction, MatmulIsItsDefinitionForEveryDTypeAndShape) {
  const std::pair<Dims, Dims> shapes[] = {
      {{1, 1}, {1, 1}},    {{3, 4}, {4, 5}},          {{17, 33}, {33, 9}},
      {{6, 7}, {7, 1}},    {{1, 7}, {7, 6}},          {{2, 3, 4}, {4, 5}},
      {{3, 4}, {2, 4, 5}}, {{2, 1, 3, 4}, {5, 4, 2}}, {{2, 3, 4}, {2, 4, 1}},
      {{0, 3}, {3, 2}},    {{2, 3}, {3, 0}},          {{2, 0}, {0, 3}},
      {{0, 2, 3}, {3, 4}}, {{1, 2, 3}, {0, 3, 4}},    {{3, 200}, {200, 3}}};
  for (const DType dtype : kNumberDTypes) {
    for (const auto& [a_shape, b_shape] : shapes) {
      SCOPED_TRACE(std::string(name(dtype)) + to_string(a_shape) + " @ " + to_string(b_shape));
      // Integers stay small enough for the narrowest dtype: the wide shapes have 200 terms.
      const bool narrow = item_size(dtype) == 1 && a_shape.back() > 20;
      const double low = kind(dtype) == DTypeKind::unsigned_integer ? 0 : narrow ? 0 : -2;
      const double high = narrow ? 0.9 : 2;
      const Array a = random.array(a_shape, dtype, low, high);
      const Array b = random.array(b_shape, dtype, low, high);
      const Array c = matmul(a, b);
      EXPECT_EQ(c.dtype(), dtype);
      EXPECT_EQ(c.shape(-2), a.shape(-2));
      EXPECT_EQ(c.shape(-1), b.shape(-1));
      EXPECT_LE(largest_error(values_of(c), product_of(a, b)), tolerance(dtype, a.shape(-1)));
    }
  }
}

TEST_F(Contraction, MatmulTakesVectorsAsInNumPy) {
  const Array matrix = Array::from({1.0, 2.0, 3.0, 4.0, 5.0, 6.0}, Dims{2, 3});
  const Array two = Array::from({1.0, 10.0}), three = Array::from({1.0, 10.0, 100.0});
  const Array right = matmul(matrix, three), left = matmul(two, matrix), both = matmul(two, two);
  EXPECT_EQ(right.shape(), Dims{2});
  EXPECT_THAT(right.span<double>(), ElementsAre(321, 654));
  EXPECT_EQ(left.shape(), Dims{3});
  EXPECT_THAT(left.span<double>(), ElementsAre(41, 52, 63));
  EXPECT_EQ(both.shape(), Dims{});
  EXPECT_EQ(both.item<double>(), 101);

  const Array stack = random.array({4, 2, 3}, DType::float64);
  EXPECT_EQ(matmul(stack, three).shape(), (Dims{4, 2}));
  EXPECT_EQ(matmul(two, stack).shape(), (Dims{4, 3}));
  EXPECT_EQ(matmul(Array::empty({0}), Array::empty({0})).item<double>(), 0);
}

TEST_F(Contraction, LayoutsDoNotChangeABit) {
  const Array a = random.array({2, 13, 21}, DType::float64);
  const Array b = random.array({2, 21, 11}, DType::float64);
  const Array vector = random.array({21}, DType::complex64),
              kernel = random.array({5}, DType::complex64);
  const Array expected = matmul(a, b);
  for (const Layout layout : kLayouts) {
    if (layout == Layout::broadcast) continue;
    SCOPED_TRACE(to_string(layout));
    EXPECT_TRUE(same_bits(matmul(laid_out(a, layout), b), expected));
    EXPECT_TRUE(same_bits(matmul(a, laid_out(b, layout)), expected));
    EXPECT_TRUE(same_bits(dot(laid_out(vector, layout), vector), dot(vector, vector)));
    EXPECT_TRUE(same_bits(convolve(laid_out(vector, layout), laid_out(kernel, layout)),
                          convolve(vector, kernel)));
  }
  const Array stretched = laid_out(a, Layout::broadcast);
  EXPECT_TRUE(same_bits(matmul(stretched, b), matmul(copy(stretched), b)));
}

TEST_F(Contraction, ThreadsDoNotChangeABit) {
  const Array a = random.array({150, 150}, DType::float32);
  const Array stack = random.array({40, 30, 30}, DType::float32);
  const Array column = random.array({150}, DType::float32);
  expect_same_on_any_threads([&] {
    return std::vector{matmul(a, a), matmul(stack, stack), matmul(a, column), dot(column, column)};
  });
}

TEST_F(Contraction, IntegersWrapAround) {
  const Array bytes = Array::from({std::int8_t{100}, std::int8_t{100}});
  EXPECT_EQ(dot(bytes, bytes).item<int>(), static_cast<std::int8_t>(20000));
  const Array words = Array::from({std::uint16_t{65535}, std::uint16_t{65535}}, Dims{1, 2});
  EXPECT_EQ(matmul(words, words.transpose()).item<int>(), 2);
  const Array longs = Array::from({INT64_MAX, INT64_MAX});
  EXPECT_EQ(dot(longs, longs).item<std::int64_t>(), 2);
}

// 16 bits do not hold these products, nor 31 the sum of the last.
TEST_F(Contraction, ProductsOfBytesAreExactIntegersOf32Bits) {
  const Array pixels = Array::from({std::uint8_t{255}, std::uint8_t{2}}, Dims{1, 2});
  const Array weights = Array::from({std::int8_t{-128}, std::int8_t{127}}, Dims{2, 1});
  const Array mixed = matmul_integer(pixels, weights);
  EXPECT_EQ(mixed.dtype(), DType::int32);
  EXPECT_EQ(mixed.shape(), (Dims{1, 1}));
  EXPECT_EQ(mixed.item<int>(), -255 * 128 + 2 * 127);
  EXPECT_THAT(matmul_integer(weights, pixels).span<std::int32_t>(),
              ElementsAre(-128 * 255, -128 * 2, 127 * 255, 127 * 2));
  EXPECT_EQ(matmul_integer(pixels, pixels.transpose()).item<int>(), 255 * 255 + 4);
  EXPECT_EQ(matmul_integer(weights.transpose(), weights).item<int>(), 128 * 128 + 127 * 127);

  const Array largest = full({34000}, 255, DType::uint8);
  EXPECT_EQ(matmul_integer(largest, largest).item<std::int64_t>(),
            std::int64_t{34000} * 255 * 255 - (std::int64_t{1} << 32));
}

TEST_F(Contraction, ProductsOfBytesTakeNothingElse) {
  const Array bytes = full({2, 2}, 1, DType::uint8);
  EXPECT_THAT(
      [&] {
        matmul_integer(bytes, full({2, 2}, 1, DType::int16));
      },
      ThrowsMessage<DTypeError>("[matmul_integer] uint8 or int8 is needed, found "
                                "uint8(2, 2), int16(2, 2)"));
  EXPECT_THROW(matmul_integer(full({2, 2}, 1, DType::boolean), bytes), DTypeError);
  EXPECT_THROW(matmul_integer(bytes, full({3, 2}, 1, DType::uint8)), ShapeError);
}

TEST_F(Contraction, DotDoesNotConjugate) {
  const Array i = Array::from({std::complex<double>(0, 1)});
  EXPECT_EQ(dot(i, i).at<std::complex<double>>({}), std::complex<double>(-1, 0));
}

// Naive summation of these errs by about 3e-4; pairwise combination of blocks, each in eight
// interleaved sums of 128 terms, errs by at most (128 + log2(8) + log2(n / 1024)) eps / 2 = 9e-6.
TEST_F(Contraction, DotOfManyTermsIsAccurate) {
  const std::int64_t n = 3'000'001;
  const Array tenth = full({n}, 0.1, DType::float32), one = full({1}, 1, DType::float32);
  const double exact = static_cast<double>(0.1f) * static_cast<double>(n);
  EXPECT_NEAR(dot(tenth, one.broadcast_to({n})).item<float>() / exact, 1, 9e-6);
  EXPECT_NEAR(matmul(tenth, one.broadcast_to({n})).item<float>() / exact, 1, 9e-6);
}

TEST_F(Contraction, ConvolveHasNumPysModes) {
  const Array a = Array::from({1.0, 2.0, 3.0}), b = Array::from({0.0, 1.0, 0.5});
  EXPECT_THAT(convolve(a, b).span<double>(), ElementsAre(0, 1, 2.5, 4, 1.5));
  EXPECT_THAT(convolve(a, b, ConvolveMode::same).span<double>(), ElementsAre(1, 2.5, 4));
  EXPECT_THAT(convolve(a, b, ConvolveMode::valid).span<double>(), ElementsAre(2.5));
  const Array whole = Array::from({std::uint8_t{200}, std::uint8_t{2}});
  EXPECT_THAT(convolve(whole, whole).span<std::uint8_t>(), ElementsAre(64, 32, 4));
}

TEST_F(Contraction, MixedDTypesArePromoted) {
  const Array a = Array::from({1, 2}, Dims{1, 2}), b = Array::from({0.5f, 0.25f}, Dims{2, 1});
  const Array c = matmul(a, b);
  EXPECT_EQ(c.dtype(), DType::float64);
  EXPECT_EQ(c.item<double>(), 1.0);
}

TEST_F(Contraction, ErrorsSayWhatDoesNotFit) {
  const Array a = Array::empty({3, 4}), b = Array::empty({5, 6}), v = Array::empty({3});
  EXPECT_THAT([&] { matmul(a, b); },
              ThrowsMessage<ShapeError>("[matmul] inner dimensions differ: (3, 4) @ (5, 6)"));
  EXPECT_THAT([&] { matmul(a, v); },
              ThrowsMessage<ShapeError>("[matmul] inner dimensions differ: (3, 4) @ (3,)"));
  EXPECT_THROW(matmul(Array::scalar(1.0), v), ShapeError);
  EXPECT_THROW(matmul(Array::empty({2, 3, 4}), Array::empty({3, 4, 5})), ShapeError);
  EXPECT_THROW(matmul(full({2, 2}, 1, DType::boolean), full({2, 2}, 1, DType::boolean)),
               DTypeError);
  EXPECT_THROW(dot(v, Array::empty({4})), ShapeError);
  EXPECT_THROW(dot(a, a), ShapeError);
  EXPECT_THROW(convolve(v, Array::empty({0})), ShapeError);
}

TEST_F(Contraction, TheTraceNamesTheReference) {
  const Array a = random.array({3, 3}, DType::float64), v = random.array({3}, DType::float64);
  const Trace trace;
  matmul(a, a);
  dot(v, v);
  convolve(v, v);
  std::vector<std::string> seen;
  for (const TraceEvent& event : trace.events()) seen.push_back(event.op + " " + event.backend);
  EXPECT_THAT(seen, ElementsAre("matmul reference", "dot reference", "convolve reference"));
}

}  // namespace
}  // namespace loom::test
