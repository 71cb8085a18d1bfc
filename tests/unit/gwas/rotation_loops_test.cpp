#include "loom/gwas/model/rotation_loops.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace loom::gwas {
namespace {

constexpr std::uint64_t kSeed = 20240903;
constexpr std::int64_t kRows = 20;
constexpr std::int64_t kDigitStride = 96, kRowStride = kDigits * kDigitStride;
constexpr std::int64_t kPlaces[kDigits] = {1, 256, 65536, 16777216};

class RotationLoopsTest : public testing::Test {
 protected:
  std::mt19937_64 random{kSeed};

  std::vector<double> numbers() {
    std::vector<double> result(kWordColumns);
    for (double& x : result) x = std::normal_distribution<double>()(random);
    return result;
  }

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(kSeed)};
};

TEST_F(RotationLoopsTest, WordsAreTheirDigits) {
  std::vector<std::int8_t> digits(kRows * kRowStride);
  // Digits of which the highest is smaller, so that the words fit.
  std::uniform_int_distribution<int> any(-128, 127);
  for (std::int8_t& digit : digits) digit = static_cast<std::int8_t>(any(random));
  for (std::int64_t i = 0; i < kRows; ++i) {
    for (std::int64_t j = 0; j < kDigitStride; ++j) {
      digits[i * kRowStride + 3 * kDigitStride + j] /= 2;
    }
  }
  std::vector<std::int32_t> expected(kRows * kWordColumns);
  for (std::int64_t i = 0; i < kRows; ++i) {
    for (std::int64_t j = 0; j < kWordColumns; ++j) {
      std::int64_t word = 0;
      for (std::int64_t k = 0; k < kDigits; ++k) {
        word += kPlaces[k] * digits[i * kRowStride + k * kDigitStride + j];
      }
      expected[i * kWordColumns + j] = static_cast<std::int32_t>(word);
    }
  }
  for (const RotationLoops& loops : usable_rotation_loops()) {
    std::vector<std::int32_t> words(kRows * kWordColumns);
    loops.join(digits.data(), kRows, kRowStride, kDigitStride, words.data());
    EXPECT_EQ(words, expected);
  }
}

TEST_F(RotationLoopsTest, TotalsAreExact) {
  std::vector<std::int32_t> sums(kRowStride);
  std::uniform_int_distribution<std::int32_t> any(-(1 << 28), 1 << 28);
  for (std::int32_t& sum : sums) sum = any(random);
  std::vector<double> expected(kWordColumns);
  for (std::int64_t j = 0; j < kWordColumns; ++j) {
    std::int64_t total = 0;
    for (std::int64_t k = 0; k < kDigits; ++k) total += kPlaces[k] * sums[k * kDigitStride + j];
    expected[j] = static_cast<double>(total);
  }
  for (const RotationLoops& loops : usable_rotation_loops()) {
    std::vector<double> totals(kWordColumns);
    loops.total(sums.data(), kDigitStride, totals.data());
    EXPECT_EQ(totals, expected);
  }
}

TEST_F(RotationLoopsTest, SumsOfWordsAreExact) {
  const std::vector<std::int32_t> rows{0, 3, 4, 7, 12, 19, 19};
  std::vector<std::int32_t> words(kRows * kWordColumns);
  for (std::int32_t& word : words) word = static_cast<std::int32_t>(random());
  std::vector<double> expected(kWordColumns, 5);
  for (const std::int32_t row : rows) {
    for (std::int64_t j = 0; j < kWordColumns; ++j) expected[j] += words[row * kWordColumns + j];
  }
  for (const RotationLoops& loops : usable_rotation_loops()) {
    std::vector<double> sums(kWordColumns, 5);
    loops.add_words(words.data(), rows, sums.data());
    EXPECT_EQ(sums, expected);
    loops.add_words(words.data(), {}, sums.data());
    EXPECT_EQ(sums, expected);
  }
}

TEST_F(RotationLoopsTest, CentredNumbersHaveTheBitsOfTheirDefinition) {
  const std::vector<double> totals = numbers(), weights = numbers(), steps = numbers();
  const double mean = 0.3;
  std::vector<double> expected(kWordColumns);
  for (std::int64_t j = 0; j < kWordColumns; ++j) {
    const double product = mean * weights[j];
    expected[j] = (totals[j] - product) * steps[j];
  }
  for (const RotationLoops& loops : usable_rotation_loops()) {
    std::vector<double> out(kWordColumns);
    loops.centre(totals.data(), mean, weights.data(), steps.data(), out.data());
    EXPECT_EQ(out, expected);
  }
}

}  // namespace
}  // namespace loom::gwas
