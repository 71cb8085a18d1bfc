#include "loom/gwas/output/plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "loom/gwas/output/axes.h"
#include "loom/gwas/output/cairo.h"
#include "loom/support/error.h"
#include "temp_folder.h"
#include "throws_ending.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// Results as a scan would hand them on.
struct Results {
  AssociationSummary summary{LmmTest::wald};
  ManhattanPoints points{LmmTest::wald};

  void add(const Snp& snp, double log10p) {
    AssociationRow row;
    row.log10p_wald = log10p;
    summary.add({&snp, 1}, {&row, 1});
    points.add({&snp, 1}, {&row, 1});
  }
  /// SNPs without effects.
  void add_null(const std::string& chromosome, std::int64_t count) {
    std::mt19937_64 random(5);  // any seed does: only their number matters
    std::uniform_real_distribution<double> p;
    std::vector<Snp> snps;
    std::vector<AssociationRow> rows;
    for (std::int64_t i = 0; i < count; ++i) {
      snps.push_back({chromosome, "rs" + std::to_string(i), 0, 1000 * (i + 1), "A", "G"});
      rows.emplace_back().snp = i;
      rows.back().log10p_wald = -std::log10(p(random));
    }
    summary.add(snps, rows);
    points.add(snps, rows);
  }
};

std::int64_t count(const std::string& text, const std::string& part) {
  std::int64_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

class Plot : public testing::Test {
 protected:
  void SetUp() override {
    try {
      check_plotting();
    } catch (const Error& error) {
      GTEST_SKIP() << error.what();
    }
  }
  std::string manhattan(const Results& results, const std::string& name = "m.svg") const {
    write_manhattan_plot(folder_ / name, results.points, results.summary, "title");
    return folder_.read(name);
  }
  std::string quantiles(const Results& results, const std::string& name = "q.svg") const {
    write_quantile_plot(folder_ / name, results.summary, "title");
    return folder_.read(name);
  }

  TempFolder folder_;
};

TEST(PlotLibrary, IsNamedWithItsPackageWhereItIsMissing) {
  EXPECT_THAT([] { load_cairo("libthere-is-none.so"); },
              testing::ThrowsMessage<Error>(testing::AllOf(
                  StartsWith("[plot] pictures are drawn by the library cairo, which cannot be "
                             "loaded (libthere-is-none.so: "),
                  testing::EndsWith("on Debian and Ubuntu it is in the package libcairo2"))));
}

TEST_F(Plot, IsAPngOfItsSize) {
  Results results;
  results.add_null("1", 500);
  const std::string png = manhattan(results, "m.png");
  EXPECT_THAT(png, StartsWith("\x89PNG\r\n\x1a\n"));
  // Width and height of the header chunk, big-endian: three pixels to each of 860 x 350 points.
  EXPECT_EQ(png.substr(16, 8), std::string("\0\0\x0a\x14\0\0\x04\x1a", 8));
  EXPECT_THAT(quantiles(results, "q.png"), StartsWith("\x89PNG\r\n\x1a\n"));
}

TEST_F(Plot, DrawsEachOfAFewSnps) {
  Results results;
  results.add_null("1", 500);
  const std::int64_t before = count(manhattan(results), "<path");
  results.add({"1", "rs-hit", 0, 250'500, "A", "G"}, 12);
  const std::string with_hit = manhattan(results);
  // A dot. The axis has other numbers than before, a few more or less, and other glyphs.
  EXPECT_GT(before, 450);
  EXPECT_NE(count(with_hit, "<path"), before);
  EXPECT_GT(count(quantiles(results), "<path"), 300);
}

TEST_F(Plot, StaysSmallWithManySnps) {
  Results results;
  for (int chromosome = 1; chromosome <= 20; ++chromosome) {
    results.add_null(std::to_string(chromosome), 5'000);
  }
  const std::string svg = manhattan(results);
  EXPECT_THAT(svg, HasSubstr("<image"));
  EXPECT_LT(svg.size(), 4U << 20);
  EXPECT_LT(quantiles(results).size(), 1U << 20);
}

TEST_F(Plot, OfNoSnps) {
  EXPECT_THAT(manhattan({}), HasSubstr("</svg>"));
  EXPECT_THAT(quantiles({}), HasSubstr("</svg>"));
}

TEST_F(Plot, OfExtremesAndNamesOfAnyBytes) {
  Results results;
  results.add({"1", "rs1", 0, 1, "A", "G"}, std::numeric_limits<double>::infinity());
  results.add({"1", "rs2", 0, 2, "A", "G"}, 0);
  results.add({"scaffold\xff\xc3", std::string(500, 'A'), 0, -9, "A", "G"}, 2000);
  results.add({"scaffold\xff\xc3", "rs4", 0, 0, "A", "G"},
              std::numeric_limits<double>::quiet_NaN());
  EXPECT_THAT(manhattan(results), HasSubstr("</svg>"));
  EXPECT_THAT(quantiles(results), HasSubstr("</svg>"));
}

TEST_F(Plot, RefusesOtherKindsOfFiles) {
  EXPECT_THAT([&] { manhattan({}, "m.pdf"); },
              throws_ending<ValueError>("m.pdf: expected a name that ends in .png or .svg"));
  EXPECT_THROW(manhattan({}, "missing/m.png"), IoError);
  EXPECT_TRUE(folder_.names().empty());
}

constexpr std::size_t kFewPoints = 4096;

ManhattanPoints few_points() { return ManhattanPoints(LmmTest::wald, kFewPoints); }

TEST(ManhattanPoints, KeepWhatCanBeToldApart) {
  Results results{.points = few_points()};
  results.add_null("1", 20'000);
  results.add({"2", "rs1", 0, 7, "A", "G"}, 300);
  results.add_null("2", 20'000);
  const std::vector<ManhattanPoints::Point> points = results.points.points();
  EXPECT_LE(points.size(), kFewPoints);
  EXPECT_GT(points.size(), kFewPoints / 4);
  EXPECT_EQ(std::ranges::count(points, 300.0F, &ManhattanPoints::Point::log10p), 1);
  const auto& chromosomes = results.points.chromosomes();
  ASSERT_EQ(chromosomes.size(), 2U);
  EXPECT_EQ(chromosomes[0].last, 20'000'000);
  EXPECT_EQ(chromosomes[1].first, 7);
  EXPECT_EQ(chromosomes[1].best, "rs1");
  EXPECT_EQ(chromosomes[1].snps, 20'001);
}

TEST(ManhattanPoints, ReturnToAChromosomeAndCountWherePositionsAreMissing) {
  Results results;
  for (const char* chromosome : {"2", "1", "2"}) {
    results.add({chromosome, "rs", 0, 0, "A", "G"}, 1);
  }
  const auto& chromosomes = results.points.chromosomes();
  ASSERT_EQ(chromosomes.size(), 2U);
  EXPECT_EQ(chromosomes[0].name, "2");
  EXPECT_EQ(chromosomes[0].first, 1);
  EXPECT_EQ(chromosomes[0].last, 2);
}

TEST(ManhattanPoints, GoOnWhereTheirStateWasTaken) {
  Results results{.points = few_points()};
  results.add_null("1", 20'000);  // enough to be thinned
  results.add({"2", "rs1", 0, 7, "A", "G"}, 300);
  results.add_null("1", 1000);
  Results resumed{.points = few_points()};
  resumed.points.resume(nlohmann::json::from_cbor(nlohmann::json::to_cbor(results.points.state())));
  for (Results* both : {&results, &resumed}) {
    both->add({"2", "rs2", 0, 9, "A", "G"}, 200);
    both->add_null("2", 10'000);
    both->add_null("3", 10);
  }
  EXPECT_EQ(resumed.points.state(), results.points.state());
  EXPECT_EQ(resumed.points.chromosomes()[1].best, "rs1");
}

TEST(Ticks, AreRound) {
  EXPECT_THAT(ticks(8, 6), ElementsAre(0, 2, 4, 6, 8));
  EXPECT_THAT(ticks(2.8, 6), ElementsAre(0, 0.5, 1, 1.5, 2, 2.5));
  EXPECT_THAT(ticks(330, 6), ElementsAre(0, 50, 100, 150, 200, 250, 300));
}

}  // namespace
}  // namespace loom::gwas
