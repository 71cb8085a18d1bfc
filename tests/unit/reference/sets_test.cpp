#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "kernels.h"
#include "loom/ops/creation.h"
#include "loom/ops/indexing.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/sorting.h"

namespace loom {
namespace {

using test::C128;
using test::kNaN;
using test::same_bits;
using testing::ElementsAre;
using testing::IsNan;

using Sets = test::ReferenceKernels;

TEST_F(Sets, UniqueElementsWithTheirPlaces) {
  const Array a = Array::from<std::int32_t>({3, 1, 3, 2, 1, 3}, Dims{2, 3});
  const Unique u = unique_all(a);
  EXPECT_THAT(u.values.span<std::int32_t>(), ElementsAre(1, 2, 3));
  EXPECT_THAT(u.indices.span<std::int64_t>(), ElementsAre(1, 3, 0));
  EXPECT_THAT(u.counts.span<std::int64_t>(), ElementsAre(2, 1, 3));
  EXPECT_EQ(u.inverse_indices.shape(), a.shape());
  EXPECT_TRUE(same_bits(take(u.values, u.inverse_indices, 0), a));
  EXPECT_TRUE(same_bits(unique_values(a), u.values));
}

TEST_F(Sets, EveryNaNIsOneOfItsOwn) {
  const Unique u = unique_all(Array::from({kNaN, 1.0, kNaN, 1.0}));
  EXPECT_THAT(u.values.span<double>(), ElementsAre(1, IsNan(), IsNan()));
  EXPECT_THAT(u.indices.span<std::int64_t>(), ElementsAre(1, 0, 2));
  EXPECT_THAT(u.inverse_indices.span<std::int64_t>(), ElementsAre(1, 0, 2, 0));
  EXPECT_THAT(u.counts.span<std::int64_t>(), ElementsAre(2, 1, 1));
}

TEST_F(Sets, ZerosOfBothSignsAreOne) {
  const Unique u = unique_all(Array::from({-0.0, 0.0, -0.0}));
  EXPECT_THAT(u.counts.span<std::int64_t>(), ElementsAre(3));
  EXPECT_TRUE(std::signbit(u.values.item<double>())) << "the first of them";
}

TEST_F(Sets, ComplexNumbersAreOrderedByParts) {
  const Array a = Array::from({C128(1, 2), C128(0, 3), C128(1, -1), C128(1, 2), C128(1, kNaN),
                               C128(-0.0, 3), C128(kNaN, 1)});
  const Unique u = unique_all(a);
  EXPECT_THAT(u.indices.span<std::int64_t>(), ElementsAre(1, 2, 0, 4, 6));
  EXPECT_THAT(u.counts.span<std::int64_t>(), ElementsAre(2, 1, 2, 1, 1));
  EXPECT_THAT(u.inverse_indices.span<std::int64_t>(), ElementsAre(2, 0, 1, 2, 3, 0, 4));
  EXPECT_TRUE(same_bits(unique_values(a), u.values));
}

TEST_F(Sets, UniqueOfLittle) {
  const Unique one = unique_all(Array::scalar(true));
  EXPECT_THAT(one.values.span<bool>(), ElementsAre(true));
  EXPECT_EQ(one.inverse_indices.shape(), Dims{});
  EXPECT_THAT(one.counts.span<std::int64_t>(), ElementsAre(1));
  const Unique none = unique_all(zeros({0, 3}, DType::complex64));
  EXPECT_EQ(none.values.shape(), Dims{0});
  EXPECT_EQ(none.values.dtype(), DType::complex64);
  EXPECT_EQ(none.counts.shape(), Dims{0});
  EXPECT_EQ(none.inverse_indices.shape(), (Dims{0, 3}));
}

TEST_F(Sets, UniqueCountsWhatATreeCounts) {
  const Array a = random.array({5000}, DType::int16, -40, 40);
  std::map<std::int16_t, std::int64_t> counts;
  for (const std::int16_t x : a.span<std::int16_t>()) ++counts[x];
  const Unique u = unique_all(a);
  ASSERT_EQ(u.values.size(), static_cast<std::int64_t>(counts.size()));
  std::int64_t i = 0;
  for (const auto& [value, count] : counts) {
    EXPECT_EQ(u.values.at<std::int16_t>({i}), value);
    EXPECT_EQ(u.counts.at<std::int64_t>({i}), count);
    EXPECT_EQ(a.at<std::int16_t>({u.indices.at<std::int64_t>({i++})}), value);
  }
}

TEST_F(Sets, MembersAreFound) {
  const Array a = Array::from<std::int64_t>({5, 1, 2, 9}, Dims{2, 2});
  const Array some = Array::from<std::int8_t>({2, 5, 2}, Dims{3, 1});
  EXPECT_THAT(isin(a, some).span<bool>(), ElementsAre(true, false, true, false));
  EXPECT_THAT(isin(a, some, true).span<bool>(), ElementsAre(false, true, false, true));
  EXPECT_EQ(isin(a, some).shape(), (Dims{2, 2}));
  EXPECT_TRUE(isin(Array::scalar(2), some).item<bool>());
  EXPECT_FALSE(isin(Array::scalar(2.5), some).item<bool>()) << "compared as float64";
  EXPECT_EQ(isin(zeros({0}), some).shape(), Dims{0});
}

TEST_F(Sets, NothingIsInTheEmptySetAndNaNIsInNone) {
  const Array a = Array::from({kNaN, 0.0});
  EXPECT_THAT(isin(a, zeros({0})).span<bool>(), ElementsAre(false, false));
  EXPECT_THAT(isin(a, zeros({0}), true).span<bool>(), ElementsAre(true, true));
  EXPECT_THAT(isin(a, Array::from({kNaN, -0.0})).span<bool>(), ElementsAre(false, true));
}

TEST_F(Sets, ComplexMembersAreFound) {
  const Array a = Array::from({C128(1, 2), C128(2, 1), C128(kNaN, 0), C128(3, 0)}, Dims{2, 2});
  const Array some = Array::from({C128(1, 2), C128(kNaN, 0)});
  EXPECT_THAT(isin(a, some).span<bool>(), ElementsAre(true, false, false, false));
  EXPECT_THAT(isin(a, Array::from({3.0})).span<bool>(), ElementsAre(false, false, false, true));
  EXPECT_THAT(isin(Array::from({3.0, 1.0}), a).span<bool>(), ElementsAre(true, false));
}

}  // namespace
}  // namespace loom
