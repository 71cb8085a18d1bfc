#include "loom/backends/reference/convolve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <complex>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::reference {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

constexpr ConvolveMode kModes[] = {ConvolveMode::full, ConvolveMode::same, ConvolveMode::valid};

template <class T>
std::vector<T> convolved(const std::vector<T>& a, const std::vector<T>& b, ConvolveMode mode) {
  std::vector<T> out(convolve_size(std::ssize(a), std::ssize(b), mode));
  convolve<T>(a, b, mode, out);
  return out;
}

// Small integers, so that every sum is exact in every type.
template <class T>
std::vector<T> small_values(std::int64_t n, unsigned seed) {
  std::mt19937 engine(seed);
  std::vector<T> values;
  for (std::int64_t i = 0; i < n; ++i)
    values.push_back(static_cast<T>(static_cast<int>(engine() % 4)));
  return values;
}

// The definition, cut to the part that a mode returns.
template <class T>
std::vector<T> definition(const std::vector<T>& a, const std::vector<T>& b, ConvolveMode mode) {
  const std::int64_t m = std::ssize(a);
  const std::int64_t n = std::ssize(b);
  std::vector<T> full(m + n - 1);
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) full[i + j] = static_cast<T>(full[i + j] + a[i] * b[j]);
  }
  const std::int64_t cut = mode == ConvolveMode::full   ? 0
                           : mode == ConvolveMode::same ? (std::min(m, n) - 1) / 2
                                                        : std::min(m, n) - 1;
  const std::int64_t size = convolve_size(m, n, mode);
  return {full.begin() + cut, full.begin() + cut + size};
}

TEST(Convolve, ExampleOfNumpy) {
  const std::vector<double> a = {1, 2, 3};
  const std::vector<double> b = {0, 1, 0.5};
  EXPECT_THAT(convolved(a, b, ConvolveMode::full), ElementsAre(0, 1, 2.5, 4, 1.5));
  EXPECT_THAT(convolved(a, b, ConvolveMode::same), ElementsAre(1, 2.5, 4));
  EXPECT_THAT(convolved(a, b, ConvolveMode::valid), ElementsAre(2.5));
}

// numpy.convolve([1, 2, 3, 4, 5], [1, 10, 100, 1000], mode), and with the operands exchanged.
TEST(Convolve, AnEvenNumberOfTapsLeansToTheFront) {
  const std::vector<std::int64_t> a = {1, 2, 3, 4, 5};
  const std::vector<std::int64_t> b = {1, 10, 100, 1000};
  for (bool exchanged : {false, true}) {
    const auto& first = exchanged ? b : a;
    const auto& second = exchanged ? a : b;
    EXPECT_THAT(convolved(first, second, ConvolveMode::full),
                ElementsAre(1, 12, 123, 1234, 2345, 3450, 4500, 5000));
    EXPECT_THAT(convolved(first, second, ConvolveMode::same),
                ElementsAre(12, 123, 1234, 2345, 3450));
    EXPECT_THAT(convolved(first, second, ConvolveMode::valid), ElementsAre(1234, 2345));
  }
}

template <class T>
class ConvolveTyped : public testing::Test {};
using Types = testing::Types<std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                             std::uint16_t, std::uint32_t, std::uint64_t, float, double,
                             std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(ConvolveTyped, Types);

TYPED_TEST(ConvolveTyped, IsTheDefinitionForEverySmallSize) {
  for (std::int64_t m = 1; m <= 9; ++m) {
    for (std::int64_t n = 1; n <= 9; ++n) {
      const auto a = small_values<TypeParam>(m, 1);
      const auto b = small_values<TypeParam>(n, 2);
      for (ConvolveMode mode : kModes) {
        EXPECT_EQ(convolved(a, b, mode), definition(a, b, mode))
            << m << " * " << n << ", mode " << static_cast<int>(mode);
      }
    }
  }
}

TYPED_TEST(ConvolveTyped, IsTheDefinitionAcrossBlocks) {
  // Longer than a block of outputs, with more taps than a block, and just at its edges.
  for (std::int64_t m : {1023, 1024, 1025, 2500}) {
    for (std::int64_t n : {2, 37, 1500}) {
      const auto a = small_values<TypeParam>(m, 3);
      const auto b = small_values<TypeParam>(n, 4);
      for (ConvolveMode mode : kModes) {
        EXPECT_EQ(convolved(a, b, mode), definition(a, b, mode))
            << m << " * " << n << ", mode " << static_cast<int>(mode);
      }
    }
  }
}

TEST(Convolve, ComplexProductsAreComplex) {
  using C = std::complex<double>;
  EXPECT_THAT(convolved<C>({C(1, 2), C(0, 1)}, {C(3, -1)}, ConvolveMode::full),
              ElementsAre(C(5, 5), C(1, 3)));
}

TEST(Convolve, BoolIsOrOfAnd) {
  const bool a[] = {true, false, false, true};
  const bool b[] = {true, true};
  bool out[5];
  convolve<bool>(a, b, ConvolveMode::full, out);
  EXPECT_THAT(out, ElementsAre(true, true, false, true, true));
}

TEST(Convolve, IntegersWrapAround) {
  const std::int32_t most = std::numeric_limits<std::int32_t>::max();
  EXPECT_THAT(convolved<std::int32_t>({most, most}, {2}, ConvolveMode::full), ElementsAre(-2, -2));
  EXPECT_THAT(convolved<std::uint16_t>({65535}, {65535}, ConvolveMode::full), ElementsAre(1));
  EXPECT_THAT(convolved<std::int8_t>({100, 100}, {1, 1}, ConvolveMode::valid), ElementsAre(-56));
}

TEST(Convolve, DoesNotDependOnThreads) {
  std::mt19937 engine(5);
  std::normal_distribution<double> normal;
  std::vector<double> a(10000);
  std::vector<double> b(77);
  for (double& x : a) x = normal(engine);
  for (double& x : b) x = normal(engine);
  set_num_threads(1);
  const auto one = convolved(a, b, ConvolveMode::same);
  set_num_threads(3);
  EXPECT_EQ(convolved(a, b, ConvolveMode::same), one);
  set_num_threads(0);
  EXPECT_EQ(convolved(b, a, ConvolveMode::same), one);
}

TEST(Convolve, RefusesEmptyOperandsAndWrongOutputs) {
  EXPECT_THAT([] { convolve_size(0, 3, ConvolveMode::full); },
              ThrowsMessage<ShapeError>("[convolve] operands must not be empty: sizes 0 and 3"));
  EXPECT_THAT([] { convolved<double>({1}, {}, ConvolveMode::same); },
              ThrowsMessage<ShapeError>("[convolve] operands must not be empty: sizes 1 and 0"));
  const std::vector<double> a = {1, 2};
  std::vector<double> out(2);
  EXPECT_THAT([&] { convolve<double>(a, a, ConvolveMode::full, out); },
              ThrowsMessage<ShapeError>("[convolve] output has 2 elements instead of 3"));
}

}  // namespace
}  // namespace loom::reference
