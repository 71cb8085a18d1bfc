#include "loom/gwas/model/row_sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace loom::gwas {
namespace {

constexpr std::uint64_t kSeed = 20240903;
constexpr std::int64_t kRows = 20;

class RowSumsTest : public testing::Test {
 protected:
  std::mt19937_64 random{kSeed};
  const std::vector<std::int32_t> rows{0, 3, 4, 7, 12, 19};

  std::vector<double> numbers(std::int64_t count) {
    std::vector<double> result(count);
    for (double& x : result) x = std::normal_distribution<double>()(random);
    return result;
  }

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(kSeed)};
};

TEST_F(RowSumsTest, OfCodesHaveTheBitsOfTheirDefinition) {
  std::vector<std::uint8_t> codes(kRows * kCodeColumns);
  for (std::uint8_t& code : codes) code = static_cast<std::uint8_t>(random() % 4);
  std::vector<CodeValues> values(kRows);
  for (CodeValues& value : values) std::ranges::copy(numbers(4), value.begin());
  const std::vector<double> before = numbers(kCodeColumns);
  std::vector<double> expected = before;
  for (const std::int32_t row : rows) {
    for (std::int64_t i = 0; i < kCodeColumns; ++i) {
      expected[i] += values[row][codes[row * kCodeColumns + i]];
    }
  }
  for (const RowSums& loops : usable_row_sums()) {
    std::vector<double> sums = before;
    loops.add_codes(codes.data(), rows, values.data(), sums.data());
    EXPECT_EQ(sums, expected);
    loops.add_codes(codes.data(), {}, values.data(), sums.data());
    EXPECT_EQ(sums, expected);
  }
}

}  // namespace
}  // namespace loom::gwas
