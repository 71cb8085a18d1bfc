#include "loom/gwas/model/kinship_sum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hard_calls_fixture.h"
#include "loom/dispatch/selection.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr std::uint64_t kSeed = 20240901;

class KinshipSums : public testing::Test {
 protected:
  std::mt19937_64 random{kSeed};

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(kSeed)};
};

Array sum_of(const HardCalls& calls, std::int64_t chunk) {
  KinshipSum sum(calls.samples());
  for (std::int64_t first = 0; first < calls.snps(); first += chunk) {
    sum.add(some_of(calls, first, std::min(first + chunk, calls.snps())));
  }
  EXPECT_EQ(sum.snps(), calls.snps());
  return sum.finish();
}

/// The largest difference from the definition, relative to the largest element of that.
double error_of(const Array& found, const HardCalls& calls) {
  const std::vector<double> x = centred(calls);
  const std::int64_t n = calls.samples();
  std::vector<long double> expected(n * n);
  for (std::int64_t snp = 0; snp < calls.snps(); ++snp) {
    const double* const row = x.data() + snp * n;
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        expected[i * n + j] += static_cast<long double>(row[i]) * row[j];
      }
    }
  }
  long double difference = 0, largest = 0;
  for (std::int64_t k = 0; k < n * n; ++k) {
    difference = std::max(difference, std::abs(found.data<double>()[k] - expected[k]));
    largest = std::max(largest, std::abs(expected[k]));
  }
  return static_cast<double>(difference / largest);
}

// Roundings of eps = 2.2e-16, of sums that are a few times as large as the largest element, and at
// most some hundreds of them: 1e-12 is far above, and a SNP or a missing genotype that is counted
// wrongly far beyond.
constexpr double kAllowed = 1e-12;

TEST_F(KinshipSums, AreTheirDefinition) {
  // On both sides of the columns that are corrected at a time.
  for (const std::int64_t n : {1, 5, 127, 128, 129, 300}) {
    for (const double missing : {0.0, 0.01, 0.5}) {
      SCOPED_TRACE(testing::Message() << n << " samples, " << missing << " missing");
      const HardCalls calls = random_calls(random, 60, n, missing);
      EXPECT_LT(error_of(sum_of(calls, 60), calls), kAllowed);
      EXPECT_LT(error_of(sum_of(calls, 37), calls), kAllowed);
    }
  }
}

TEST_F(KinshipSums, OfMoreSamplesThanAStripHas) {
  const HardCalls calls = random_calls(random, 20, KinshipSum::kStrip + 70, 0.05);
  EXPECT_LT(error_of(sum_of(calls, 20), calls), kAllowed);
}

TEST_F(KinshipSums, AreExactWhereMeansAre) {
  HardCalls calls = random_calls(random, 64, 50, 0.2);
  for (double& mean : calls.means) mean = std::round(mean * 8) / 8;
  EXPECT_EQ(error_of(sum_of(calls, 10), calls), 0);
}

TEST_F(KinshipSums, HaveTheSameBitsOnBothSidesAndForAnyNumberOfThreads) {
  const HardCalls calls = random_calls(random, 150, 333, 0.03);
  const Array alone = [&] {
    set_num_threads(1);
    return sum_of(calls, 64);
  }();
  for (const int threads : {2, 5}) {
    set_num_threads(threads);
    const Array together = sum_of(calls, 64);
    EXPECT_TRUE(std::ranges::equal(alone.span<double>(), together.span<double>())) << threads;
  }
  set_num_threads(0);
  for (std::int64_t i = 0; i < 333; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      ASSERT_EQ(alone.at<double>({i, j}), alone.at<double>({j, i})) << i << ", " << j;
    }
  }
}

TEST_F(KinshipSums, WithoutMissingGenotypesDoNotDependOnChunks) {
  HardCalls calls = random_calls(random, 150, 40, 0);
  for (double& mean : calls.means) mean = std::round(mean * 8) / 8;
  const Array whole = sum_of(calls, 150), parts = sum_of(calls, 7);
  EXPECT_TRUE(std::ranges::equal(whole.span<double>(), parts.span<double>()));
}

TEST_F(KinshipSums, AreTheSameOnEveryBackend) {
  const HardCalls calls = random_calls(random, 100, 140, 0.02);
  const Array expected = sum_of(calls, 100);
  for (const std::string& backend : available_backends()) {
    const BackendScope scope(backend);
    EXPECT_TRUE(std::ranges::equal(sum_of(calls, 100).span<double>(), expected.span<double>()))
        << backend;
  }
}

TEST_F(KinshipSums, OfNothing) {
  KinshipSum sum(3);
  EXPECT_THAT(sum.finish().span<double>(), testing::Each(0.0));
  KinshipSum none(2);
  none.add(random_calls(random, 0, 2, 0));
  EXPECT_THAT(none.finish().span<double>(), testing::Each(0.0));
}

TEST_F(KinshipSums, RefuseCallsOfOtherSamples) {
  KinshipSum sum(3);
  EXPECT_THAT([&] { sum.add(random_calls(random, 2, 4, 0)); },
              testing::ThrowsMessage<ShapeError>("[kinship] calls of 4 samples in a sum over 3"));
}

}  // namespace
}  // namespace loom::gwas
