#include "loom/gwas/genotypes/call_differences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hard_calls_fixture.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The difference of the last of SNPs that are given as digits.
std::optional<CallDifference> last_difference(const std::vector<std::string>& snps,
                                              std::int64_t most) {
  std::vector<std::uint8_t> calls;
  for (const std::string& snp : snps) {
    for (const char digit : snp) calls.push_back(static_cast<std::uint8_t>(digit - '0'));
  }
  return call_differences(Array::from(calls, Dims{std::ssize(snps), -1}), most).back();
}

/// The calls that a difference tells.
std::vector<int> apply(const CallDifference& difference, const std::uint8_t* earlier,
                       std::int64_t n) {
  std::vector<int> calls;
  for (std::int64_t i = 0; i < n; ++i) {
    calls.push_back(difference.sign * earlier[i] + difference.constant);
  }
  for (const std::int32_t i : difference.more) ++calls[i];
  for (const std::int32_t i : difference.fewer) --calls[i];
  return calls;
}

TEST(CallDifferences, OfARareAlleleAreToAConstant) {
  const auto rare = last_difference({"0001002000"}, 3);
  ASSERT_TRUE(rare);
  EXPECT_EQ(rare->sign, 0);
  EXPECT_EQ(rare->constant, 0);
  EXPECT_THAT(rare->more, ElementsAre(3, 6, 6));
  EXPECT_THAT(rare->fewer, IsEmpty());

  const auto frequent = last_difference({"2222202221"}, 3);
  ASSERT_TRUE(frequent);
  EXPECT_EQ(frequent->constant, 2);
  EXPECT_THAT(frequent->fewer, ElementsAre(5, 5, 9));

  const auto heterozygous = last_difference({"1110111211"}, 3);
  ASSERT_TRUE(heterozygous);
  EXPECT_EQ(heterozygous->constant, 1);
  EXPECT_THAT(heterozygous->more, ElementsAre(7));
  EXPECT_THAT(heterozygous->fewer, ElementsAre(3));
}

TEST(CallDifferences, AreToTheNearestOfTheSnpsBefore) {
  const auto same = last_difference({"0120120120", "0212001122", "0120120120"}, 3);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->sign, 1);
  EXPECT_EQ(same->constant, 0);
  EXPECT_EQ(same->earlier, 0);
  EXPECT_THAT(same->more, IsEmpty());
  EXPECT_THAT(same->fewer, IsEmpty());
}

TEST(CallDifferences, MayBeToTheOtherAllele) {
  const auto other = last_difference({"0120120120", "2102102101"}, 3);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->sign, -1);
  EXPECT_EQ(other->constant, 2);
  EXPECT_EQ(other->earlier, 0);
  EXPECT_THAT(other->more, IsEmpty());
  EXPECT_THAT(other->fewer, ElementsAre(9));
}

TEST(CallDifferences, AreNothingBeyondWhatIsAskedFor) {
  EXPECT_TRUE(last_difference({"0120120120", "0120120112"}, 3));
  EXPECT_FALSE(last_difference({"0120120120", "0120120112"}, 2));
}

TEST(CallDifferences, DoNotReachFurtherBackThanTheySay) {
  std::vector<std::string> snps(kLookBack + 1, "0212001122");
  snps.front() = snps.back() = "0120120120";
  EXPECT_TRUE(last_difference(snps, 0));
  snps.insert(snps.end() - 1, "0212001122");
  EXPECT_FALSE(last_difference(snps, 0));
}

TEST(CallDifferences, TellTheCallsForAnyNumberOfThreads) {
  constexpr std::uint64_t kSeed = 41;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  std::mt19937_64 random(kSeed);
  for (const std::int64_t n : {1, 7, 8, 9, 130}) {
    const HardCalls calls = related_calls(random, 60, n, 0.02);
    const auto* const rows = calls.calls.data<std::uint8_t>();
    for (const int threads : {1, 3}) {
      set_num_threads(threads);
      const auto differences = call_differences(calls.calls, n / 4);
      std::int64_t found = 0;
      for (std::int64_t snp = 0; snp < 60; ++snp) {
        const auto& difference = differences[snp];
        if (!difference) continue;
        ++found;
        EXPECT_LE(std::ssize(difference->more) + std::ssize(difference->fewer), n / 4);
        EXPECT_TRUE(std::ranges::equal(apply(*difference, rows + difference->earlier * n, n),
                                       std::span(rows + snp * n, n)))
            << "SNP " << snp << " of " << n << " samples";
      }
      if (n == 130) {
        EXPECT_THAT(found, testing::AllOf(testing::Ge(30), testing::Lt(60)));
      }
    }
  }
  set_num_threads(0);
}

}  // namespace
}  // namespace loom::gwas
