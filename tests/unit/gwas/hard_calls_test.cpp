#include "loom/gwas/genotypes/hard_calls.h"

#include <algorithm>
#include <random>

#include "data_fixture.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;

Array packed_of(const std::vector<std::string>& snps) {
  const std::string bytes = pack(snps);
  return Array::from(std::vector<std::uint8_t>(bytes.begin(), bytes.end()),
                     Dims{std::ssize(snps), -1});
}

TEST(HardCalls, AreCopiesOfTheAlleleAndAListOfWhatIsMissing) {
  const HardCalls calls =
      unpack_calls(packed_of({"012?0", "?????", "22110"}), SampleSubset::all(5));
  EXPECT_EQ(calls.snps(), 3);
  EXPECT_EQ(calls.samples(), 5);
  EXPECT_THAT(calls.calls.span<std::uint8_t>(),
              ElementsAre(0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 2, 2, 1, 1, 0));
  EXPECT_THAT(calls.means, ElementsAre(0.75, 0, 1.2));
  EXPECT_THAT(calls.missing(0), ElementsAre(3));
  EXPECT_THAT(calls.missing(1), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(calls.missing(2), ElementsAre());
}

TEST(HardCalls, OfSomeSamplesAreNumberedByThose) {
  const HardCalls calls = unpack_calls(packed_of({"012?0", "?2?1?"}), SampleSubset(5, {1, 3, 4}));
  EXPECT_THAT(calls.calls.span<std::uint8_t>(), ElementsAre(1, 0, 0, 2, 1, 0));
  EXPECT_THAT(calls.means, ElementsAre(0.5, 1.5));
  EXPECT_THAT(calls.missing(0), ElementsAre(1));
  EXPECT_THAT(calls.missing(1), ElementsAre(2));
}

TEST(HardCalls, AgreeWithSampleSubsetForAnyNumberOfSamplesAndThreads) {
  constexpr std::uint64_t kSeed = 12;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  std::mt19937_64 random(kSeed);
  for (const std::int64_t n : {1, 4, 7, 8, 9, 63, 130}) {
    for (const int keep_of_4 : {2, 4}) {
      std::vector<std::int64_t> samples;
      for (std::int64_t i = 0; i < n; ++i) {
        if (static_cast<int>(random() % 4) < keep_of_4) samples.push_back(i);
      }
      std::vector<std::string> snps(50);
      for (std::string& snp : snps) {
        for (std::int64_t i = 0; i < n; ++i) snp += "0112?"[random() % 5];
      }
      const Array packed = packed_of(snps);
      const SampleSubset subset(n, samples);
      for (const int threads : {1, 3}) {
        set_num_threads(threads);
        const HardCalls calls = unpack_calls(packed, subset);
        for (std::int64_t snp = 0; snp < calls.snps(); ++snp) {
          const std::span<const std::uint8_t> row = packed.select(0, snp).span<std::uint8_t>();
          const GenotypeCounts counts = subset.count(row);
          EXPECT_EQ(std::ssize(calls.missing(snp)), counts.missing);
          if (counts.observed() > 0) {
            EXPECT_EQ(calls.means[snp], 2 * counts.allele1_frequency());
          }
          // Missing genotypes are 0 among the calls, and stand at the mean where it is decoded.
          std::vector<double> expected(samples.size());
          subset.decode(row, genotype_values(99), expected.data());
          for (const std::int32_t i : calls.missing(snp)) {
            EXPECT_EQ(expected[i], 99);
            expected[i] = 0;
          }
          const auto found = calls.calls.select(0, snp).span<std::uint8_t>();
          EXPECT_TRUE(std::ranges::equal(found, expected)) << n << " samples, SNP " << snp;
        }
      }
      set_num_threads(0);
    }
  }
}

TEST(HardCalls, NeedRowsOfAllTheSamples) {
  EXPECT_THAT([] { unpack_calls(packed_of({"0120"}), SampleSubset(9, {5})); },
              throws_ending<ShapeError>("[unpack_calls] rows of bytes with 6 samples are needed, "
                                        "found uint8(1, 1)"));
  EXPECT_THROW(unpack_calls(Array::empty({2, 2}), SampleSubset::all(8)), ShapeError);
  EXPECT_EQ(unpack_calls(Array::empty({0, 2}, DType::uint8), SampleSubset::all(8)).snps(), 0);
}

}  // namespace
}  // namespace loom::gwas
