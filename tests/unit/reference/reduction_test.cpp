#include "loom/ops/reduction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "kernels.h"
#include "loom/ops/creation.h"
#include "loom/ops/manipulation.h"
#include "loom/support/threads.h"

namespace loom {
namespace {

using test::C128;
using test::C64;
using test::kInf;
using test::kNaN;
using test::same_bits;
using testing::ElementsAre;

using Reduction = test::OnReference;

class ThreadCount {
 public:
  explicit ThreadCount(int count) : previous_(num_threads()) { set_num_threads(count); }
  ~ThreadCount() { set_num_threads(previous_); }

 private:
  int previous_;
};

template <class T>
Array random_array(const Dims& shape, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<T> values(element_count(shape));
  for (T& value : values) {
    const double x = std::uniform_real_distribution<double>(-1, 1)(random);
    if constexpr (std::is_integral_v<T>) {
      value = static_cast<T>(1000 * x);
    } else {
      value = static_cast<T>(x);
    }
  }
  return Array::from(values, shape);
}

// All subsets of axes of arrays with several layouts, against plain loops over integers (exact).
TEST_F(Reduction, ReducesAnyAxesOfAnyLayout) {
  const Dims shape = {3, 5, 4, 2};
  const Array base = random_array<std::int64_t>(shape, 1);
  const Array layouts[] = {
      base, base.transpose(), base.transpose({2, 0, 3, 1}),
      base.slice({{std::nullopt, std::nullopt, -2}, {}, {1, 3}}),
      base.slice({{0, 1}}).select(3, 1).expand_dims(0).broadcast_to({2, 1, 5, 4})};
  for (const Array& a : layouts) {
    for (int subset = 0; subset < 16; ++subset) {
      Dims axes;
      for (int axis = 0; axis < 4; ++axis) {
        if (subset >> axis & 1) axes.push_back(axis);
      }
      const Array total = sum(a, axes, true), largest = max(a, axes, true),
                  smallest = min(a, axes, true);
      std::vector<std::int64_t> sums(total.size(), 0);
      std::vector<std::int64_t> largests(total.size(), -9999), smallests(total.size(), 9999);
      const Array flat = reshape(copy(a), {-1});
      for (std::int64_t i = 0; i < a.size(); ++i) {
        std::int64_t rest = i, slot = 0, stride = 1;
        for (int axis = 3; axis >= 0; --axis) {
          const std::int64_t at = rest % a.shape(axis);
          rest /= a.shape(axis);
          if (subset >> axis & 1) continue;
          slot += at * stride;
          stride *= a.shape(axis);
        }
        const std::int64_t value = flat.at<std::int64_t>({i});
        sums[slot] += value;
        largests[slot] = std::max(largests[slot], value);
        smallests[slot] = std::min(smallests[slot], value);
      }
      EXPECT_THAT(total.span<std::int64_t>(), testing::ElementsAreArray(sums)) << subset;
      EXPECT_THAT(largest.span<std::int64_t>(), testing::ElementsAreArray(largests)) << subset;
      EXPECT_THAT(smallest.span<std::int64_t>(), testing::ElementsAreArray(smallests)) << subset;
      EXPECT_EQ(sum(a, axes).ndim(), 4 - axes.size());
    }
  }
}

TEST_F(Reduction, DefaultsToAllAxes) {
  const Array a = Array::from({1.0, 2.0, 3.0, 4.0}, Dims{2, 2});
  EXPECT_EQ(sum(a).item<double>(), 10);
  EXPECT_EQ(prod(a).item<double>(), 24);
  EXPECT_EQ(mean(a).item<double>(), 2.5);
  EXPECT_THAT(sum(a, Dims{-1}).span<double>(), ElementsAre(3, 7));
  EXPECT_EQ(sum(Array::scalar(3.0)).item<double>(), 3);
  EXPECT_THROW(sum(a, Dims{2}), ShapeError);
  EXPECT_THROW(sum(a, Dims{0, -2}), ShapeError);
}

TEST_F(Reduction, SmallIntegersAndBooleansAccumulateWide) {
  EXPECT_EQ(sum(full({1000}, 100.0, DType::int8)).item<std::int64_t>(), 100000);
  EXPECT_EQ(sum(full({1000}, 200.0, DType::uint8)).dtype(), DType::uint64);
  EXPECT_EQ(sum(Array::from({true, false, true})).item<std::int64_t>(), 2);
  EXPECT_EQ(prod(full({40}, 2.0, DType::int32)).item<std::int64_t>(), std::int64_t{1} << 40);
  EXPECT_EQ(mean(full({3}, 2.0, DType::int8)).item<double>(), 2);
}

TEST_F(Reduction, IntegersWrapAround) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(sum(Array::from({kMax, std::int64_t{1}})).item<std::int64_t>(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(prod(full({64}, 2.0, DType::int64)).item<std::int64_t>(), 0);
}

TEST_F(Reduction, OfNothing) {
  const Array a = zeros({0, 3});
  EXPECT_THAT(sum(a, Dims{0}).span<double>(), ElementsAre(0, 0, 0));
  EXPECT_FALSE(std::signbit(sum(zeros({0})).item<double>()));
  EXPECT_THAT(prod(a, Dims{0}).span<double>(), ElementsAre(1, 1, 1));
  EXPECT_TRUE(std::isnan(mean(zeros({0})).item<double>()));
  EXPECT_TRUE(std::isnan(mean(zeros({0}, DType::complex64)).item<C64>().real()));
  EXPECT_EQ(sum(zeros({0}, DType::int32)).item<std::int64_t>(), 0);
  EXPECT_EQ(max(a, Dims{1}).shape(), Dims{0}) << "no result is asked of no elements";
  EXPECT_THROW(max(a, Dims{0}), ShapeError);
  EXPECT_THROW(min(a), ShapeError);
}

TEST_F(Reduction, MinAndMaxPropagateNaN) {
  for (const std::int64_t place : {0, 1, 7, 8, 127, 128, 299}) {
    const Array a = random_array<double>({300}, 2);
    a.at<double>({place}) = kNaN;
    EXPECT_TRUE(std::isnan(max(a).item<double>())) << place;
    EXPECT_TRUE(std::isnan(min(a).item<double>())) << place;
  }
  EXPECT_EQ(max(Array::from({-kInf, -kInf})).item<double>(), -kInf);
  EXPECT_EQ(min(Array::from({kInf})).item<double>(), kInf);
  EXPECT_EQ(max(Array::from({std::int8_t{-128}})).item<std::int8_t>(), -128);
  EXPECT_EQ(min(Array::from({std::uint64_t{1} << 63})).item<std::uint64_t>(),
            std::uint64_t{1} << 63);
}

TEST_F(Reduction, SumOfNegativeZerosKeepsItsSign) {
  EXPECT_TRUE(std::signbit(sum(Array::from({-0.0, -0.0})).item<double>()));
  EXPECT_FALSE(std::signbit(sum(Array::from({-0.0, 0.0})).item<double>()));
}

TEST_F(Reduction, InfinitiesBehaveAsInIeee) {
  EXPECT_EQ(sum(Array::from({kInf, 1.0})).item<double>(), kInf);
  EXPECT_TRUE(std::isnan(sum(Array::from({kInf, -kInf})).item<double>()));
  EXPECT_EQ(mean(Array::from({kInf, 1.0})).item<double>(), kInf);
}

TEST_F(Reduction, ComplexSumsAndProducts) {
  const Array a = Array::from({C128(1, 2), C128(3, -1), C128(0, 1)});
  EXPECT_EQ(sum(a).item<C128>(), C128(4, 2));
  EXPECT_EQ(prod(a).item<C128>(), C128(1, 2) * C128(3, -1) * C128(0, 1));
  EXPECT_EQ(mean(astype(a, DType::complex64)).item<C64>(), C64(4.0f / 3, 2.0f / 3));
  EXPECT_THROW(max(a), DTypeError);
}

// The leaves are 16 additions deep, the tree above them log2(10^6 / 128) = 13 levels and the lanes
// 3: at most 32 roundings on the way of any element, against 10^6 of a plain loop, which misses
// this bound by far.
TEST_F(Reduction, Float64SumsArePairwise) {
  constexpr std::int64_t kCount = 1'000'000;
  const Array a = full({kCount}, 0.1);
  const double exact = static_cast<double>(kCount * 0.1L);
  EXPECT_NEAR(sum(a).item<double>(), exact, 32 * 0x1p-53 * exact);
  double plain = 0;
  for (std::int64_t i = 0; i < kCount; ++i) plain += 0.1;
  EXPECT_GT(std::abs(plain - exact), 32 * 0x1p-53 * exact);
}

// Summed in float64, so the one rounding that counts is the last: half a unit of float32.
TEST_F(Reduction, Float32SumsAreRoundedOnce) {
  const Array a = random_array<float>({100'003}, 3);
  double exact = 0;
  for (const float x : a.span<float>()) exact += x;
  EXPECT_NEAR(sum(a).item<float>(), exact, 0x1p-24 * std::abs(exact) * 1.001);
  EXPECT_NEAR(mean(a).item<float>(), exact / 100'003, 0x1p-24 * std::abs(exact) / 100'003 * 1.001);
}

TEST_F(Reduction, ResultsDependOnNeitherThreadsNorLayout) {
  for (const Dims& shape : {Dims{300'000}, Dims{40'000, 7}, Dims{7, 40'000}, Dims{129, 300}}) {
    const Array a = random_array<double>(shape, 4);
    const Array turned = copy(a.transpose()).transpose();
    for (int axis = -1; axis < a.ndim(); ++axis) {
      const std::optional<Dims> axes = axis < 0 ? std::nullopt : std::optional(Dims{axis});
      const auto both = [&](const Array& x) { return reshape(sum(x, axes), {-1}); };
      const Array several = both(a);
      EXPECT_TRUE(same_bits(both(turned), several));
      const ThreadCount one(1);
      EXPECT_TRUE(same_bits(both(a), several));
      EXPECT_TRUE(same_bits(both(turned), several));
    }
  }
}

TEST_F(Reduction, LongReductionsMatchTheirParts) {
  // Longer than one piece of work, so that pieces are combined.
  const std::int64_t n = 100'000;
  const Array a = random_array<std::int64_t>({3, n}, 5);
  const Array sums = sum(a, Dims{1}), largest = max(a, Dims{1});
  for (std::int64_t row = 0; row < 3; ++row) {
    const std::int64_t* values = a.data<std::int64_t>() + row * n;
    std::int64_t expected = 0;
    for (std::int64_t i = 0; i < n; ++i) expected += values[i];
    EXPECT_EQ(sums.at<std::int64_t>({row}), expected);
    EXPECT_EQ(largest.at<std::int64_t>({row}), *std::max_element(values, values + n));
  }
}

TEST_F(Reduction, DTypesOfSumsAndProducts) {
  const Array bytes = Array::from<std::uint8_t>({200, 100});
  EXPECT_EQ(sum(bytes, {}, false, DType::uint8).item<std::uint8_t>(), 44) << "300 modulo 256";
  EXPECT_EQ(sum(bytes, {}, false, DType::uint8).dtype(), DType::uint8);
  EXPECT_EQ(sum(bytes, {}, false, DType::float32).dtype(), DType::float32);
  EXPECT_EQ(prod(bytes, {}, false, DType::int16).item<std::int16_t>(), 20000);
  // Each element loses its fraction before it is added.
  EXPECT_EQ(sum(Array::from({1.5, 1.5}), {}, false, DType::int32).item<std::int32_t>(), 2);
  EXPECT_EQ(sum(Array::from({1.5f, 1.5f}), {}, false, DType::float64).item<double>(), 3);
  EXPECT_EQ(sum(Array::from({1.5f, 1.5f})).dtype(), DType::float32);
  EXPECT_THROW(sum(bytes, {}, false, DType::boolean), DTypeError);
}

TEST_F(Reduction, MeansOfIntegersAreExactInFloat64) {
  const Array a = Array::from<std::int8_t>({127, 127, 127, 126});
  EXPECT_EQ(mean(a).dtype(), DType::float64);
  EXPECT_EQ(mean(a).item<double>(), 126.75);
  EXPECT_EQ(mean(Array::from({true, false})).item<double>(), 0.5);
}

TEST_F(Reduction, Variance) {
  const Array a = Array::from({1.0, 2.0, 3.0, 6.0}, Dims{2, 2});
  EXPECT_EQ(var(a).item<double>(), 3.5);
  EXPECT_EQ(var(a, std::nullopt, 1).item<double>(), 14.0 / 3);
  EXPECT_THAT(var(a, Dims{0}).span<double>(), ElementsAre(1, 4));
  EXPECT_THAT(var(a, Dims{1}, 0.5, true).span<double>(), ElementsAre(0.5 / 1.5, 4.5 / 1.5));
  EXPECT_EQ(var(a, Dims{1}, 0, true).shape(), (Dims{2, 1}));
  EXPECT_EQ(standard_deviation(a).item<double>(), std::sqrt(3.5));
  EXPECT_EQ(var(Array::from<std::int8_t>({1, 2})).item<double>(), 0.25);
  EXPECT_EQ(var(Array::from({1.0f, 2.0f})).dtype(), DType::float32);
  EXPECT_EQ(var(Array::scalar(7.0)).item<double>(), 0);
  EXPECT_EQ(var(a, Dims{}).shape(), a.shape());
}

TEST_F(Reduction, VarianceOfComplexNumbersIsReal) {
  const Array v = var(Array::from({C64(1, 1), C64(-1, -1)}));
  EXPECT_EQ(v.dtype(), DType::float32);
  EXPECT_EQ(v.item<float>(), 2);
}

TEST_F(Reduction, VarianceWithoutDegreesOfFreedomIsNaN) {
  EXPECT_TRUE(std::isnan(var(zeros({0})).item<double>()));
  EXPECT_TRUE(std::isnan(var(Array::from({1.0, 2.0}), std::nullopt, 2).item<double>()));
  EXPECT_TRUE(std::isnan(var(Array::from({1.0, 2.0}), std::nullopt, 3).item<double>()));
  EXPECT_TRUE(std::isnan(var(Array::from({1.0, kNaN})).item<double>()));
  EXPECT_TRUE(std::isnan(var(Array::from({1.0, kInf})).item<double>()));
}

// A one-pass formula (mean of squares minus square of the mean) would lose every digit.
TEST_F(Reduction, VarianceOfNumbersFarFromZero) {
  const Array a = Array::from({1e9 + 1, 1e9 + 2, 1e9 + 3});
  EXPECT_NEAR(var(a).item<double>(), 2.0 / 3, 1e-15);  // the distances are small integers: exact
}

TEST_F(Reduction, TruthOfElements) {
  const Array a = Array::from({0.0, -0.0, kNaN, 1.0}, Dims{2, 2});
  EXPECT_THAT(any(a, Dims{1}).span<bool>(), ElementsAre(false, true));
  EXPECT_THAT(all(a, Dims{1}).span<bool>(), ElementsAre(false, true));
  EXPECT_THAT(count_nonzero(a, Dims{0}).span<std::int64_t>(), ElementsAre(1, 1));
  EXPECT_FALSE(all(a).item<bool>());
  EXPECT_TRUE(any(Array::from({C128(0, 0), C128(0, 1)})).item<bool>());
  EXPECT_EQ(count_nonzero(Array::from({true, false, true})).item<std::int64_t>(), 2);
  EXPECT_TRUE(all(zeros({0})).item<bool>());
  EXPECT_FALSE(any(zeros({0})).item<bool>());
  EXPECT_EQ(count_nonzero(zeros({0, 3}), Dims{0}, true).shape(), (Dims{1, 3}));
  EXPECT_TRUE(all(Array::scalar(std::uint8_t{2})).item<bool>());
}

TEST_F(Reduction, PlacesOfExtremes) {
  const Array a = Array::from({3.0, 1.0, 3.0, 2.0, 1.0, 0.0}, Dims{2, 3});
  EXPECT_EQ(argmax(a).item<std::int64_t>(), 0) << "the first of equal ones";
  EXPECT_EQ(argmin(a).item<std::int64_t>(), 5);
  EXPECT_THAT(argmin(a, 0).span<std::int64_t>(), ElementsAre(1, 0, 1));
  EXPECT_THAT(argmax(a, -1).span<std::int64_t>(), ElementsAre(0, 0));
  EXPECT_EQ(argmax(a, 1, true).shape(), (Dims{2, 1}));
  EXPECT_EQ(argmax(a, std::nullopt, true).shape(), (Dims{1, 1}));
  EXPECT_EQ(argmin(Array::from({0.0, -0.0})).item<std::int64_t>(), 0);
  EXPECT_EQ(argmax(Array::from({false, true, true})).item<std::int64_t>(), 1);
  EXPECT_EQ(argmax(Array::from({kNaN, kInf, kNaN})).item<std::int64_t>(), 0);
  EXPECT_EQ(argmin(Array::scalar(5.0)).item<std::int64_t>(), 0);
  EXPECT_THROW(argmin(zeros({0})), ShapeError);
  EXPECT_THROW(argmin(zeros({3, 0}), 1), ShapeError);
  EXPECT_THROW(argmin(zeros({3}), 1), IndexError);
  EXPECT_THROW(argmin(Array::from({C64(1)})), DTypeError);
}

TEST_F(Reduction, PlacesAreFoundWhereverTheyAre) {
  for (const std::int64_t place : {0, 7, 127, 128, 32767, 32768, 69'999}) {
    for (const double value : {9.0, kNaN}) {
      const Array a = zeros({70'000});
      a.at<double>({place}) = value;
      a.at<double>({69'999}) = value;
      EXPECT_EQ(argmax(a).item<std::int64_t>(), place);
    }
  }
}

TEST_F(Reduction, VarianceAndPlacesDependOnNeitherThreadsNorLayout) {
  for (const Dims& shape : {Dims{300'000}, Dims{40'000, 7}, Dims{129, 300}}) {
    const Array a = random_array<double>(shape, 6);
    const Array turned = copy(a.transpose()).transpose();
    const auto both = [](const Array& x) {
      return std::vector<Array>{var(x, Dims{0}), argmin(x, 0), any(x, Dims{0})};
    };
    const std::vector<Array> several = both(a), across = both(turned);
    const ThreadCount one(1);
    const std::vector<Array> alone = both(a);
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(same_bits(several[i], across[i])) << i;
      EXPECT_TRUE(same_bits(several[i], alone[i])) << i;
    }
  }
}

}  // namespace
}  // namespace loom
