#include "loom/gwas/clumping.h"

#include <cmath>
#include <numeric>

#include "data_fixture.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

/// SNPs of eight samples at the positions given, those with the same letter alike.
class Clumping : public testing::Test {
 protected:
  static constexpr std::int64_t kSamples = 8;

  void add(const std::string& id, std::int64_t position, double p, const std::string& genotypes,
           const std::string& chromosome = "1") {
    bim_ += chromosome + "\t" + id + "\t0\t" + std::to_string(position) + "\tA\tC\n";
    genotypes_.push_back(genotypes);
    hits_.push_back({chromosome, id, position, p, -std::log10(p)});
  }

  Clumps clumps(const ClumpThresholds& thresholds = {}) {
    std::string fam;
    for (std::int64_t i = 0; i < kSamples; ++i) fam += "F I" + std::to_string(i) + " 0 0 1 1\n";
    const SmallPlink data(bim_, fam, kBedMagic + pack(genotypes_));
    BedReader reader = data.open();
    std::vector<std::int64_t> samples(kSamples);
    std::iota(samples.begin(), samples.end(), 0);
    return form_clumps(reader, samples, hits_, thresholds);
  }

  /// "index: member member" of each clump.
  std::vector<std::string> names(const ClumpThresholds& thresholds = {}) {
    std::vector<std::string> result;
    for (const Clump& clump : clumps(thresholds).clumps) {
      result.push_back(clump.index.id + ":");
      for (const Hit& hit : clump.members) result.back() += " " + hit.id;
    }
    return result;
  }

  const std::string one_ = "01200120", other_ = "20010210";  // r2 is small
  std::string bim_;
  std::vector<std::string> genotypes_;
  std::vector<Hit> hits_;
};

TEST_F(Clumping, TheStrongestHitTakesWhatIsLinkedToIt) {
  add("a", 1000, 1e-9, one_);
  add("b", 2000, 1e-12, one_);
  add("c", 3000, 1e-3, other_);
  add("d", 4000, 1e-10, other_);
  EXPECT_THAT(names(), ElementsAre("b: a", "d: c"));
}

TEST_F(Clumping, ThresholdsAsPlinkHasThem) {
  // An index SNP may have p = p1; a member's p is below p2 and it is nearer than kb.
  add("index", 1000, 5e-8, one_);
  add("weak", 2000, 0.01, one_);
  add("near", 250999, 9e-3, one_);
  add("far", 251000, 9e-3, one_);
  EXPECT_THAT(names(), ElementsAre("index: near"));
  EXPECT_THAT(names({.p1 = 4e-8}), IsEmpty());
  EXPECT_THAT(names({.p2 = 0.5, .kb = 300}), ElementsAre("index: weak near far"));
}

TEST_F(Clumping, R2IsAboveTheThreshold) {
  add("index", 1000, 1e-9, one_);
  add("member", 2000, 1e-3, one_);
  EXPECT_THAT(names({.r2 = 0.999}), ElementsAre("index: member"));
  EXPECT_THAT(names({.r2 = 1}), ElementsAre("index:"));
}

TEST_F(Clumping, OfEqualHitsTheFirstByPosition) {
  add("later", 3000, 1e-9, one_);
  add("first", 2000, 1e-9, one_);
  add("last", 5000, 1e-9, one_);
  EXPECT_THAT(names(), ElementsAre("first: later last"));
}

TEST_F(Clumping, AMemberIsNoIndexAndInOneClumpOnly) {
  add("a", 100'000, 1e-10, one_);
  add("b", 300'000, 1e-9, one_);  // reaches d, but a has it
  add("d", 500'000, 1e-8, one_);
  EXPECT_THAT(names(), ElementsAre("a: b", "d:"));
}

TEST_F(Clumping, ChromosomesAreApart) {
  add("a", 1000, 1e-10, one_);
  add("b", 1000, 1e-9, one_, "2");
  EXPECT_THAT(names(), ElementsAre("a:", "b:"));
}

TEST_F(Clumping, SpansFromTheFirstToTheLast) {
  add("before", 1000, 1e-3, one_);
  add("index", 2000, 1e-9, one_);
  add("after", 9000, 1e-3, one_);
  const Clumps found = clumps();
  ASSERT_EQ(found.clumps.size(), 1u);
  EXPECT_EQ(found.clumps[0].first(), 1000);
  EXPECT_EQ(found.clumps[0].last(), 9000);
  EXPECT_EQ(found.not_found, 0);
}

TEST_F(Clumping, HitsThatTheDataSetLacksAreCounted) {
  add("a", 1000, 1e-9, one_);
  hits_.push_back({"1", "elsewhere", 1500, 1e-12});
  hits_.push_back({"1", "a", 1600, 1e-12});  // another position
  hits_.push_back({"7", "weak and alone", 1600, 1e-3});
  const Clumps found = clumps();
  EXPECT_EQ(found.clumps.size(), 1u);
  EXPECT_EQ(found.not_found, 2);
}

TEST_F(Clumping, OrderOfTheDataSetDoesNotMatter) {
  add("b", 2000, 1e-12, one_);
  add("x", 2000, 1e-9, other_, "2");
  add("a", 1000, 1e-9, one_);
  add("y", 1000, 1e-3, other_, "2");
  EXPECT_THAT(names(), ElementsAre("b: a", "x: y"));
}

TEST(ReadHits, ColumnsByName) {
  const TempFolder folder;
  const ClumpThresholds thresholds{.p1 = 0.5, .p2 = 0.1};
  folder.write("gemma",
               "chr\trs\tps\tn_miss\taf\tp_wald\n1\tx\t7\t0\t0.2\t0.5\n1\ty\t8\t0\t0.2\tnan\n"
               "1\tz\t9\t0\t0.2\t0.6\n1\tn\t-9\t0\t0.2\t0.01\n");
  const std::vector<Hit> hits = read_hits(folder / "gemma", "", thresholds);
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].id, "x");
  EXPECT_EQ(hits[0].position, 7);
  EXPECT_EQ(hits[0].p, 0.5);
  folder.write("plink", " CHR  SNP  BP   P  Q\n  X   x   7  NA  0.01\n");
  EXPECT_TRUE(read_hits(folder / "plink", "", thresholds).empty());
  EXPECT_EQ(read_hits(folder / "plink", "Q", thresholds)[0].chromosome, "X");
}

TEST(ReadHits, KnowsLogarithmsBelowTheSmallestNumber) {
  const TempFolder folder;
  folder.write("f", "chr\trs\tps\tlog10p_wald\n1\tx\t7\t400\n1\ty\t8\t0.5\n1\tz\t9\t3\n");
  const std::vector<Hit> hits = read_hits(folder / "f", "", {.p1 = 1e-8, .p2 = 0.01});
  ASSERT_EQ(hits.size(), 2u);
  EXPECT_EQ(hits[0].p, 0);
  EXPECT_EQ(hits[0].log10p, 400);
  EXPECT_DOUBLE_EQ(hits[1].p, 1e-3);
}

TEST(ReadHits, SaysWhatIsWrong) {
  const TempFolder folder;
  folder.write("f", "chr\trs\tps\tp\n1\tx\t7\n");
  EXPECT_THAT([&] { read_hits(folder / "f", "", {}); },
              ThrowsMessage<IoError>(
                  HasSubstr("f: there is no column 'p_wald'; there are chr, rs, ps, p")));
  EXPECT_THAT([&] { read_hits(folder / "f", "p", {}); },
              ThrowsMessage<IoError>(HasSubstr("f: line 2: expected 4 fields, found 3")));
}

TEST(WriteClumps, ALineForEach) {
  const TempFolder folder;
  const Clump clump{{"1", "a", 2000, 1e-9}, {{"1", "b", 1000, 1e-3}, {"1", "c", 3000, 1e-3}}};
  write_clumps(folder / "c", std::vector{clump, Clump{{"2", "d", 5, 2e-8}, {}}});
  EXPECT_EQ(folder.read("c"),
            "chr\trs\tps\tp\tn_members\tfirst\tlast\tmembers\n"
            "1\ta\t2000\t1.000000e-09\t2\t1000\t3000\tb,c\n"
            "2\td\t5\t2.000000e-08\t0\t5\t5\tNONE\n");
}

}  // namespace
}  // namespace loom::gwas
