#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "bcf_file.h"
#include "data_fixture.h"
#include "loom/gwas/genotypes/vcf.h"
#include "loom/support/compression.h"
#include "loom/support/error.h"
#include "reader_fixture.h"

namespace loom::gwas {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNan;
using testing::ThrowsMessage;

const std::string kMeta =
    "##fileformat=VCFv4.2\n##contig=<ID=1>\n##contig=<ID=X>\n"
    "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"genotype\">\n"
    "##FORMAT=<ID=DS,Number=A,Type=Float,Description=\"dosage\">\n"
    "##FORMAT=<ID=GP,Number=G,Type=Float,Description=\"probabilities\">\n"
    "##FORMAT=<ID=HDS,Number=.,Type=Float,Description=\"haplotypes\">\n"
    "##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"depth\">\n";
const std::string kColumns =
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNA1\tNA2\tNA3\n";

/// A line of a VCF file from "CHROM POS ID REF ALT FORMAT SAMPLE...".
std::string line(std::string_view words) {
  std::string text;
  int field = 0;
  for (const char c : words) {
    text += c == ' ' ? '\t' : c;
    if (c == ' ' && ++field == 5) text += ".\t.\t.\t";
  }
  return text + '\n';
}

const std::string kLines = line("1 10 rs1 G A GT 0/0 0|1 1/1") +
                           line("1 20 . T C,G GT 0/1 0/2 1/2") + line("X 30 . C . GT 0/0 ./. 0/0");

/// A file of three samples.
struct SmallVcf {
  TempFolder folder;
  std::filesystem::path path;

  explicit SmallVcf(const std::string& lines = kLines, const std::string& meta = kMeta,
                    const std::string& columns = kColumns)
      : path(folder.write("data.vcf", meta + columns + lines)) {}

  VcfReader open(const std::string& dosage = "") const { return VcfReader(path, dosage); }
  std::vector<std::vector<double>> rows(const std::string& dosage = "") const {
    VcfReader reader = open(dosage);
    return rows_of(reader.read(100), reader.sample_count());
  }
};

/// The copies of one variant of three samples.
std::vector<double> copies(const std::string& format_and_samples, const std::string& dosage = "") {
  return SmallVcf(line("1 10 rs1 G A " + format_and_samples)).rows(dosage).at(0);
}

void expect_the_small_data(VcfReader reader) {
  ASSERT_EQ(reader.sample_count(), 3);
  const GenotypeBlock block = reader.read(100);
  ASSERT_EQ(block.size(), 3);
  const auto rows = rows_of(block, 3);
  EXPECT_THAT(rows[0], ElementsAre(0, 1, 2));
  EXPECT_EQ(block.places[0].kind, GenotypeKind::packed);
  EXPECT_EQ(block.places[1].kind, GenotypeKind::none);
  EXPECT_THAT(rows[2], ElementsAre(0, IsNan(), 0));
  EXPECT_EQ(reader.read(100).size(), 0);
  EXPECT_THAT(reader.warnings(), IsEmpty());
}

TEST(VcfReader, ReadsSnpsAndSamples) {
  const SmallVcf file;
  VcfReader reader = file.open();
  EXPECT_EQ(reader.snp_count(), std::nullopt);
  EXPECT_EQ(reader.samples()[1].family_id, "");
  EXPECT_EQ(reader.samples()[1].individual_id, "NA2");
  EXPECT_THAT(reader.files(), ElementsAre(file.path));
  const std::vector<Snp> snps = all_snps(reader);
  ASSERT_EQ(snps.size(), 3);
  EXPECT_EQ(snps[0].id, "rs1");
  EXPECT_EQ(snps[0].chromosome, "1");
  EXPECT_EQ(snps[0].position, 10);
  EXPECT_EQ(snps[0].allele1, "A");
  EXPECT_EQ(snps[0].allele0, "G");
  EXPECT_EQ(snps[0].centimorgan, 0);
  EXPECT_EQ(snps[1].id, "1:20:T:C,G");
  EXPECT_EQ(snps[2].id, "X:30:C:.");
  EXPECT_EQ(snps[2].chromosome, "X");
  EXPECT_EQ(snps[2].allele1, ".");
}

TEST(VcfReader, ReadsPlainAndCompressedFiles) {
  expect_the_small_data(SmallVcf().open());
  expect_the_small_data(SmallVcf(kLines.substr(0, kLines.size() - 1)).open());
  const TempFolder folder;
  const std::string text = kMeta + kColumns + kLines;
  expect_the_small_data(VcfReader(write_gz(folder, "data.vcf.gz", text)));
  expect_the_small_data(
      VcfReader(folder.write("data.vcf.bgz", compress_block(Compression::gzip, text) +
                                                 std::string(end_of_blocks(Compression::gzip)))));
  expect_the_small_data(SmallVcf(with_crlf(kLines), kMeta, kColumns).open());
}

TEST(VcfReader, ReadsBlocksFromWhereverItIsToldTo) {
  const SmallVcf file;
  VcfReader reader = file.open();
  const auto positions = [&](std::int64_t count) {
    std::vector<std::int64_t> found;
    for (const Snp& snp : reader.read(count).snps) found.push_back(snp.position);
    return found;
  };
  EXPECT_THAT(positions(2), ElementsAre(10, 20));
  EXPECT_THAT(positions(2), ElementsAre(30));
  reader.seek(1);
  EXPECT_THAT(positions(1), ElementsAre(20));
  reader.seek(2);
  EXPECT_THAT(positions(1), ElementsAre(30));
  reader.seek(0);
  EXPECT_THAT(positions(1), ElementsAre(10));
  reader.seek(7);
  EXPECT_THAT(positions(1), IsEmpty());
  EXPECT_EQ(reader.fraction_read(), 1);
}

TEST(VcfReader, CountsAlternativeAlleles) {
  EXPECT_THAT(copies("GT 0|1 1|0 1|1"), ElementsAre(1, 1, 2));
  EXPECT_THAT(copies("GT 0 1 ."), ElementsAre(0, 2, IsNan())) << "haploid";
  EXPECT_THAT(copies("GT 0/1 1 0"), ElementsAre(1, 2, 0)) << "some haploid";
  EXPECT_THAT(copies("GT ./. ./1 1|."), ElementsAre(IsNan(), IsNan(), IsNan()));
  EXPECT_THAT(copies("DP:GT 7:0/1 8:. 9"), ElementsAre(1, IsNan(), IsNan()));
}

TEST(VcfReader, TakesGenotypesOrDosagesAsAskedFor) {
  const std::string both = "GT:DS 0/0:0.25 0/1:1 1/1:2";
  EXPECT_THAT(copies(both), ElementsAre(0, 1, 2));
  EXPECT_THAT(copies(both, "DS"), ElementsAre(0.25, 1, 2));
}

// What PLINK 2 makes of the same line with dosage=DS: 0.9, 1.6 (haploid) and the hard call.
TEST(VcfReader, DosagesMayBeHaploidOrMissing) {
  EXPECT_THAT(copies("GT:DS 0|1:0.875 1:0.75 0/1:.", "DS"), ElementsAre(0.875, 1.5, 1));
  EXPECT_THAT(copies("GT:DS 0/1 ./1:0.25 ./.:.", "DS"), ElementsAre(1, 0.25, IsNan()));
  EXPECT_THAT(copies("GT 0/1 0/0 1/1", "DS"), ElementsAre(1, 0, 2));
  EXPECT_THAT(copies("DS 0.5 . 1.5", "DS"), ElementsAre(0.5, IsNan(), 1.5));
}

TEST(VcfReader, DosagesMayBeProbabilitiesOrHaplotypes) {
  EXPECT_THAT(copies("GP 0.25,0.5,0.25 0,0.125,0.875 .", "GP"), ElementsAre(1, 1.875, IsNan()));
  EXPECT_THAT(copies("GT:GP 0:0.75,0.25 0/1:0,1,0 1/1:.,.,.", "GP"), ElementsAre(0.5, 1, 2));
  EXPECT_THAT(copies("HDS 0.25,0.5 1 .", "HDS"), ElementsAre(0.75, 2, IsNan()));
}

TEST(VcfReader, DosagesThatAreAllWholeArePacked) {
  const SmallVcf file(line("1 1 a G A DS 0 1 2") + line("1 2 b G A DS 0 1.5 2"));
  VcfReader reader = file.open("DS");
  const GenotypeBlock block = reader.read(10);
  EXPECT_EQ(block.places[0].kind, GenotypeKind::packed);
  EXPECT_EQ(block.places[1].kind, GenotypeKind::dosage);
}

TEST(VcfReader, WarnsOfDosagesAndVariantsThatLookWrong) {
  const SmallVcf file(line("1 1 a G A DS 0 1 2") + line("1 2 b G A DS 0 2.5 -1") +
                      line("1 3 c G A DP 1 2 3"));
  VcfReader reader = file.open("DS");
  EXPECT_THAT(rows_of(reader.read(10), 3),
              ElementsAre(ElementsAre(0, 1, 2), ElementsAre(0, 2.5, -1),
                          ElementsAre(IsNan(), IsNan(), IsNan())));
  EXPECT_THAT(
      reader.warnings(),
      ElementsAre(testing::EndsWith(
                      "data.vcf: 2 dosages are outside [0, 2], the first at b, sample NA2: 2.5"),
                  testing::EndsWith("data.vcf: 1 variants have no genotypes: all samples count as "
                                    "missing")));
  reader.seek(0);
  EXPECT_THAT(reader.warnings(), IsEmpty());
}

TEST(VcfReader, RefusesWhatIsNoGenotype) {
  const auto reading = [](const std::string& text, const std::string& dosage = "") {
    return [=] { copies(text, dosage); };
  };
  EXPECT_THAT(reading("GT 0/1 0/1/1 0/0"),
              throws_ending<IoError>("data.vcf: variant 1 (rs1 at 1:10): sample NA2 has more than "
                                     "two alleles"));
  EXPECT_THAT(reading("GT 0/1 0/2 0/0"),
              throws_ending<IoError>("data.vcf: variant 1 (rs1 at 1:10): sample NA2 has allele 2, "
                                     "which the variant lacks"));
  EXPECT_THAT(reading("DS 0 1,2 2", "DS"),
              throws_ending<IoError>("(rs1 at 1:10): DS has 2 values for a sample, expected at "
                                     "most 1"));
  EXPECT_THAT(reading("DS 0 inf 2", "DS"),
              throws_ending<IoError>("(rs1 at 1:10): the DS of sample NA2 is infinite"));
  EXPECT_THAT(reading("DP 0 1 2", "DP"),
              throws_ending<IoError>("(rs1 at 1:10): DP has another type than it should"));
}

/// A record of a BCF file says what its values are, whatever the header says: here letters.
TEST(VcfReader, RefusesLettersInThePlaceOfNumbers) {
  const std::string columns = kColumns.substr(0, kColumns.find("\tNA3")) + "\n";
  const auto reading = [&](const std::string& field, const std::string& dosage) {
    return [=] {
      const TempFolder folder;
      VcfReader(folder.write("a.bcf", bcf_file(kMeta + columns, field)), dosage).read(1);
    };
  };
  EXPECT_THAT(reading("\1\x17xy", ""),
              throws_ending<IoError>("a.bcf: variant 1 (rs1 at 1:10): GT has another type than it "
                                     "should"));
  EXPECT_THAT(reading("\2\x17xy", "DS"),
              throws_ending<IoError>("a.bcf: variant 1 (rs1 at 1:10): DS has another type than it "
                                     "should"));
}

TEST(VcfReader, RefusesMalformedLines) {
  const auto reading = [](const std::string& lines) { return [lines] { SmallVcf(lines).rows(); }; };
  const std::string good = line("1 10 rs1 G A GT 0/0 0/1 1/1");
  EXPECT_THAT(reading(good + line("1 20 rs2 G A GT 0/0 0/1")),
              throws_ending<IoError>("data.vcf: variant 2 cannot be read: it has other columns "
                                     "than the header says"));
  EXPECT_THAT(reading(good + "1\t20\trs2\tG\n"),
              throws_ending<IoError>("data.vcf: variant 2 (rs2 at 1:20): it has genotypes of 0 "
                                     "samples, the header names 3"));
  EXPECT_THAT(reading(good + line("1 20 rs2 G A GT 0/1 0/x 1/1")),
              throws_ending<IoError>("data.vcf: variant 2 cannot be read: it is malformed, or the "
                                     "file ends in it"));
}

TEST(VcfReader, RefusesFilesWithoutGenotypes) {
  const auto opening = [](const std::string& meta, const std::string& columns,
                          const std::string& dosage = "") {
    return [=] { SmallVcf("", meta, columns).open(dosage); };
  };
  EXPECT_THAT(opening(kMeta, kColumns.substr(0, kColumns.find("\tFORMAT")) + "\n"),
              throws_ending<IoError>("data.vcf: there are no samples in it"));
  EXPECT_THAT(opening(kMeta, kColumns, "AB"),
              throws_ending<IoError>("data.vcf: the header defines no field AB of samples; it has "
                                     "GT, DS, GP, HDS, DP"));
  EXPECT_THAT(opening("##fileformat=VCFv4.2\n##FORMAT=<ID=DS,Number=A,Type=Float,Description=\"d\">"
                      "\n",
                      kColumns),
              throws_ending<IoError>("data.vcf: the header defines no field GT of samples; it has "
                                     "DS"));
  EXPECT_THAT(opening("##fileformat=VCFv4.2\n", kColumns, "DS"),
              throws_ending<IoError>("no field DS of samples; it has none"));
}

// Names that the header lacks are no reason to refuse: htslib adds them.
TEST(VcfReader, ReadsFilesWithoutDefinitions) {
  const SmallVcf file(line("7 10 rs1 G A GT 0/0 0|1 1/1"), "##fileformat=VCFv4.2\n");
  EXPECT_THAT(file.rows(), ElementsAre(ElementsAre(0, 1, 2)));
}

TEST(VcfReader, RefusesOtherFiles) {
  const TempFolder folder;
  const auto opening = [](const std::string& path) { return [path] { VcfReader{path}; }; };
  EXPECT_THAT(opening(folder / "none.vcf"),
              throws_ending<IoError>("none.vcf: cannot open: No such file or directory"));
  EXPECT_THAT(opening(folder.path()), throws_ending<IoError>(": cannot open: Is a directory"));
  EXPECT_THAT(opening("http://localhost/a.vcf"),
              throws_ending<IoError>("No such file or directory"));
  EXPECT_THAT(opening(folder.write("a.txt", "rs1 A G 0 1\n")),
              throws_ending<IoError>("a.txt: neither VCF nor BCF"));
  EXPECT_THAT(opening(folder.write("b.vcf", "")),
              throws_ending<IoError>("b.vcf: neither VCF nor BCF"));
  EXPECT_THAT(opening(folder.write("c.vcf", "##fileformat=VCFv4.2\n")),
              throws_ending<IoError>("c.vcf: its header is malformed"));
}

TEST(VcfReader, NoticesThatACompressedFileIsCutOff) {
  const TempFolder folder;
  const std::string block = compress_block(Compression::gzip, kMeta + kColumns + kLines);
  EXPECT_THAT([&] { VcfReader{folder.write("cut.vcf.gz", block)}; },
              throws_ending<IoError>("cut.vcf.gz: the file ends early: it lacks the empty block "
                                     "that ends a file of bgzip's"));
}

/// The reader's answer depends on nothing but the file: a batch of records is decoded in parallel.
TEST(VcfReader, ReadsManyRecords) {
  std::string lines;
  for (int i = 0; i < 5000; ++i) {
    lines +=
        line(fmt::format("1 {} rs{} G A GT {}/{} 0/1 ./.", i + 1, i, i % 2, i % 3 == 0 ? 1 : 0));
  }
  const SmallVcf file(lines);
  VcfReader reader = file.open();
  std::int64_t at = 0;
  for (GenotypeBlock block = reader.read(700); block.size() > 0; block = reader.read(700)) {
    for (const auto& row : rows_of(block, 3)) {
      ASSERT_THAT(row, ElementsAre(at % 2 + (at % 3 == 0), 1, IsNan())) << at;
      ++at;
    }
  }
  EXPECT_EQ(at, 5000);
}

}  // namespace
}  // namespace loom::gwas
