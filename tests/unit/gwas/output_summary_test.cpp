#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "loom/gwas/output/association_summary.h"
#include "loom/gwas/output/diagnostics.h"
#include "loom/gwas/output/filter_file.h"
#include "temp_folder.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// -log10 of p values of a test whose chi^2 statistics are `inflation` times too large.
std::vector<double> inflated(std::size_t count, double inflation) {
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal;
  std::vector<double> values(count);
  for (double& value : values) {
    value = -std::log10(std::erfc(std::abs(normal(random)) * std::sqrt(inflation / 2)));
  }
  return values;
}

TEST(PValueTally, HasTheInflationOfTheDiagnostics) {
  for (const std::size_t count : {1U, 2U, 1001U, 20000U}) {
    const std::vector<double> values = inflated(count, 1.3);
    std::vector<double> p;
    PValueTally exact, counted(0);
    for (const double value : values) {
      p.push_back(std::pow(10.0, -value));
      exact.add(value);
      counted.add(value);
    }
    EXPECT_DOUBLE_EQ(exact.inflation(), genomic_inflation(p)) << count;
    EXPECT_NEAR(counted.inflation(), exact.inflation(), 1e-4 * exact.inflation()) << count;
  }
}

TEST(PValueTally, IsWithinItsBoundForAnyInflation) {
  for (const double inflation : {0.5, 1.0, 3.0, 20.0}) {
    PValueTally exact, counted(100);
    for (const double value : inflated(5001, inflation)) {
      exact.add(value);
      counted.add(value);
    }
    EXPECT_NEAR(counted.inflation(), exact.inflation(), 1e-4 * exact.inflation());
  }
}

TEST(PValueTally, LeavesNanOutAndKeepsExtremes) {
  PValueTally tally;
  EXPECT_TRUE(std::isnan(tally.inflation()));
  for (const double value :
       {kNan, 0.0, 0.3, 5000.0, 5000.0, 1e300, std::numeric_limits<double>::infinity()}) {
    tally.add(value);
  }
  EXPECT_EQ(tally.count(), 6);
  const std::vector<PValueTally::Step> steps = tally.steps();
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(steps[0].count, 2);
  EXPECT_NEAR(steps[1].log10p, 5000, 5000 / 4096.0);
  EXPECT_EQ(steps[1].count, 2);
  EXPECT_NEAR(steps[2].log10p, 0.3, 0.3 / 4096);
  EXPECT_NEAR(steps[3].log10p, 0, 1e-6);
}

AssociationRow row(std::int64_t snp, double log10p) {
  AssociationRow result;
  result.snp = snp;
  result.af = 0.25;
  result.beta = -0.125;
  result.se = 0.5;
  result.p_wald = std::pow(10.0, -log10p);
  result.log10p_wald = log10p;
  return result;
}

std::vector<std::string> top_names(const AssociationSummary& summary) {
  std::vector<std::string> names;
  for (const AssociationHit& hit : summary.top()) names.push_back(hit.snp.id);
  return names;
}

TEST(AssociationSummary, KeepsTheBestInOrder) {
  AssociationSummary summary(LmmTest::wald, 3);
  EXPECT_TRUE(summary.top().empty());
  const std::vector<Snp> first = {
      {"1", "a", 0, 1, "A", "G"}, {"1", "b", 0, 2, "A", "G"}, {"1", "c", 0, 3, "A", "G"}};
  const std::vector<Snp> second = {{"2", "d", 0, 4, "A", "G"}, {"2", "e", 0, 5, "A", "G"}};
  summary.add(first, std::vector{row(0, 2), row(1, 5), row(2, kNan)});
  EXPECT_THAT(top_names(summary), ElementsAre("b", "a"));
  summary.add(second, std::vector{row(1, 9), row(0, 5)});
  EXPECT_THAT(top_names(summary), ElementsAre("e", "b", "d"));
  summary.add(first, std::vector{row(0, 5), row(2, 1)});
  EXPECT_THAT(top_names(summary), ElementsAre("e", "b", "d")) << "the first of equals stays";
  EXPECT_EQ(summary.tested(), 7);
  EXPECT_EQ(summary.p_values().count(), 6);
}

TEST(AssociationSummary, IsAText) {
  const TempFolder folder;
  AssociationSummary summary(LmmTest::wald, 1);
  const std::vector<Snp> snps = {{"X", "rs1", 0, 17, "TT", "-"}};
  summary.add(snps, std::vector{row(0, 0.3), row(0, 8), row(0, kNan)});
  summary.write(folder / "a.summary.txt");
  // The median of 10^-0.3 and 10^-8 as chi^2: (0.4527 + 32.8413) / 2 / 0.45494.
  EXPECT_EQ(folder.read("a.summary.txt"),
            "SNPs tested\t3\n"
            "without a p value\t1\n"
            "genomic inflation of p_wald\t36.5916\n"
            "p_wald below 5e-8\t1\n"
            "\n"
            "chr\trs\tps\tn_miss\tallele1\tallele0\taf\tbeta\tse\tp_wald\tlog10p_wald\n"
            "X\trs1\t17\t0\tTT\t-\t0.250\t-0.125\t0.5\t1e-08\t8\n");
}

TEST(AssociationSummary, GoesOnWhereItsStateWasTaken) {
  const std::vector<Snp> snps = {
      {"1", "a", 0.5, 1, "A", "G"}, {"1", "b", 0, 2, "T", "G"}, {"2", "c", 0, 3, "A", "-"}};
  for (const std::int64_t exact : {1'000, 4}) {
    AssociationSummary all(LmmTest::wald, 2, exact), first = all, second = all;
    const auto add = [&](AssociationSummary& part, std::int64_t snp, double log10p) {
      for (AssociationSummary* summary : {&all, &part}) {
        summary->add(snps, std::vector{row(snp, log10p)});
      }
    };
    add(first, 0, 9);
    add(first, 1, 1e300);
    add(first, 2, kNan);
    add(first, 2, 0.7);
    second.resume(nlohmann::json::from_cbor(nlohmann::json::to_cbor(first.state())));
    EXPECT_EQ(second.text(), first.text());
    add(second, 2, 9);
    add(second, 1, std::numeric_limits<double>::infinity());
    add(second, 0, 0.2);
    EXPECT_EQ(second.text(), all.text());
    EXPECT_EQ(second.tested(), 7);
  }
}

TEST(AssociationSummary, GoesByTheTestThatIsThere) {
  AssociationSummary summary(Analysis(false, 2));
  AssociationRow tested;
  tested.log10p_lrt = 3;
  summary.add(std::vector{Snp{"1", "rs1", 0, 1, "A", "G"}}, std::vector{tested});
  EXPECT_EQ(summary.column().name, "log10p_lrt");
  EXPECT_EQ(summary.p_values().count(), 1);
  EXPECT_THAT(summary.text(), testing::HasSubstr("\taf\tp_lrt\tlog10p_lrt\n"));
}

TEST(FilterReport, HasALineForEachSnp) {
  const TempFolder folder;
  const Snp snp{"1", "rs1", 0, 1234, "A", "G"};
  FilterReportWriter out(folder / "a.filter.txt", {.max_missing = 0.05, .min_maf = 0.01});
  out.add(snp, SnpVerdict::missing, 0.0625);
  out.add(snp, SnpVerdict::frequency, 0.001);
  out.add(snp, SnpVerdict::not_listed, kNan);
  out.commit();
  EXPECT_EQ(folder.read("a.filter.txt"),
            "chr\trs\tps\tfilter\tvalue\tthreshold\n"
            "1\trs1\t1234\tmiss\t0.0625\t0.05\n"
            "1\trs1\t1234\tmaf\t0.001\t0.01\n"
            "1\trs1\t1234\tnot_listed\tNA\tNA\n");
}

TEST(FilterReport, GoesOnAtACheckpoint) {
  const TempFolder folder;
  const Snp snp{"1", "rs1", 0, 1234, "A", "G"};
  std::int64_t position = 0;
  {
    auto out = FilterReportWriter::resumable(folder / "f", {});
    out.add(snp, SnpVerdict::monomorphic, kNan);
    position = out.checkpoint();
    out.add(snp, SnpVerdict::monomorphic, kNan);
    out.checkpoint();
  }
  auto out = FilterReportWriter::resumable(folder / "f", {}, position);
  out.add(snp, SnpVerdict::hardy_weinberg, 1e-9);
  out.commit();
  EXPECT_EQ(folder.read("f"),
            "chr\trs\tps\tfilter\tvalue\tthreshold\n"
            "1\trs1\t1234\tmonomorphic\tNA\tNA\n1\trs1\t1234\thwe\t1e-09\t0\n");
}

}  // namespace
}  // namespace loom::gwas
