#include "loom/ops/fourier.h"

#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/manipulation.h"
#include "unit/reference/kernels.h"

namespace loom::test {
namespace {

using fft::Norm;
using testing::ElementsAre;
using testing::ThrowsMessage;
using FourierNd = ReferenceKernels;

constexpr Norm kNorms[] = {Norm::backward, Norm::ortho, Norm::forward};

/// Transforms of fewer than 100 numbers of size 1 and their inverses: a few roundings of sums of
/// size 100.
constexpr long double kBound = 1e-12;

long double error(const Array& a, const Array& b) {
  EXPECT_EQ(a.shape(), b.shape());
  return largest_error(values_of(a), values_of(b));
}

TEST_F(FourierNd, ATransformOfSeveralAxesIsOneAfterTheOther) {
  const Array a = random.array({3, 4, 5}, DType::complex128);
  for (const Norm norm : kNorms) {
    const Array both = fft::fft(fft::fft(a, {}, 2, norm), {}, 1, norm);
    EXPECT_TRUE(same_bits(fft::fftn(a, {}, Dims{1, 2}, norm), both));
    EXPECT_TRUE(same_bits(fft::fftn(a, {}, Dims{-2, -1}, norm), both));
    EXPECT_TRUE(same_bits(fft::fftn(a, Dims{4, 5}, {}, norm), both)) << "the last two axes";
    EXPECT_TRUE(same_bits(fft::fftn(a, {}, {}, norm), fft::fft(both, {}, 0, norm)));
  }
}

TEST_F(FourierNd, FactorsMultiply) {
  const Array a = ones({3, 4}, DType::complex128);
  EXPECT_NEAR(std::abs(fft::fftn(a).at<C128>({0, 0}) - 12.0), 0, 1e-14);
  EXPECT_NEAR(std::abs(fft::fftn(a, {}, {}, Norm::forward).at<C128>({0, 0}) - 1.0), 0, 1e-14);
  EXPECT_NEAR(std::abs(fft::fftn(a, {}, {}, Norm::ortho).at<C128>({0, 0}) - std::sqrt(12)), 0,
              1e-14);
  EXPECT_NEAR(std::abs(fft::ifftn(a, Dims{6, 4}, Dims{0, 1}).at<C128>({0, 0}) - 0.5), 0, 1e-15);
}

TEST_F(FourierNd, InversesBringBackTheInput) {
  const Array a = random.array({3, 4, 5}, DType::complex128),
              real = random.array({3, 4, 5}, DType::float64);
  for (const Norm norm : kNorms) {
    EXPECT_LE(error(fft::ifftn(fft::fftn(a, {}, {}, norm), {}, {}, norm), a), kBound);
    const Array halved = fft::rfftn(real, {}, {}, norm);
    EXPECT_EQ(halved.shape(), (Dims{3, 4, 3}));
    EXPECT_LE(error(fft::irfftn(halved, real.shape(), Dims{0, 1, 2}, norm), real), kBound);
    const Array half = fft::ihfft(real, {}, 1, norm);
    EXPECT_EQ(half.shape(), (Dims{3, 3, 5}));
    EXPECT_LE(error(fft::hfft(half, 4, 1, norm), real), kBound);
  }
}

TEST_F(FourierNd, RealTransformsAreHalvesOfComplexOnes) {
  const Array real = random.array({4, 6}, DType::float64);
  EXPECT_LE(error(fft::rfftn(real), fft::fftn(real).slice({{}, {0, 4}})), kBound);
  EXPECT_LE(error(fft::rfftn(real, {}, Dims{1, 0}), fft::fftn(real).slice({{0, 3}})), kBound)
      << "the last axis named is halved";
  EXPECT_EQ(fft::irfftn(fft::rfftn(real)).shape(), (Dims{4, 6})) << "2 (m - 1) by default";
}

TEST_F(FourierNd, LengthsCutAndPad) {
  const Array a = random.array({3, 4}, DType::complex128);
  const Array padded = zeros({5, 2}, DType::complex128);
  assign(padded.slice({{0, 3}}), a.slice({{}, {0, 2}}));
  EXPECT_LE(error(fft::fftn(a, Dims{5, 2}, Dims{0, 1}), fft::fftn(padded)), kBound);
  EXPECT_LE(error(fft::fftn(a, Dims{5, -1}, Dims{0, 1}), fft::fftn(a, Dims{5, 4}, Dims{0, 1})),
            kBound);
  EXPECT_THAT(
      [&] {
        fft::fftn(a, Dims{5}, Dims{0, 1});
      },
      ThrowsMessage<ShapeError>("[fftn] 1 lengths for 2 axes"));
  EXPECT_THROW(fft::fftn(a, Dims{5, 0}, Dims{0, 1}), ShapeError);
  EXPECT_THROW(fft::fftn(a, Dims{1, 2, 3}), ShapeError);
  EXPECT_THROW(fft::fftn(a, {}, Dims{2}), ShapeError);
}

TEST_F(FourierNd, ARepeatedAxisIsTransformedTwice) {
  const Array a = random.array({5}, DType::complex128);
  // Twice the transform reverses the indices, but for the first.
  EXPECT_LE(error(fft::fftn(a, {}, Dims{0, 0}), roll(flip(a), {1}) * 5), kBound);
}

TEST_F(FourierNd, NoAxesLeaveTheValues) {
  const Array a = Array::from({1.0f, 2.0f});
  const Array same = fft::fftn(a, {}, Dims{});
  EXPECT_THAT(same.span<C64>(), ElementsAre(C64(1), C64(2)));
  const Array b = astype(a, DType::complex64);
  EXPECT_NE(fft::ifftn(b, {}, Dims{}).buffer(), b.buffer());
  EXPECT_EQ(fft::fftn(full({}, 3)).item<C128>(), C128(3));
  EXPECT_THAT([&] { fft::rfftn(a, {}, Dims{}); },
              ThrowsMessage<ShapeError>("[rfftn] at least one axis is needed"));
  EXPECT_THROW(fft::irfftn(full({}, 3)), ShapeError);
}

TEST_F(FourierNd, HfftTakesHalfOfAHermitianSignal) {
  const Array half = Array::from({C128(1), C128(2, 3), C128(4)});
  const Array whole = Array::from({C128(1), C128(2, 3), C128(4), C128(2, -3)});
  const Array spectrum = fft::hfft(half);
  EXPECT_EQ(spectrum.dtype(), DType::float64);
  EXPECT_LE(error(spectrum, fft::fft(whole)), kBound);
  EXPECT_EQ(fft::hfft(half, 5).shape(), Dims{5});
  EXPECT_LE(error(fft::ihfft(spectrum), half), kBound);
  EXPECT_EQ(fft::hfft(ones({3}, DType::float32)).dtype(), DType::float32);
  EXPECT_EQ(fft::ihfft(arange(4)).dtype(), DType::complex128);
  EXPECT_THROW(fft::ihfft(half), DTypeError);
  EXPECT_THROW(fft::hfft(half, 0), ShapeError);
}

TEST_F(FourierNd, FrequenciesOfEvenAndOddLengths) {
  EXPECT_THAT(fft::fftfreq(4, 0.5).span<double>(), ElementsAre(0, 0.5, -1, -0.5));
  EXPECT_THAT(fft::fftfreq(5, 0.2).span<double>(), ElementsAre(0, 1, 2, -2, -1));
  EXPECT_THAT(fft::fftfreq(1).span<double>(), ElementsAre(0));
  EXPECT_THAT(fft::rfftfreq(4).span<double>(), ElementsAre(0, 0.25, 0.5));
  EXPECT_THAT(fft::rfftfreq(5, 0.2, DType::float32).span<float>(), ElementsAre(0, 1, 2));
  EXPECT_THROW(fft::fftfreq(0), ValueError);
  EXPECT_THROW(fft::rfftfreq(-1), ValueError);
  EXPECT_THROW(fft::fftfreq(4, 1, DType::int64), DTypeError);
}

TEST_F(FourierNd, ShiftsMoveZeroToTheMiddleAndBack) {
  EXPECT_THAT(fft::fftshift(fft::fftfreq(5, 0.2)).span<double>(), ElementsAre(-2, -1, 0, 1, 2));
  EXPECT_THAT(fft::fftshift(fft::fftfreq(4, 0.25)).span<double>(), ElementsAre(-2, -1, 0, 1));
  const Array a = random.array({3, 4, 5}, DType::float32);
  for (const std::optional<Dims>& axes :
       {std::optional<Dims>(), std::optional<Dims>({1}), std::optional<Dims>({-1, 0})}) {
    EXPECT_TRUE(same_bits(fft::ifftshift(fft::fftshift(a, axes), axes), a));
  }
  EXPECT_TRUE(same_bits(fft::fftshift(a, Dims{1}), roll(a, {2}, Dims{1})));
  EXPECT_EQ(fft::fftshift(full({}, 3)).item<double>(), 3);
  EXPECT_EQ(fft::fftshift(zeros({0, 2})).shape(), (Dims{0, 2}));
  EXPECT_THROW(fft::fftshift(a, Dims{3}), ShapeError);
}

}  // namespace
}  // namespace loom::test
