#include "kernels.h"
#include "loom/ops/fourier.h"
#include "oracle.h"

namespace loom::test {
namespace {

using fft::Norm;
using testing::ElementsAre;
using testing::ThrowsMessage;
using FourierKernels = ReferenceKernels;

/// Lines along the last axis, cut or padded with zeros to `length`.
std::vector<std::vector<Wide>> lines_of(const Array& a, std::int64_t length) {
  std::vector<std::vector<Wide>> lines;
  const std::vector<Wide> all = values_of(a);
  const std::int64_t extent = a.shape(-1);
  for (std::int64_t first = 0; first + extent <= std::ssize(all); first += extent) {
    lines.emplace_back(all.begin() + first, all.begin() + first + extent);
    lines.back().resize(length);
  }
  return lines;
}

/// The transforms of all lines along the last axis by definition, `keep` values of each.
std::vector<Wide> transform_of(const Array& a, std::int64_t length, int sign, long double scale,
                               std::int64_t keep) {
  std::vector<Wide> result;
  for (const std::vector<Wide>& line : lines_of(a, length)) {
    const std::vector<Wide> whole = discrete_fourier(line, sign);
    for (std::int64_t j = 0; j < keep; ++j) result.push_back(whole[j] * scale);
  }
  return result;
}

/// The algorithms err by less than eps log2(n) in the 2-norm; the transform of n numbers of at most
/// 1.5 has a 2-norm of at most 1.5 n.
long double tolerance(DType dtype, std::int64_t n) {
  const auto length = static_cast<long double>(n);
  return epsilon_of(dtype) * 1.5L * length * std::max(std::log2(length), 1.0L);
}

TEST_F(FourierKernels, TransformsAreTheirDefinition) {
  for (const DType dtype : {DType::complex64, DType::complex128}) {
    for (const std::int64_t n : {1, 2, 3, 4, 8, 12, 30, 37, 97, 128}) {
      SCOPED_TRACE(std::string(name(dtype)) + " of length " + std::to_string(n));
      const Array a = random.array({3, n}, dtype), real = random.array({3, n}, real_of(dtype));
      const Array forward = fft::fft(a), backward = fft::ifft(a), half = fft::rfft(real);
      EXPECT_EQ(forward.dtype(), dtype);
      EXPECT_EQ(half.dtype(), dtype);
      EXPECT_EQ(half.shape(), (Dims{3, n / 2 + 1}));
      EXPECT_LE(largest_error(values_of(forward), transform_of(a, n, -1, 1, n)),
                tolerance(dtype, n));
      EXPECT_LE(largest_error(values_of(backward), transform_of(a, n, 1, 1.0L / n, n)),
                tolerance(dtype, n) / n);
      EXPECT_LE(largest_error(values_of(half), transform_of(real, n, -1, 1, n / 2 + 1)),
                tolerance(dtype, n));
      const Array back = fft::irfft(half, n);
      EXPECT_EQ(back.dtype(), real_of(dtype));
      EXPECT_LE(largest_error(values_of(back), values_of(real)), tolerance(dtype, n));
    }
  }
}

TEST_F(FourierKernels, TheNormSaysWhereTheFactorStands) {
  const Array ones = full({4}, 1, DType::complex128);
  const auto first = [](const Array& a) {
    return contiguous(a).at<std::complex<double>>({0}).real();
  };
  EXPECT_EQ(first(fft::fft(ones, {}, -1, Norm::backward)), 4);
  EXPECT_EQ(first(fft::fft(ones, {}, -1, Norm::ortho)), 2);
  EXPECT_EQ(first(fft::fft(ones, {}, -1, Norm::forward)), 1);
  EXPECT_EQ(first(fft::ifft(ones, {}, -1, Norm::backward)), 1);
  EXPECT_EQ(first(fft::ifft(ones, {}, -1, Norm::ortho)), 2);
  EXPECT_EQ(first(fft::ifft(ones, {}, -1, Norm::forward)), 4);
  const Array real = full({4}, 1, DType::float64);
  EXPECT_EQ(first(fft::rfft(real, {}, -1, Norm::ortho)), 2);
  EXPECT_EQ(first(fft::rfft(real, {}, -1, Norm::forward)), 1);
  const Array spectrum = full({3}, 1, DType::complex128);
  EXPECT_EQ(fft::irfft(spectrum, {}, -1, Norm::backward).at<double>({0}), 1);
  EXPECT_EQ(fft::irfft(spectrum, {}, -1, Norm::ortho).at<double>({0}), 2);
  EXPECT_EQ(fft::irfft(spectrum, {}, -1, Norm::forward).at<double>({0}), 4);
}

TEST_F(FourierKernels, LengthCutsOrPads) {
  const Array a = random.array({2, 10}, DType::complex128),
              real = random.array({2, 10}, DType::float64);
  for (const std::int64_t n : {1, 4, 9, 10, 15, 41}) {
    SCOPED_TRACE(n);
    EXPECT_EQ(fft::fft(a, n).shape(), (Dims{2, n}));
    EXPECT_LE(largest_error(values_of(fft::fft(a, n)), transform_of(a, n, -1, 1, n)),
              tolerance(a.dtype(), n));
    EXPECT_LE(largest_error(values_of(fft::rfft(real, n)), transform_of(real, n, -1, 1, n / 2 + 1)),
              tolerance(a.dtype(), n));
  }
  // An inverse of more terms than there are: the missing ones are zeros.
  const Array padded = fft::irfft(fft::rfft(full({1, 4}, 1)), 8);
  EXPECT_EQ(padded.shape(), (Dims{1, 8}));
  for (const double x : padded.span<double>()) EXPECT_DOUBLE_EQ(x, 0.5);
  EXPECT_THAT(values_of(fft::fft(Array::empty({0}, DType::complex64), 2)),
              ElementsAre(Wide(0), Wide(0)));
}

TEST_F(FourierKernels, AnyAxisInAnyLayout) {
  const Array a = random.array({5, 6, 7}, DType::complex64);
  const Array real = random.array({5, 6, 7}, DType::float64);
  for (const int axis : {0, 1, 2, -2}) {
    // The transform along an axis is that of the array with the axis moved to the end.
    const int last = axis < 0 ? axis + 3 : axis;
    Dims order{0, 1, 2};
    std::swap(order[last], order[2]);
    const Array moved = fft::fft(a.transpose(order)).transpose(order);
    const Array moved_real = fft::rfft(real.transpose(order)).transpose(order);
    for (const Layout layout : kLayouts) {
      if (layout == Layout::broadcast) continue;
      SCOPED_TRACE(std::string(to_string(layout)) + " along " + std::to_string(axis));
      EXPECT_TRUE(same_bits(fft::fft(laid_out(a, layout), {}, axis), moved));
      const Array half = fft::rfft(laid_out(real, layout), {}, axis);
      EXPECT_TRUE(same_bits(half, moved_real));
      const Array back = fft::irfft(laid_out(half, layout), real.shape(last), axis);
      EXPECT_LE(largest_error(values_of(back), values_of(real)), tolerance(real.dtype(), 7));
    }
  }
  const Array constant = laid_out(a, Layout::broadcast);
  EXPECT_TRUE(same_bits(fft::fft(constant, {}, 0), fft::fft(copy(constant), {}, 0)));
}

TEST_F(FourierKernels, RealAndIntegerInputIsTakenToComplex) {
  EXPECT_EQ(fft::fft(Array::empty({4}, DType::float32)).dtype(), DType::complex64);
  const Array whole = fft::fft(Array::from({1, 2}));
  EXPECT_EQ(whole.dtype(), DType::complex128);
  EXPECT_THAT(values_of(whole), ElementsAre(Wide(3), Wide(-1)));
  EXPECT_EQ(fft::irfft(Array::from({1.0f, 2.0f})).dtype(), DType::float32);
}

TEST_F(FourierKernels, IrfftIgnoresTheImaginaryPartOfItsEnds) {
  using C = std::complex<double>;
  const Array real_ends = Array::from({C(3, 0), C(1, 2), C(-4, 0)});
  const Array complex_ends = Array::from({C(3, 5), C(1, 2), C(-4, -7)});
  EXPECT_TRUE(same_bits(fft::irfft(complex_ends), fft::irfft(real_ends)));
  // Of odd length the last term is like any other.
  EXPECT_FALSE(same_bits(fft::irfft(complex_ends, 5), fft::irfft(real_ends, 5)));
}

TEST_F(FourierKernels, EmptyStacksAndBadArguments) {
  EXPECT_EQ(fft::fft(Array::empty({0, 4}, DType::complex64)).shape(), (Dims{0, 4}));
  EXPECT_EQ(fft::rfft(Array::empty({3, 0}), 4, 1).shape(), (Dims{3, 3}));
  EXPECT_THAT([] { fft::fft(Array::empty({0})); },
              ThrowsMessage<ShapeError>("[fft] length is 0, at least 1 is needed"));
  EXPECT_THAT([] { fft::irfft(Array::empty({1})); },
              ThrowsMessage<ShapeError>("[irfft] length is 0, at least 1 is needed"));
  EXPECT_THROW(fft::rfft(Array::empty({4}, DType::complex64)), DTypeError);
  EXPECT_THROW(fft::fft(Array::empty({4}), {}, 1), ShapeError);
  EXPECT_THAT([] { fft::fft(Array::empty({4}), {}, -1, static_cast<Norm>(3)); },
              ThrowsMessage<ValueError>("[fft] norm 3 is not 0, 1 or 2"));
}

TEST_F(FourierKernels, ThreadsDoNotChangeABitAndTheTraceNamesTheReference) {
  const Array a = random.array({400, 60}, DType::complex128);
  const Trace trace;
  expect_same_on_any_threads([&] { return std::vector{fft::fft(a, {}, 0)}; });
  EXPECT_EQ(trace.events().at(0).backend, "reference");
}

}  // namespace
}  // namespace loom::test
