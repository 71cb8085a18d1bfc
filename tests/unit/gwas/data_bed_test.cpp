#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "data_fixture.h"
#include "loom/gwas/genotypes/genotype_counts.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;
using testing::IsNan;

void expect_the_small_data(const SmallPlink& files) {
  BedReader data = files.open();
  const std::vector<Snp> snps = all_snps(data);
  ASSERT_EQ(data.snp_count(), 2);
  ASSERT_EQ(data.sample_count(), 5);
  const Snp& snp = snps.at(0);
  EXPECT_EQ(snp.chromosome, "1");
  EXPECT_EQ(snp.id, "rs1");
  EXPECT_EQ(snp.centimorgan, 0.5);
  EXPECT_EQ(snp.position, 1000);
  EXPECT_EQ(snp.allele1, "A");
  EXPECT_EQ(snp.allele0, "G");
  EXPECT_EQ(snps.at(1).chromosome, "X");
  EXPECT_EQ(snps.at(1).allele0, "C");
  EXPECT_EQ(data.samples()[3].family_id, "F4");
  EXPECT_EQ(data.samples()[4].individual_id, "I5");
}

TEST(BedReader, ReadsSnpsAndSamples) { expect_the_small_data(SmallPlink()); }

TEST(BedReader, AcceptsCrlfMissingFinalNewlineAndBlankEnd) {
  expect_the_small_data(SmallPlink(with_crlf(kBim), with_crlf(kFam)));
  expect_the_small_data(
      SmallPlink(kBim.substr(0, kBim.size() - 1), kFam.substr(0, kFam.size() - 1)));
  expect_the_small_data(SmallPlink(kBim + "\n  \r\n", kFam + "\n\n"));
}

TEST(BedReader, ReadsCompressedTextFiles) {
  const SmallPlink files;
  std::filesystem::remove(files.prefix + ".fam");
  std::filesystem::remove(files.prefix + ".bim");
  write_gz(files.folder, "data.fam.gz", kFam);
  write_gz(files.folder, "data.bim.gz", kBim);
  expect_the_small_data(files);
  EXPECT_THAT(files.open().one_row_per_sample().reason, testing::EndsWith("data.fam.gz"));
}

TEST(BedReader, ReadsBlocksFromWhereverItIsToldTo) {
  const SmallPlink files;
  BedReader data = files.open();
  const std::string expected = pack(kGenotypes);
  for (int round = 0; round < 2; ++round) {
    const GenotypeBlock block = data.read(7);
    ASSERT_EQ(block.packed.shape(), (Dims{2, 2}));
    EXPECT_TRUE(block.all_packed());
    EXPECT_TRUE(std::ranges::equal(
        block.packed.span<const std::uint8_t>(), expected,
        [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }));
    EXPECT_EQ(data.fraction_read(), 1);
    EXPECT_EQ(data.read(7).size(), 0);
    data.seek(1);
    EXPECT_EQ(data.fraction_read(), 0.5);
    EXPECT_EQ(data.read(7).snps.at(0).id, "rs2");
    data.seek(0);
  }
}

// The bit pairs of PLINK's specification: 00 two copies of A1, 01 missing, 10 heterozygous, 11
// none.
TEST(BedReader, CodesAreThoseOfTheSpecification) {
  const SmallPlink files("1 rs1 0 1 A G\n", "1 1 0 0 0 1\n1 2 0 0 0 1\n1 3 0 0 0 1\n1 4 0 0 0 1\n",
                         kBedMagic + static_cast<char>(0b11'10'01'00));
  const SampleSubset all = SampleSubset::all(4);
  std::vector<double> decoded(4);
  all.decode(files.open().packed(0, 1), genotype_values(-1), decoded.data());
  EXPECT_THAT(decoded, ElementsAre(2, -1, 1, 0));
}

TEST(BedReader, PhenotypesKnowBothCodesOfMissing) {
  const SmallPlink files;
  const std::int64_t first = 1;
  const auto phenotypes = files.open().phenotypes({&first, 1});
  ASSERT_EQ(phenotypes.size(), 1);
  EXPECT_THAT(phenotypes[0], ElementsAre(0.5, IsNan(), IsNan(), -2.5, 7));
}

TEST(BedReader, OnlyTheSelectedPhenotypesMustBeNumbers) {
  const SmallPlink files;
  const std::vector<std::int64_t> columns = {2, 1};
  EXPECT_THAT([&] { files.open().phenotypes(columns); },
              throws_ending<IoError>("data.fam: line 3, field 7: expected a number, found 'x'"));
}

TEST(BedReader, RefusesOtherMagicBytes) {
  const auto open_bed = [](const std::string& bed) {
    return [bed] { SmallPlink(kBim, kFam, bed).open(); };
  };
  const std::string rows = pack(kGenotypes);
  EXPECT_THAT(
      open_bed("\x1f\x8b\x08" + rows),
      throws_ending<IoError>("data.bed: not a PLINK .bed file: it must begin with the bytes "
                             "6c 1b 01, found 1f 8b 08"));
  EXPECT_THAT(open_bed("\x6c\x1b"), throws_ending<IoError>("6c 1b 01, found 6c 1b"));
  EXPECT_THAT(open_bed(""), throws_ending<IoError>("found an empty file"));
  EXPECT_THAT(
      open_bed(std::string("\x6c\x1b\x00", 3) + rows),
      throws_ending<IoError>("data.bed: the genotypes are stored sample by sample (bytes 6c "
                             "1b 00); rewrite the file SNP by SNP with 'plink --make-bed'"));
}

TEST(BedReader, RefusesABedFileOfAnotherSize) {
  const std::string bed = kBedMagic + pack(kGenotypes);
  for (const std::string& wrong : {bed.substr(0, bed.size() - 1), bed + 'x'}) {
    const std::string found = "found " + std::to_string(wrong.size());
    EXPECT_THAT([&] { SmallPlink(kBim, kFam, wrong).open(); },
                testing::ThrowsMessage<IoError>(testing::AllOf(
                    testing::HasSubstr("data.bed: expected 7 bytes for 2 SNPs ("),
                    testing::HasSubstr("data.bim) and 5 samples ("), testing::EndsWith(found))));
  }
}

TEST(BedReader, RefusesGenotypesBehindTheLastSample) {
  const std::string four_samples = kFam.substr(0, kFam.find("F5"));
  const std::string three_samples = kFam.substr(0, kFam.find("F4"));
  const std::string bed = kBedMagic + pack({"0122", "2210"});  // the last code of rs1 is zero
  EXPECT_EQ(SmallPlink(kBim, four_samples, bed).open().sample_count(), 4);
  EXPECT_THAT([&] { SmallPlink(kBim, three_samples, bed).open(); },
              testing::ThrowsMessage<IoError>(
                  testing::HasSubstr("data.bed: SNP 2 has genotypes of more than 3 samples (")));
}

// A carriage return ends no line but before a newline.
TEST(BedReader, ACarriageReturnWithinALineIsPartOfAField) {
  const std::string fam =
      "F1 I\r1 0 0 1 0.5\nF2 I2 0 0 2 -9\nF3 I3 0 0 1 1\nF4 I4 0 0 2 2\n"
      "F5 I5 0 0 1 3\n";
  const SmallPlink files(kBim, fam);
  EXPECT_EQ(files.open().samples()[0].individual_id, "I\r1");
}

TEST(BedReader, RefusesMalformedLines) {
  const auto open_with = [](const std::string& bim, const std::string& fam) {
    return [bim, fam] { SmallPlink(bim, fam).open(); };
  };
  EXPECT_THAT(open_with("1 rs1 0 1 A G\n1 rs2 0 2 A\n", kFam),
              throws_ending<IoError>("data.bim: line 2: expected 6 fields, found 5"));
  EXPECT_THAT(open_with("1 rs1 0 1 A G\n\n1 rs2 0 2 A G\n", kFam),
              throws_ending<IoError>("data.bim: line 2: expected 6 fields, found 0"));
  EXPECT_THAT(
      open_with("1 rs1 0 1kb A G\n", kFam),
      throws_ending<IoError>("data.bim: line 1, field 4: expected a position in base pairs, "
                             "found '1kb'"));
  EXPECT_THAT(open_with("1 rs1 x 1 A G\n", kFam),
              throws_ending<IoError>("data.bim: line 1, field 3: expected a number, found 'x'"));
  EXPECT_THAT(open_with(kBim, "F1 I1 0 0 1\n"),
              throws_ending<IoError>("data.fam: line 1: expected at least 6 fields, found 5"));
  EXPECT_THAT(open_with("\n", kFam), throws_ending<IoError>("data.bim: there are no SNPs in it"));
  EXPECT_THAT(open_with(kBim, ""), throws_ending<IoError>("data.fam: there are no samples in it"));
}

TEST(BedReader, NamesTheFileThatIsNotThere) {
  const TempFolder folder;
  EXPECT_THAT([&] { BedReader(folder / "none"); },
              testing::ThrowsMessage<IoError>(testing::HasSubstr("none.bim: cannot open")));
}

}  // namespace
}  // namespace loom::gwas
