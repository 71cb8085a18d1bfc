#include "loom/ops/sorting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "kernels.h"
#include "loom/ops/creation.h"
#include "loom/ops/indexing.h"

namespace loom {
namespace {

using test::C64;
using test::kInf;
using test::kNaN;
using test::same_bits;
using testing::ElementsAre;
using testing::IsNan;

using Sorting = test::ReferenceKernels;

TEST_F(Sorting, SortsAlongAnAxis) {
  const Array a = Array::from<std::int32_t>({3, 1, 2, 0, 5, 4}, Dims{2, 3});
  EXPECT_THAT(sort(a).span<std::int32_t>(), ElementsAre(1, 2, 3, 0, 4, 5));
  EXPECT_THAT(sort(a, 0).span<std::int32_t>(), ElementsAre(0, 1, 2, 3, 5, 4));
  EXPECT_THAT(sort(a, 1, true).span<std::int32_t>(), ElementsAre(3, 2, 1, 5, 4, 0));
  EXPECT_THAT(argsort(a).span<std::int64_t>(), ElementsAre(1, 2, 0, 0, 2, 1));
  EXPECT_THAT(argsort(a, -2).span<std::int64_t>(), ElementsAre(1, 0, 0, 0, 1, 1));
}

TEST_F(Sorting, EqualElementsKeepTheirOrderBothWays) {
  const Array a = Array::from<std::uint8_t>({1, 0, 1, 0, 1});
  EXPECT_THAT(argsort(a).span<std::int64_t>(), ElementsAre(1, 3, 0, 2, 4));
  EXPECT_THAT(argsort(a, 0, true).span<std::int64_t>(), ElementsAre(0, 2, 4, 1, 3));
  const Array zeros_of_both_signs = Array::from({0.0, -0.0, 0.0});
  EXPECT_TRUE(same_bits(sort(zeros_of_both_signs), zeros_of_both_signs));
  EXPECT_TRUE(same_bits(sort(zeros_of_both_signs, 0, true), zeros_of_both_signs));
}

TEST_F(Sorting, NaNIsTheLargest) {
  const Array a = Array::from({kNaN, 1.0, kInf, kNaN, -kInf});
  EXPECT_THAT(sort(a).span<double>(), ElementsAre(-kInf, 1, kInf, IsNan(), IsNan()));
  EXPECT_THAT(sort(a, 0, true).span<double>(), ElementsAre(IsNan(), IsNan(), kInf, 1, -kInf));
  EXPECT_THAT(argsort(a).span<std::int64_t>(), ElementsAre(4, 1, 2, 0, 3));
  EXPECT_THAT(argsort(a, 0, true).span<std::int64_t>(), ElementsAre(0, 3, 2, 1, 4));
}

TEST_F(Sorting, TakesEveryRealDType) {
  for (const DType dtype : {DType::boolean, DType::int8, DType::int64, DType::uint8, DType::uint64,
                            DType::float32, DType::float64}) {
    const Array a = random.array({50}, dtype, -100, 100);
    const Array sorted = sort(a);
    EXPECT_EQ(sorted.dtype(), dtype);
    EXPECT_TRUE(same_bits(sorted, take(a, argsort(a), 0)));
    const std::vector<test::Wide> values = test::values_of(sorted);
    EXPECT_TRUE(std::is_sorted(values.begin(), values.end(), [](test::Wide x, test::Wide y) {
      return x.real() < y.real();
    })) << name(dtype);
  }
  EXPECT_THROW(sort(Array::from({C64(1)})), DTypeError);
  EXPECT_THROW(argsort(Array::from({C64(1)})), DTypeError);
}

// Long lines are sorted by digits, short ones by comparisons.
TEST_F(Sorting, LongLinesAreSortedAsShortOnes) {
  for (const DType dtype : {DType::boolean, DType::int8, DType::int16, DType::int64, DType::uint32,
                            DType::float32, DType::float64}) {
    for (const bool descending : {false, true}) {
      const Array a = astype(random.array({3000}, DType::int16, -32768, 32767), dtype);
      if (is_floating(dtype)) {
        assign(a.slice({{0, {}, 7}}), Array::scalar(kNaN));
        assign(a.slice({{1, {}, 7}}), Array::scalar(-0.0));
        assign(a.slice({{2, {}, 7}}), Array::scalar(0.0));
        assign(a.slice({{3, {}, 700}}), Array::scalar(-kInf));
      }
      std::vector<std::int64_t> expected(a.size());
      std::iota(expected.begin(), expected.end(), 0);
      const std::vector<test::Wide> values = test::values_of(a);
      const auto before = [](long double x, long double y) {
        return x < y || (std::isnan(y) && !std::isnan(x));
      };
      std::stable_sort(expected.begin(), expected.end(), [&](std::int64_t i, std::int64_t j) {
        const long double x = values[i].real(), y = values[j].real();
        return descending ? before(y, x) : before(x, y);
      });
      const Array order = argsort(a, 0, descending);
      EXPECT_THAT(order.span<std::int64_t>(), testing::ElementsAreArray(expected)) << name(dtype);
      EXPECT_TRUE(same_bits(sort(a, 0, descending), take(a, order, 0))) << name(dtype);
    }
  }
}

TEST_F(Sorting, EmptyAndShortLines) {
  EXPECT_EQ(sort(zeros({3, 0})).shape(), (Dims{3, 0}));
  EXPECT_EQ(argsort(zeros({0, 3})).shape(), (Dims{0, 3}));
  EXPECT_EQ(sort(Array::from({7.0})).item<double>(), 7);
  EXPECT_THROW(sort(Array::scalar(1.0)), IndexError);
}

TEST_F(Sorting, ResultsDependOnNeitherThreadsNorLayout) {
  const Array a = random.array({200, 300}, DType::int8, -9, 9);
  const Array turned = copy(a.transpose()).transpose();
  test::expect_same_on_any_threads([&] {
    return std::vector<Array>{sort(a, 0), argsort(a, 0), argsort(turned, 1), argsort(a, 1)};
  });
  EXPECT_TRUE(same_bits(argsort(turned, 0), argsort(a, 0)));
}

TEST_F(Sorting, SearchesInOrder) {
  const Array a = Array::from({1.0, 2.0, 2.0, 5.0});
  const Array values = Array::from({0.0, 1.0, 2.0, 3.0, 5.0, 6.0}, Dims{2, 3});
  const Array left = searchsorted(a, values), right = searchsorted(a, values, Side::right);
  EXPECT_EQ(left.shape(), (Dims{2, 3}));
  EXPECT_THAT(left.span<std::int64_t>(), ElementsAre(0, 0, 1, 3, 3, 4));
  EXPECT_THAT(right.span<std::int64_t>(), ElementsAre(0, 1, 3, 3, 4, 4));
  EXPECT_EQ(searchsorted(a, Array::scalar(4)).item<std::int64_t>(), 3) << "dtypes promote";
  EXPECT_EQ(searchsorted(zeros({0}), Array::scalar(4.0)).item<std::int64_t>(), 0);
  EXPECT_EQ(searchsorted(a, zeros({2, 0})).shape(), (Dims{2, 0}));
}

TEST_F(Sorting, SearchesInTheOrderOfSort) {
  const Array a = sort(Array::from({kNaN, 0.0, kInf, kNaN}));
  const Array values = Array::from({kNaN, -0.0, kInf});
  EXPECT_THAT(searchsorted(a, values).span<std::int64_t>(), ElementsAre(2, 0, 1));
  EXPECT_THAT(searchsorted(a, values, Side::right).span<std::int64_t>(), ElementsAre(4, 1, 2));
}

TEST_F(Sorting, SearchesThroughASorter) {
  const Array a = Array::from({5.0, 1.0, 2.0});
  const Array values = Array::from({1.5, 5.0});
  EXPECT_THAT(searchsorted(a, values, Side::left, argsort(a)).span<std::int64_t>(),
              ElementsAre(1, 2));
  EXPECT_THROW(searchsorted(a, values, Side::left, Array::from({0, 3, 1})), IndexError);
  EXPECT_THROW(searchsorted(zeros({2, 2}), values), ShapeError);
}

}  // namespace
}  // namespace loom
