#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "data_fixture.h"
#include "loom/gwas/genotypes/bimbam.h"
#include "loom/support/compression.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"
#include "reader_fixture.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNan;

const std::string kGeno = "rs1, A, G, 0, 1, 2\nrs2 T C 0.5\t1.25 NA\n\trs3,,C , T,2,NA,0  \n";
const std::string kAnnotation = "rs3, 30, X\nrs1\t10\t1\t0.5\n";

/// A file of genotypes, and one of places where it is not empty.
struct SmallBimbam {
  TempFolder folder;
  std::string geno, annotation;

  explicit SmallBimbam(const std::string& text = kGeno, const std::string& places = "")
      : geno(folder.write("geno.txt", text)) {
    if (!places.empty()) annotation = folder.write("anno.txt", places);
  }
  BimbamReader open() const { return BimbamReader(geno, annotation); }
  std::vector<std::vector<double>> rows() const {
    BimbamReader reader = open();
    return rows_of(reader.read(100), reader.sample_count());
  }
};

std::vector<double> dosages_of(const std::string& fields) {
  return SmallBimbam("rs1 A G " + fields).rows().at(0);
}

void expect_the_small_data(BimbamReader reader) {
  ASSERT_EQ(reader.sample_count(), 3);
  const GenotypeBlock block = reader.read(100);
  ASSERT_EQ(block.size(), 3);
  const auto rows = rows_of(block, 3);
  EXPECT_THAT(rows[0], ElementsAre(0, 1, 2));
  EXPECT_THAT(rows[1], ElementsAre(0.5, 1.25, IsNan()));
  EXPECT_THAT(rows[2], ElementsAre(2, IsNan(), 0));
  EXPECT_EQ(reader.read(100).size(), 0);
}

TEST(BimbamReader, ReadsSnpsAndSamples) {
  const SmallBimbam files(kGeno, kAnnotation);
  BimbamReader reader = files.open();
  EXPECT_EQ(reader.snp_count(), std::nullopt);
  EXPECT_EQ(reader.samples()[2].family_id, "");
  EXPECT_EQ(reader.samples()[2].individual_id, "3");
  EXPECT_THAT(reader.one_row_per_sample().reason, testing::EndsWith("geno.txt"));
  EXPECT_THAT(reader.files(), ElementsAre(files.geno, files.annotation));
  const std::vector<Snp> snps = all_snps(reader);
  ASSERT_EQ(snps.size(), 3);
  EXPECT_EQ(snps[0].id, "rs1");
  EXPECT_EQ(snps[0].allele1, "A");
  EXPECT_EQ(snps[0].allele0, "G");
  EXPECT_EQ(snps[0].chromosome, "1");
  EXPECT_EQ(snps[0].position, 10);
  EXPECT_EQ(snps[0].centimorgan, 0.5);
  EXPECT_EQ(snps[2].id, "rs3");
  EXPECT_EQ(snps[2].chromosome, "X");
  EXPECT_EQ(snps[2].allele1, "C");
}

TEST(BimbamReader, PacksWhatHasNoFractions) {
  const SmallBimbam files;
  BimbamReader reader = files.open();
  const GenotypeBlock block = reader.read(100);
  EXPECT_EQ(block.places[0].kind, GenotypeKind::packed);
  EXPECT_EQ(block.places[1].kind, GenotypeKind::dosage);
  EXPECT_EQ(block.places[2].kind, GenotypeKind::packed);
}

TEST(BimbamReader, TakesAnyLineEnds) {
  expect_the_small_data(SmallBimbam().open());
  expect_the_small_data(SmallBimbam(with_crlf(kGeno)).open());
  expect_the_small_data(SmallBimbam(kGeno.substr(0, kGeno.size() - 1)).open());
  expect_the_small_data(SmallBimbam(kGeno + "\n \r\n").open());
}

TEST(BimbamReader, ReadsCompressedFiles) {
  const TempFolder folder;
  write_gz(folder, "anno.txt.gz", kAnnotation);
  expect_the_small_data(
      BimbamReader(write_gz(folder, "geno.txt.gz", kGeno), folder / "anno.txt.gz"));
  expect_the_small_data(
      BimbamReader(folder.write("geno.zst", compress_block(Compression::zstd, kGeno))));
}

TEST(BimbamReader, ReadsBlocksFromWhereverItIsToldTo) {
  const SmallBimbam files;
  BimbamReader reader = files.open();
  const auto names = [&](std::int64_t count) {
    std::vector<std::string> found;
    for (const Snp& snp : reader.read(count).snps) found.push_back(snp.id);
    return found;
  };
  EXPECT_THAT(names(2), ElementsAre("rs1", "rs2"));
  EXPECT_THAT(names(2), ElementsAre("rs3"));
  reader.seek(1);
  EXPECT_THAT(names(1), ElementsAre("rs2"));
  reader.seek(2);
  EXPECT_THAT(names(1), ElementsAre("rs3"));
  reader.seek(0);
  EXPECT_THAT(names(1), ElementsAre("rs1"));
  reader.seek(7);
  EXPECT_THAT(names(1), IsEmpty());
  EXPECT_EQ(reader.fraction_read(), 1);
  EXPECT_THAT(reader.files(), ElementsAre(files.geno));
}

// All of these take the short way but the last five, and give the double that is nearest.
TEST(BimbamReader, ReadsEveryWayToWriteANumber) {
  EXPECT_THAT(dosages_of("1 0.1 1. .5 00.250 1.999999 0.30000000000000004 1e-3 1.5E0 +1 -0.0"),
              ElementsAre(1, 0.1, 1, 0.5, 0.25, 1.999999, 0.30000000000000004, 0.001, 1.5, 1, 0));
}

TEST(BimbamReader, ReadsDecimalsAsTheStandardLibraryDoes) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  std::string fields;
  std::vector<double> expected;
  for (int i = 0; i < 5000; ++i) {
    const int digits = static_cast<int>(random() % 17);
    const std::string text =
        fmt::format("{:.{}f}", std::uniform_real_distribution(0.0, 2.0)(random), digits);
    fields += ' ' + text;
    expected.push_back(std::stod(text));
  }
  EXPECT_EQ(dosages_of(fields), expected);
}

TEST(BimbamReader, TakesDosagesOutsideOfWhatCopiesAreWithAWarning) {
  const SmallBimbam files("rs1 A G 0 1 2\nrs2 A G -0.5 3 2.5\nrs3 A G 1 2 -9\n");
  BimbamReader reader = files.open();
  EXPECT_THAT(rows_of(reader.read(10), 3)[1], ElementsAre(-0.5, 3, 2.5));
  const auto warning = testing::EndsWith(
      "geno.txt: 4 dosages are outside [0, 2], the first at line 2, field 4: -0.5");
  EXPECT_THAT(reader.warnings(), ElementsAre(warning));
  reader.seek(0);
  EXPECT_THAT(reader.warnings(), IsEmpty());
  reader.read(10);
  EXPECT_THAT(reader.warnings(), ElementsAre(warning));
}

TEST(BimbamReader, RefusesWhatIsNoDosage) {
  for (const std::string field :
       {"x", "nan", "inf", "-", ".", "1.2.3", "0x1", "1e999", "na", "1;"}) {
    EXPECT_THAT([&] { SmallBimbam("rs1 A G 0 1\nrs2 A G 1 " + field + "\n").rows(); },
                throws_ending<IoError>(
                    "geno.txt: line 2, field 5: expected a dosage or NA, found '" + field + "'"));
  }
}

TEST(BimbamReader, RefusesMalformedLines) {
  const auto reading = [](const std::string& text) { return [text] { SmallBimbam(text).rows(); }; };
  EXPECT_THAT(reading("rs1 A G 0 1\nrs2 A G 0\n"),
              throws_ending<IoError>("geno.txt: line 2: expected 2 dosages as on line 1, found 1"));
  EXPECT_THAT(reading("rs1 A G 0 1\nrs2 A G 0 1 2\n"),
              throws_ending<IoError>("geno.txt: line 2: expected 2 dosages as on line 1, found 3"));
  EXPECT_THAT(reading("rs1 A G 0 1\nrs2\n"),
              throws_ending<IoError>("geno.txt: line 2: expected 2 dosages as on line 1, found 0"));
  EXPECT_THAT(reading("rs1 A G 0 1\n\nrs2 A G 0 1\n"),
              throws_ending<IoError>("geno.txt: line 2 is empty"));
  EXPECT_THAT(reading("rs1 A G\n"),
              throws_ending<IoError>("geno.txt: line 1: expected a name, two alleles and dosages, "
                                     "found 'rs1 A G'"));
  EXPECT_THAT(reading("\n"), throws_ending<IoError>("geno.txt: there are no SNPs in it"));
  EXPECT_THAT(reading(""), throws_ending<IoError>("geno.txt: there are no SNPs in it"));
}

TEST(BimbamReader, NamesTheFirstErrorOnAnyNumberOfThreads) {
  std::string text;
  for (int i = 1; i <= 2000; ++i) text += fmt::format("rs{} A G 0 {}\n", i, i % 900 ? "1" : "?");
  const SmallBimbam files(text);
  for (const int threads : {1, 4}) {
    set_num_threads(threads);
    EXPECT_THAT(
        [&] { files.open().read(2000); },
        throws_ending<IoError>("geno.txt: line 900, field 5: expected a dosage or NA, found '?'"));
  }
  set_num_threads(0);
}

TEST(BimbamReader, ReadsMoreThanOnePieceOfText) {
  constexpr int kSnps = 300, kSamples = 20000;  // 12 MB: three pieces
  std::string text;
  for (int i = 0; i < kSnps; ++i) {
    text += fmt::format("rs{} A G", i);
    for (int j = 0; j < kSamples; ++j) text += i == j ? " 2" : " 0";
    text += '\n';
  }
  const SmallBimbam files(text);
  BimbamReader reader = files.open();
  ASSERT_EQ(reader.sample_count(), kSamples);
  const GenotypeBlock block = reader.read(kSnps + 1);
  ASSERT_EQ(block.size(), kSnps);
  ASSERT_TRUE(block.all_packed());
  const auto rows = rows_of(block, kSnps);
  for (int i = 0; i < kSnps; ++i) {
    const auto row = static_cast<std::size_t>(i);
    EXPECT_EQ(block.snps[row].id, fmt::format("rs{}", i));
    for (int j = 0; j < kSnps; ++j) {
      ASSERT_EQ(rows[row][static_cast<std::size_t>(j)], i == j ? 2 : 0);
    }
  }
}

TEST(BimbamReader, HasNoPhenotypes) {
  const std::int64_t first = 1;
  EXPECT_THAT(
      [&] {
        SmallBimbam().open().phenotypes({&first, 1});
      },
      throws_ending<ValueError>("geno.txt has none: give a file of phenotypes"));
}

TEST(Annotation, KnowsNothingOfOtherSnps) {
  const TempFolder folder;
  const Annotation annotation(folder.write("a", "rs1 10 1\nrs2 NA NA NA\nrs1 20 2 0.5\n"));
  const auto place = [&](const std::string& id) {
    Snp snp;
    snp.id = id;
    annotation.locate(snp);
    return fmt::format("{} {} {}", snp.chromosome, snp.position, snp.centimorgan);
  };
  EXPECT_EQ(place("rs1"), "2 20 0.5") << "the last line counts";
  EXPECT_EQ(place("rs2"), "-9 -9 -9");
  EXPECT_EQ(place("rs3"), "-9 -9 -9");
}

TEST(Annotation, RefusesMalformedLines) {
  const TempFolder folder;
  const auto reading = [&](const std::string& text) {
    return [&, text] { Annotation{folder.write("anno.txt", text)}; };
  };
  EXPECT_THAT(reading("rs1 10 1\nrs2 10\n"),
              throws_ending<IoError>(
                  "anno.txt: line 2: expected name, position and chromosome, found 2 fields"));
  EXPECT_THAT(reading("rs1 10 1\n\nrs2 10 1"),
              throws_ending<IoError>(
                  "anno.txt: line 2: expected name, position and chromosome, found 0 fields"));
  EXPECT_THAT(reading("rs1 10kb 1\n"),
              throws_ending<IoError>("anno.txt: line 1, field 2: expected a position in base "
                                     "pairs, found '10kb'"));
  EXPECT_THAT(reading("rs1 10 1 x\n"),
              throws_ending<IoError>("anno.txt: line 1, field 4: expected a number, found 'x'"));
}

}  // namespace
}  // namespace loom::gwas
