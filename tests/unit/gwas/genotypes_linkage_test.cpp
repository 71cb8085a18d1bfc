#include "loom/gwas/genotypes/linkage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "data_fixture.h"

namespace loom::gwas {
namespace {

using Counts = std::array<std::int64_t, 9>;

/// The estimate by expectation and maximisation from several beginnings, the most likely of them.
double r2_by_iteration(const Counts& counts) {
  double n = 0, a = 0, b = 0, known = 0;
  for (int i = 0; i < 9; ++i) {
    const auto c = static_cast<double>(counts[static_cast<std::size_t>(i)]);
    n += c;
    a += c * (i / 3);
    b += c * (i % 3);
    known += i == 4 ? 0 : c * std::min({i / 3, i % 3, (i / 3) * (i % 3)});
  }
  a /= 2 * n;
  b /= 2 * n;
  known /= 2 * n;
  const double unknown = static_cast<double>(counts[4]) / (2 * n);
  const auto likelihood = [&](double x) {
    double sum = 0;
    const double shares[2][2] = {{1 - a - b + x, b - x}, {a - x, x}};
    for (int i = 0; i < 9; ++i) {
      const auto c = static_cast<double>(counts[static_cast<std::size_t>(i)]);
      if (c == 0) continue;
      const int g = i / 3, h = i % 3;
      double p = 0;  // of all pairs of haplotypes that give the genotypes
      for (int s = 0; s < 16; ++s) {
        const int g1 = s & 1, g2 = s >> 1 & 1, h1 = s >> 2 & 1, h2 = s >> 3;
        if (g1 + g2 == g && h1 + h2 == h) p += shares[g1][h1] * shares[g2][h2];
      }
      sum += c * std::log(std::max(p, 1e-300));
    }
    return sum;
  };
  double best = 0, value = -INFINITY;
  for (double start : {0.02, 0.25, 0.5, 0.75, 0.98}) {
    double x = known + start * unknown;
    for (int i = 0; i < 20000; ++i) {
      const double both = x * (1 - a - b + x), crossed = (a - x) * (b - x);
      x = both + crossed > 0 ? known + unknown * both / (both + crossed) : x;
    }
    if (likelihood(x) > value) {
      value = likelihood(x);
      best = x;
    }
  }
  return std::pow(best - a * b, 2) / (a * (1 - a) * b * (1 - b));
}

TEST(HaplotypeR2, OneSnpIsTheOther) {
  EXPECT_DOUBLE_EQ(haplotype_r2({5, 0, 0, 0, 7, 0, 0, 0, 3}), 1);
  EXPECT_DOUBLE_EQ(haplotype_r2({0, 0, 5, 0, 7, 0, 3, 0, 0}), 1);  // alleles counted the other way
}

TEST(HaplotypeR2, NothingToLearnFromASnpThatDoesNotVary) {
  EXPECT_EQ(haplotype_r2({4, 5, 6, 0, 0, 0, 0, 0, 0}), 0);
  EXPECT_EQ(haplotype_r2({}), 0);
}

TEST(HaplotypeR2, ByHandWhereAllHaplotypesAreKnown) {
  // Haplotypes 11, 10, 01, 00: 4, 2, 2, 12 of 20; a = b = 0.3, excess 0.2 - 0.09.
  EXPECT_NEAR(haplotype_r2({6, 0, 1, 0, 0, 0, 1, 0, 2}), 0.11 * 0.11 / (0.21 * 0.21), 1e-14);
}

TEST(HaplotypeR2, MostLikelyAmongAllPhases) {
  const unsigned seed = std::random_device()();
  RecordProperty("seed", std::to_string(seed));
  std::mt19937 random(seed);
  for (int repeat = 0; repeat < 200; ++repeat) {
    Counts counts;
    for (std::int64_t& c : counts)
      c = std::uniform_int_distribution(0, 3)(random) == 0
              ? 0
              : std::uniform_int_distribution(0, 40)(random);
    const double expected = r2_by_iteration(counts);
    if (std::isnan(expected)) continue;  // a SNP does not vary
    // Iteration ends within about 1e-9 of the frequency; where two maxima are equally high, either
    // may be found, and small counts make that possible: the seed is printed.
    EXPECT_NEAR(haplotype_r2(counts), expected, 1e-6)
        << "seed " << seed << ": " << testing::PrintToString(counts);
  }
}

GenotypeBlock packed(const std::vector<std::string>& snps) {
  SmallPlink data("1\ta\t0\t1\tA\tC\n1\tb\t0\t2\tA\tC\n",
                  "F 1 0 0 1 1\nF 2 0 0 1 1\nF 3 0 0 1 1\n"
                  "F 4 0 0 1 1\nF 5 0 0 1 1\nF 6 0 0 1 1\n",
                  kBedMagic + pack(snps));
  BedReader reader = data.open();
  const std::int64_t both[] = {0, 1};
  return select(reader.read(2), both);
}

TEST(LinkedSnp, CountsSamplesThatHaveBothGenotypes) {
  const GenotypeBlock block = packed({"0012?2", "001221"});
  const LinkedSnp a(block, 0), b(block, 1);
  const std::int64_t all[] = {0, 1, 2, 3, 4, 5}, some[] = {0, 2, 3, 4};
  EXPECT_DOUBLE_EQ(a.r2(b, all), haplotype_r2({2, 0, 0, 0, 1, 0, 0, 1, 1}));
  EXPECT_DOUBLE_EQ(a.r2(b, some), 1);
  EXPECT_DOUBLE_EQ(b.r2(a, some), 1);
}

TEST(LinkedSnp, DosagesAreCorrelated) {
  const double nan = std::nan("");
  const Array copies =
      Array::from({0.1, 0.2, 0.9, 1.7, nan, 1.5, 0.0, 0.0, 1.0, 2.0, 2.0, 1.0}, Dims{2, 6});
  const GenotypeBlock block = block_of(std::vector<Snp>(2), copies);
  ASSERT_EQ(block.places[0].kind, GenotypeKind::dosage);
  ASSERT_EQ(block.places[1].kind, GenotypeKind::packed);
  const LinkedSnp a(block, 0), b(block, 1);
  const std::int64_t all[] = {0, 1, 2, 3, 4, 5};
  // By hand over five samples: means 0.88 and 0.8, sums of squares and products 2.128, 2.8, 2.28.
  EXPECT_NEAR(a.r2(b, all), 2.28 * 2.28 / (2.128 * 2.8), 1e-12);
  EXPECT_DOUBLE_EQ(a.r2(b, all), b.r2(a, all));
}

}  // namespace
}  // namespace loom::gwas
