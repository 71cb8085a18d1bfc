#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

#include "data_fixture.h"
#include "loom/gwas/genotypes/genotype_counts.h"
#include "loom/gwas/genotypes/simulate.h"
#include "loom/support/error.h"
#include "loom/support/text.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

struct Simulated {
  TempFolder folder;
  std::string prefix = folder / "sim";
  explicit Simulated(const SimulateOptions& options) { simulate(prefix, options); }
  BedReader open() const { return BedReader(prefix); }
  std::string all_bytes() const {
    return folder.read("sim.bed") + folder.read("sim.bim") + folder.read("sim.fam") +
           folder.read("sim.causal.txt");
  }
};

/// Effects by SNP name, from the file of causal SNPs.
std::map<std::string, double> causal_effects(const Simulated& data) {
  const std::string text = data.folder.read("sim.causal.txt");
  LineReader lines(text);
  EXPECT_EQ(lines.next(), "id\teffect");
  std::map<std::string, double> effects;
  while (auto line = lines.next()) {
    const std::string id(next_field(*line));
    effects[id] = parse_double(next_field(*line)).value();
  }
  return effects;
}

TEST(Simulate, DependsOnTheSeedAndNotOnThreads) {
  const SimulateOptions options{.samples = 203, .snps = 500, .causal_snps = 7, .seed = 3};
  set_num_threads(1);
  const std::string one_thread = Simulated(options).all_bytes();
  set_num_threads(4);
  EXPECT_EQ(Simulated(options).all_bytes(), one_thread);
  set_num_threads(0);
  SimulateOptions other = options;
  other.seed = 4;
  EXPECT_NE(Simulated(other).all_bytes(), one_thread);
}

TEST(Simulate, GenotypesDoNotChangeWithThePhenotype) {
  const Simulated a({.samples = 50, .snps = 100, .heritability = 0.2, .causal_snps = 5});
  const Simulated b({.samples = 50, .snps = 100, .heritability = 0.9, .causal_snps = 50});
  EXPECT_EQ(a.folder.read("sim.bed"), b.folder.read("sim.bed"));
  EXPECT_EQ(a.folder.read("sim.bim"), b.folder.read("sim.bim"));
  EXPECT_NE(a.folder.read("sim.fam"), b.folder.read("sim.fam"));
}

TEST(Simulate, WritesWhatBedReaderReads) {
  const Simulated files({.samples = 10, .snps = 25, .chromosomes = 3, .populations = 2});
  EXPECT_THAT(files.folder.names(),
              testing::ElementsAre("sim.bed", "sim.bim", "sim.causal.txt", "sim.fam"));
  BedReader data = files.open();
  ASSERT_EQ(data.sample_count(), 10);
  ASSERT_EQ(data.snp_count(), 25);
  EXPECT_EQ(data.samples()[4].family_id, "pop1");
  EXPECT_EQ(data.samples()[5].family_id, "pop2");
  EXPECT_EQ(data.samples()[9].individual_id, "sample10");
  std::map<std::string, std::int64_t> last_position;
  for (const Snp& snp : all_snps(data)) {
    EXPECT_NE(snp.allele1, snp.allele0);
    EXPECT_EQ(snp.position, last_position[snp.chromosome] + 1000) << snp.id;
    last_position[snp.chromosome] = snp.position;
  }
  EXPECT_THAT(last_position,
              testing::ElementsAre(testing::Pair("1", 9000), testing::Pair("2", 8000),
                                   testing::Pair("3", 8000)));
}

TEST(Simulate, GenotypesFollowTheOptions) {
  // 2,000 x 400 genotypes. Without drift each frequency has a standard error of at most 0.008, so
  // that 0.04 is five of them; the missing rate has one of 0.0003.
  const Simulated files({.samples = 2000,
                         .snps = 400,
                         .fst = 0,
                         .min_maf = 0.2,
                         .max_maf = 0.3,
                         .missing_rate = 0.1});
  BedReader data = files.open();
  const SampleSubset all = SampleSubset::all(data.sample_count());
  std::int64_t missing = 0;
  double heterozygotes = 0;
  double expected_heterozygotes = 0;
  double frequency = 0;
  for (std::int64_t i = 0; i < *data.snp_count(); ++i) {
    const GenotypeCounts counts = all.count(data.packed(i, 1));
    const double q = counts.allele1_frequency();
    EXPECT_GT(q, 0.16);
    EXPECT_LT(q, 0.34);
    missing += counts.missing;
    frequency += q / 400;
    heterozygotes += static_cast<double>(counts.one);
    expected_heterozygotes += 2 * q * (1 - q) * static_cast<double>(counts.observed());
  }
  EXPECT_NEAR(static_cast<double>(missing) / (2000 * 400), 0.1, 0.002);
  EXPECT_NEAR(frequency, 0.25, 0.01);  // uniform on [0.2, 0.3]: standard error 0.0014
  EXPECT_NEAR(heterozygotes / expected_heterozygotes, 1, 0.01);  // standard error 0.002
}

TEST(Simulate, PopulationsDriftByFst) {
  const Simulated files({.samples = 2000, .snps = 2000, .populations = 2, .fst = 0.1});
  BedReader data = files.open();
  std::vector<std::int64_t> first(1000);
  std::iota(first.begin(), first.end(), 0);
  std::vector<std::int64_t> second(1000);
  std::iota(second.begin(), second.end(), 1000);
  const SampleSubset a(2000, first);
  const SampleSubset b(2000, second);
  // Hudson's estimator, the ratio of sums over SNPs.
  double between = 0;
  double total = 0;
  for (std::int64_t i = 0; i < *data.snp_count(); ++i) {
    const GenotypeCounts in_a = a.count(data.packed(i, 1));
    const GenotypeCounts in_b = b.count(data.packed(i, 1));
    const double p = in_a.allele1_frequency();
    const double q = in_b.allele1_frequency();
    between += (p - q) * (p - q) - p * (1 - p) / static_cast<double>(2 * in_a.observed() - 1) -
               q * (1 - q) / static_cast<double>(2 * in_b.observed() - 1);
    total += p * (1 - q) + q * (1 - p);
  }
  EXPECT_NEAR(between / total, 0.1, 0.02);  // standard error about 0.004 with 2,000 SNPs
}

TEST(Simulate, CausalSnpsMakeTheHeritability) {
  const Simulated files({.samples = 500, .snps = 300, .heritability = 0.6, .causal_snps = 12});
  BedReader data = files.open();
  const auto effects = causal_effects(files);
  ASSERT_EQ(effects.size(), 12);
  const SampleSubset all = SampleSubset::all(500);
  std::vector<double> genetic(500);
  std::vector<double> genotypes(500);
  const std::vector<Snp> snps = all_snps(data);
  for (std::int64_t i = 0; i < *data.snp_count(); ++i) {
    const auto effect = effects.find(snps[static_cast<std::size_t>(i)].id);
    if (effect == effects.end()) continue;
    const auto row = data.packed(i, 1);
    const double mean = 2 * all.count(row).allele1_frequency();
    all.decode(row, genotype_values(mean, mean), genotypes.data());
    for (std::size_t s = 0; s < 500; ++s) genetic[s] += effect->second * genotypes[s];
  }
  const std::int64_t column = 1;
  const Phenotype phenotype = data.phenotypes({&column, 1})[0];
  double genetic_variance = 0;
  double noise_variance = 0;
  for (std::size_t s = 0; s < 500; ++s) {
    genetic_variance += genetic[s] * genetic[s] / 500;
    noise_variance += (phenotype[s] - genetic[s]) * (phenotype[s] - genetic[s]) / 500;
  }
  EXPECT_NEAR(genetic_variance, 0.6, 1e-5);  // effects are written with six digits
  EXPECT_NEAR(noise_variance, 0.4, 0.13);    // five standard errors of 0.4 * sqrt(2 / 500)
}

TEST(Simulate, ExtremesWork) {
  EXPECT_NO_THROW(Simulated({.samples = 1, .snps = 1, .populations = 1, .causal_snps = 1}));
  EXPECT_NO_THROW(
      Simulated({.samples = 40, .snps = 30, .populations = 40, .fst = 0.999, .heritability = 1}));
  EXPECT_TRUE(causal_effects(Simulated({.heritability = 0, .causal_snps = 0})).empty());
  EXPECT_EQ(causal_effects(Simulated({.samples = 10, .snps = 30, .causal_snps = 30})).size(), 30);
}

TEST(Simulate, RefusesOptionsOutOfRange) {
  const TempFolder folder;
  const auto run = [&](const SimulateOptions& options) {
    return [&folder, options] { simulate(folder / "sim", options); };
  };
  EXPECT_THAT(run({.samples = 0}),
              throws_ending<ValueError>("[simulate] samples must be from 1 to 10^12, not 0"));
  EXPECT_THROW(run({.samples = std::int64_t{1} << 60})(), ValueError);
  EXPECT_THROW(run({.snps = -5})(), ValueError);
  EXPECT_THROW(run({.chromosomes = 0})(), ValueError);
  EXPECT_THAT(run({.samples = 2, .populations = 3}),
              throws_ending<ValueError>("[simulate] populations must be from 1 to the number of "
                                        "samples and 65536, not 3"));
  EXPECT_THROW(run({.populations = 0})(), ValueError);
  EXPECT_THROW(run({.fst = 1})(), ValueError);
  EXPECT_THROW(run({.fst = -0.1})(), ValueError);
  EXPECT_THROW(run({.fst = std::nan("")})(), ValueError);
  EXPECT_THROW(run({.min_maf = 0})(), ValueError);
  EXPECT_THROW(run({.max_maf = 0.6})(), ValueError);
  EXPECT_THROW(run({.min_maf = 0.3, .max_maf = 0.2})(), ValueError);
  EXPECT_THROW(run({.missing_rate = 1})(), ValueError);
  EXPECT_THROW(run({.heritability = 1.5})(), ValueError);
  EXPECT_THROW(run({.snps = 10, .causal_snps = 11})(), ValueError);
  EXPECT_THAT(
      run({.causal_snps = 0}),
      throws_ending<ValueError>("[simulate] without causal SNPs the heritability must be 0, "
                                "not 0.5"));
  EXPECT_TRUE(folder.names().empty());
}

TEST(Simulate, RefusesMoreThanMemoryHolds) {
  const TempFolder folder;
  constexpr std::int64_t kMany = 1'000'000'000'000;
  EXPECT_THROW(simulate(folder / "sim", {.samples = kMany}), MemoryPlanError);
  EXPECT_THROW(simulate(folder / "sim", {.snps = kMany, .causal_snps = kMany}), MemoryPlanError);
  EXPECT_TRUE(folder.names().empty());
}

TEST(Simulate, LeavesNothingBehindWhereItCannotWrite) {
  const TempFolder folder;
  EXPECT_THROW(simulate(folder / "missing" / "sim", {.samples = 10, .snps = 10, .causal_snps = 1}),
               IoError);
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace loom::gwas
