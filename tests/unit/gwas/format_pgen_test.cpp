#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include "data_fixture.h"
#include "loom/gwas/genotypes/pgen.h"
#include "loom/support/error.h"
#include "pgen_writer.h"
#include "reader_fixture.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;
using testing::NanSensitiveDoubleEq;
using testing::Pointwise;
using testing::ThrowsMessage;

constexpr int kPhases = 0x10, kDosageList = 0x20, kDosageOfEveryone = 0x40, kDosageBits = 0x60,
              kPhasedDosages = 0x80, kMoreAlleles = 0x08;

/// A data set in a folder of its own.
struct SmallPgen {
  TempFolder folder;
  std::string prefix = folder / "data";

  SmallPgen(const std::string& pgen, const std::string& pvar, const std::string& psam) {
    folder.write("data.pgen", pgen);
    folder.write("data.pvar", pvar);
    folder.write("data.psam", psam);
  }
  explicit SmallPgen(const PgenTestFile& file)
      : SmallPgen(file.bytes(), pvar_text(file.records.size()), psam_text(file.samples)) {}
  PgenReader open() const { return PgenReader(prefix); }
};

/// Copies of ALT of each variant, read `step` at a time.
std::vector<std::vector<double>> copies_in(PgenReader reader, std::int64_t step = 100) {
  std::vector<std::vector<double>> all;
  for (GenotypeBlock block = reader.read(step); block.size() > 0; block = reader.read(step)) {
    for (std::vector<double>& row : rows_of(block, reader.sample_count())) {
      all.push_back(std::move(row));
    }
  }
  return all;
}

std::vector<double> copies_of(const PgenTestRecord& record, std::int64_t samples) {
  return copies_in(SmallPgen(PgenTestFile{.samples = samples, .records = {record}}).open()).at(0);
}

std::vector<double> numbers(const std::string& copies) {
  std::vector<double> values;
  for (const char c : copies) {
    values.push_back(c == '?' ? std::numeric_limits<double>::quiet_NaN() : c - '0');
  }
  return values;
}

auto are(const std::string& copies) { return Pointwise(NanSensitiveDoubleEq(), numbers(copies)); }

TEST(PgenReader, ReadsSnpsAndSamples) {
  PgenReader reader = SmallPgen(PgenTestFile{.records = {{0, codes("012?")}}}).open();
  EXPECT_EQ(reader.snp_count(), 1);
  EXPECT_EQ(reader.sample_count(), 4);
  EXPECT_EQ(reader.samples().at(2).family_id, "F2");
  EXPECT_EQ(reader.samples().at(2).individual_id, "I2");
  const GenotypeBlock block = reader.read(5);
  EXPECT_EQ(block.snps.at(0).id, "rs0");
  EXPECT_EQ(block.snps.at(0).position, 1000);
  EXPECT_EQ(block.snps.at(0).allele1, "A");  // ALT
  EXPECT_EQ(block.snps.at(0).allele0, "G");
  EXPECT_EQ(packed_text(block), pack({"012?"}));
  EXPECT_EQ(reader.fraction_read(), 1);
  EXPECT_EQ(reader.read(5).size(), 0);
}

TEST(PgenReader, KnowsEveryCodingOfHardCalls) {
  const std::string base = "0120?21001";
  const PgenTestFile file{
      .samples = 10,
      .records = {{0, codes(base)},
                  {2, difference_list({1, 9}, "?2")},
                  {3, difference_list({0}, "2")},  // the differences, then 0 and 2 swapped
                  {1, "\x01" + bits("0100000011") + difference_list({4}, "?")},
                  {1, "\x09" + bits("0100000011") + difference_list({4, 5}, "01")},
                  {2, difference_list({})},
                  {4, difference_list({2, 3}, "12")},
                  {6, difference_list({2, 3}, "1?")},
                  {7, difference_list({2, 3}, "10")}}};
  for (const int step : {1, 2, 100}) {
    const auto rows = copies_in(SmallPgen(file).open(), step);
    ASSERT_EQ(rows.size(), 9);
    EXPECT_THAT(rows[0], are(base));
    EXPECT_THAT(rows[1], are("0?20?21002"));
    EXPECT_THAT(rows[2], are("0102?01221"));
    EXPECT_THAT(rows[3], are("0100?00011"));
    EXPECT_THAT(rows[4], are("2?220122??"));
    EXPECT_THAT(rows[5], are("2?220122??"));
    EXPECT_THAT(rows[6], are("0012000000"));
    EXPECT_THAT(rows[7], are("221?222222"));
    EXPECT_THAT(rows[8], are("??10??????"));
  }
}

TEST(PgenReader, AgreesOnTheTwoCommonGenotypes) {
  const struct {
    char byte;
    const char* copies;
  } kPairs[] = {{1, "0101"}, {2, "0202"}, {3, "0?0?"}, {5, "1212"}, {6, "1?1?"}, {9, "2?2?"}};
  for (const auto& [byte, copies] : kPairs) {
    EXPECT_THAT(copies_of({1, std::string(1, byte) + bits("0101") + difference_list({})}, 4),
                are(copies));
  }
}

TEST(PgenReader, ReadsListsOfManyGroups) {
  std::vector<int> samples;
  std::string copies, expected(250, '0');
  for (int i = 3; i < 250; i += i % 5 == 0 ? 2 : 1) {
    samples.push_back(i);
    copies += "12?"[i % 3];
    expected[static_cast<std::size_t>(i)] = copies.back();
  }
  ASSERT_GT(samples.size(), 128);
  EXPECT_THAT(copies_of({4, difference_list(samples, copies)}, 250), are(expected));
}

TEST(PgenReader, NumbersOfSamplesInListsGrowWithTheirCount) {
  const std::int64_t counts[] = {256, 257, 65536, 65537};
  const int bytes[] = {1, 2, 2, 3};
  for (std::size_t i = 0; i < 4; ++i) {
    const std::int64_t last = counts[i] - 1;
    const std::string list = varint(2) + little(1, bytes[i]) + codes("12") +
                             varint(static_cast<std::uint64_t>(last - 1));
    const std::vector<double> copies = copies_of({4, list}, counts[i]);
    EXPECT_EQ(copies.at(0), 0);
    EXPECT_EQ(copies.at(1), 1);
    EXPECT_EQ(copies.back(), 2);
  }
}

TEST(PgenReader, FormsOfTheHeaderAreAlike) {
  for (const int type_bits : {4, 8}) {
    for (const int length_bytes : {1, 2, 3, 4}) {
      for (const int allele_bytes : {0, 1}) {
        for (const bool reference_flags : {false, true}) {
          const PgenTestFile file{.records = {{0, codes("0120")},
                                              {2, difference_list({3}, "2")},
                                              {4, difference_list({0}, "1")}},
                                  .type_bits = type_bits,
                                  .length_bytes = length_bytes,
                                  .allele_bytes = allele_bytes,
                                  .reference_flags = reference_flags};
          EXPECT_THAT(copies_in(SmallPgen(file).open()),
                      ElementsAre(are("0120"), are("0122"), are("1000")));
        }
      }
    }
  }
}

TEST(PgenReader, RecordsOfOneSizeNeedNoTable) {
  const std::string bed = kBedMagic + pack({"012?0", "22110"});
  EXPECT_THAT(copies_in(SmallPgen(bed, pvar_text(2), psam_text(5)).open()),
              ElementsAre(are("012?0"), are("22110")));
  const auto fixed = [](int mode, bool flags) {
    return "\x6c\x1b" + little(static_cast<std::uint64_t>(mode), 1) + little(2, 4) + little(5, 4) +
           little(flags ? 0xc0 : 0x40, 1) + (flags ? "\3" : "");
  };
  for (const bool flags : {false, true}) {
    const std::string two = fixed(2, flags) + codes("012?0") + codes("22110");
    EXPECT_THAT(copies_in(SmallPgen(two, pvar_text(2), psam_text(5)).open()),
                ElementsAre(are("012?0"), are("22110")));
  }
  std::string dosages;
  for (const int dosage : {0, 16384, 32768, 65535, 4096}) {
    dosages += little(static_cast<std::uint64_t>(dosage), 2);
  }
  const std::string three = fixed(3, false) + codes("012?0") + dosages + codes("22110") + dosages;
  const auto row = ElementsAre(0, 1, 2, IsNan(), 0.25);
  EXPECT_THAT(copies_in(SmallPgen(three, pvar_text(2), psam_text(5)).open()),
              ElementsAre(row, ElementsAre(0, 1, 2, 1, 0.25)));  // the call where no dosage is
  const std::string record = codes("012?0") + dosages + std::string(10, '\0');
  EXPECT_THAT(
      copies_in(SmallPgen(fixed(4, false) + record + record, pvar_text(2), psam_text(5)).open()),
      ElementsAre(row, row));
}

TEST(PgenReader, DosagesGoBeforeHardCalls) {
  const std::string half = little(8192, 2), more = little(20000, 2);
  const auto expected = ElementsAre(0.5, 1, 20000 / 16384.0, IsNan());
  const std::string calls = codes("011?");
  EXPECT_THAT(copies_of({kDosageList, calls + difference_list({0, 2}) + half + more}, 4), expected);
  EXPECT_THAT(copies_of({kDosageBits, calls + bits("1010") + half + more}, 4), expected);
  EXPECT_THAT(copies_of({kDosageOfEveryone, calls + half + "\xff\xff" + more + "\xff\xff"}, 4),
              expected);
}

TEST(PgenReader, WholeDosagesArePackedLikeHardCalls) {
  const PgenTestFile file{
      .records = {{kDosageList, codes("01?2") + difference_list({2}) + little(16384, 2)}}};
  const GenotypeBlock block = SmallPgen(file).open().read(1);
  ASSERT_TRUE(block.all_packed());
  EXPECT_EQ(packed_text(block), pack({"0112"}));
}

TEST(PgenReader, SkipsPhases) {
  const std::string dosage = difference_list({3}) + little(8192, 2);
  const std::string calls = codes("1111111101");
  const auto expected = ElementsAre(1, 1, 1, 0.5, 1, 1, 1, 1, 0, 1);
  // Nine heterozygotes, all of whose phases are known: a zero and nine bits.
  EXPECT_THAT(copies_of({kPhases | kDosageList, calls + bits("0101010101") + dosage}, 10),
              expected);
  // Only four are: a one and nine bits, then four.
  EXPECT_THAT(
      copies_of({kPhases | kDosageList, calls + bits("1101010010") + bits("1010") + dosage}, 10),
      expected);
}

TEST(PgenReader, SkipsPhasedDosages) {
  const std::string calls = codes("0120");
  const std::string list = calls + difference_list({0, 3}) + little(8192, 2) + little(4096, 2) +
                           bits("01") + little(77, 2);
  EXPECT_THAT(copies_of({kDosageList | kPhasedDosages, list}, 4), ElementsAre(0.5, 1, 2, 0.25));
}

TEST(PgenReader, VariantsOfMoreAllelesAreNotUsedButMayBeABase) {
  const PgenTestFile file{.records = {{kMoreAlleles, codes("0120") + "\xff"},
                                      {2, difference_list({3}, "2")},
                                      {0, codes("2222")},
                                      {2, difference_list({0}, "0")}}};
  std::string pvar = pvar_text(4);
  pvar.replace(pvar.find("A\n1\t1003"), 1, "A,T");
  PgenReader reader = SmallPgen(file.bytes(), pvar, psam_text(4)).open();
  const GenotypeBlock block = reader.read(10);
  EXPECT_EQ(block.places[0].kind, GenotypeKind::none);
  EXPECT_EQ(block.places[2].kind, GenotypeKind::none);
  const auto rows = rows_of(block, 4);
  EXPECT_THAT(rows[1], are("0122"));
  EXPECT_THAT(rows[3], are("0222"));
}

TEST(PgenReader, SeeksToDifferencesAndAcrossBlocks) {
  PgenTestFile file;
  constexpr std::size_t kVariants = 65536 + 70;
  for (std::size_t i = 0; i < kVariants; ++i) {
    if (i % 50 == 0 || i % 65536 == 0) {
      file.records.push_back({0, codes("0012")});
    } else {
      file.records.push_back({2, difference_list({static_cast<int>(i % 2)}, "2")});
    }
  }
  PgenReader reader = SmallPgen(file).open();
  for (const std::int64_t index : {65537, 49, 65535, 3, 65536, 65605, 0}) {
    reader.seek(index);
    const GenotypeBlock block = reader.read(1);
    EXPECT_EQ(block.snps.at(0).id, "rs" + std::to_string(index));
    const bool base = index % 50 == 0 || index % 65536 == 0;
    EXPECT_THAT(rows_of(block, 4)[0], are(base ? "0012" : index % 2 == 0 ? "2012" : "0212"));
  }
  reader.seek(65500);
  EXPECT_EQ(reader.read(1000).size(), 106);
}

TEST(PgenReader, ReadsThePhenotypesOfAPsamFile) {
  const PgenTestFile file{.records = {{0, codes("0120")}}};
  const SmallPgen data(file.bytes(), pvar_text(1),
                       "##a comment\n#IID SID PAT MAT SEX height case group\n"
                       "I0 0 0 0 1 1.5 1 red\nI1 0 0 0 2 -9 nan blue\nI2 0 0 0 1 NA 2 x\n"
                       "I3 0 0 0 NA 2.5 Na x and more\n");
  PgenReader reader = data.open();
  EXPECT_EQ(reader.samples().at(1).family_id, "");
  EXPECT_EQ(reader.samples().at(1).individual_id, "I1");
  EXPECT_THAT(reader.phenotype_names(), ElementsAre("height", "case", "group"));
  const std::vector<std::int64_t> columns = {2, 1};
  const auto phenotypes = reader.phenotypes(columns);
  EXPECT_THAT(phenotypes.at(0), ElementsAre(1, IsNan(), 2, IsNan()));
  EXPECT_THAT(phenotypes.at(1), ElementsAre(1.5, IsNan(), IsNan(), 2.5));
  const std::int64_t third = 3, fourth = 4;
  EXPECT_THAT(
      [&] {
        reader.phenotypes({&third, 1});
      },
      throws_ending<IoError>("line 3, field 8: expected a number, found 'red'"));
  EXPECT_THAT(
      [&] {
        reader.phenotypes({&fourth, 1});
      },
      throws_ending<IoError>("phenotype column 4 is asked for, found 3 of them"));
}

TEST(PgenReader, TakesTheTextFilesOfPlink1) {
  const SmallPgen data(
      PgenTestFile{.samples = 5, .records = {{0, codes("01200")}, {0, codes("01200")}}});
  std::filesystem::remove(data.prefix + ".pvar");
  std::filesystem::remove(data.prefix + ".psam");
  data.folder.write("data.bim", kBim);
  data.folder.write("data.fam", kFam);
  PgenReader reader = data.open();
  EXPECT_EQ(reader.samples().at(3).individual_id, "I4");
  const std::int64_t first = 1;
  EXPECT_THAT(reader.phenotypes({&first, 1}).at(0), ElementsAre(0.5, IsNan(), IsNan(), -2.5, 7));
  const std::vector<Snp> snps = all_snps(reader);
  EXPECT_EQ(snps.at(0).allele1, "A");
  EXPECT_EQ(snps.at(0).centimorgan, 0.5);
  EXPECT_EQ(snps.at(1).position, 2000);
}

TEST(PgenReader, ReadsEveryKindOfPvar) {
  const auto only_snp = [](const std::string& pvar) {
    PgenReader reader =
        SmallPgen(PgenTestFile{.records = {{0, codes("0120")}}}.bytes(), pvar, psam_text(4)).open();
    return all_snps(reader).at(0);
  };
  const std::string kVcf =
      "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tCM\n"
      "7\t20\trs9\tAC\tA\t.\tPASS\tPR;X=1\tGT\t0/0\r\n";
  for (const std::string& pvar :
       {kVcf, std::string("#CHROM CM ALT ID REF POS\n7 1.5 A rs9 AC 20\n"),
        std::string("7 rs9 1.5 20 A AC"), std::string("7 rs9 20 A AC\n\n")}) {
    const Snp snp = only_snp(pvar);
    EXPECT_EQ(snp.chromosome, "7");
    EXPECT_EQ(snp.id, "rs9");
    EXPECT_EQ(snp.position, 20);
    EXPECT_EQ(snp.allele1, "A");
    EXPECT_EQ(snp.allele0, "AC");
    EXPECT_TRUE(snp.centimorgan == 1.5 || snp.centimorgan == 0);
  }
}

TEST(PgenReader, ReadsCompressedPvarFiles) {
  const std::string pvar = pvar_text(1);
  for (const char* ending : {".zst", ".gz"}) {
    const SmallPgen data(PgenTestFile{.records = {{0, codes("0120")}}});
    std::filesystem::remove(data.prefix + ".pvar");
    if (ending == std::string(".gz")) {
      write_gz(data.folder, "data.pvar.gz", pvar);
    } else {
      std::string zstd(ZSTD_compressBound(pvar.size()), '\0');
      zstd.resize(ZSTD_compress(zstd.data(), zstd.size(), pvar.data(), pvar.size(), 3));
      data.folder.write("data.pvar.zst", zstd);
    }
    PgenReader reader = data.open();
    EXPECT_EQ(all_snps(reader).at(0).id, "rs0") << ending;
  }
}

TEST(PgenReader, RefusesMalformedTextFiles) {
  const std::string pgen = PgenTestFile{.records = {{0, codes("0120")}}}.bytes();
  const auto read_with = [&](const std::string& pvar, const std::string& psam) {
    return [=] { SmallPgen(pgen, pvar, psam).open().read(1); };
  };
  const std::string pvar = pvar_text(1), psam = psam_text(4);
  EXPECT_THAT(read_with("", psam), throws_ending<IoError>("data.pvar: there are no SNPs in it"));
  EXPECT_THAT(read_with("#CHROM POS ID REF ALT\n", psam),
              throws_ending<IoError>("data.pvar: there are no SNPs in it"));
  EXPECT_THAT(read_with("##x\n#CHROM POS ID REF FORMAT ALT\n1 2 3 4 5 6\n", psam),
              throws_ending<IoError>("data.pvar: line 2: expected a header with the column ALT"));
  EXPECT_THAT(read_with("#CHROM POS ID REF ALT\n1 2 3 4\n", psam),
              throws_ending<IoError>("data.pvar: line 2: expected at least 5 fields, found 4"));
  EXPECT_THAT(read_with("#CHROM POS ID REF ALT\n1 2k 3 4 5\n", psam),
              throws_ending<IoError>("data.pvar: line 2, field 2: expected a position in base "
                                     "pairs, found '2k'"));
  EXPECT_THAT(read_with("#CHROM POS ID REF ALT CM\n1 2 3 4 5 x\n", psam),
              throws_ending<IoError>("data.pvar: line 2, field 6: expected a number, found 'x'"));
  EXPECT_THAT(read_with(pvar, "#FID x\n"),
              throws_ending<IoError>("data.psam: line 1: expected IID behind #FID"));
  EXPECT_THAT(read_with(pvar, "##x\n#SEX\n"),
              throws_ending<IoError>("data.psam: line 2: expected a header that begins with #FID "
                                     "or #IID, found '#SEX'"));
  EXPECT_THAT(read_with(pvar, "#IID SEX\nI1\n"),
              throws_ending<IoError>("data.psam: line 2: expected at least 2 fields, found 1"));
  EXPECT_THAT(read_with(pvar, "#IID SEX\n"),
              throws_ending<IoError>("data.psam: there are no samples in it"));
  EXPECT_THAT(read_with(pvar_text(2), psam),
              throws_ending<IoError>("data.pgen: byte 3: expected 2 variants as in the .pvar file, "
                                     "found 1"));
  EXPECT_THAT(read_with(pvar, psam_text(5)),
              throws_ending<IoError>("data.pgen: byte 7: expected 5 samples as in the .psam file, "
                                     "found 4"));
}

auto reading(const std::string& pgen, std::size_t variants = 1, std::int64_t samples = 4) {
  return [=] { copies_in(SmallPgen(pgen, pvar_text(variants), psam_text(samples)).open()); };
}

auto reading(const PgenTestRecord& record, std::int64_t samples = 4) {
  return reading(PgenTestFile{.samples = samples, .records = {record}}.bytes(), 1, samples);
}

TEST(PgenReader, RefusesAMalformedHeader) {
  const std::string file = PgenTestFile{.records = {{0, codes("0120")}}}.bytes();
  const auto with = [&](std::size_t offset, const std::string& other) {
    return reading(std::string(file).replace(offset, other.size(), other));
  };
  EXPECT_THAT(reading(""), throws_ending<IoError>(
                               "data.pgen: byte 0: expected the magic bytes, 2 bytes, found 0"));
  EXPECT_THAT(with(0, "x"),
              throws_ending<IoError>("byte 0: not a PLINK .pgen file: expected the bytes 6c 1b"));
  for (const char mode : {0, 5, 0x11, 0x20}) {
    EXPECT_THAT(with(2, std::string(1, mode)),
                ThrowsMessage<IoError>(HasSubstr("byte 2: storage mode 0x")));
  }
  EXPECT_THAT(with(11, "\x48"),
              throws_ending<IoError>("byte 11: expected a form of records from 0 to 7, found 8"));
  EXPECT_THAT(with(12, little(1000, 8)),
              throws_ending<IoError>("byte 12: expected the place of variant 1 in a file of 26 "
                                     "bytes, found 1000"));
  EXPECT_THAT(with(12, std::string(8, '\xff')),
              ThrowsMessage<IoError>(HasSubstr("byte 12: expected the place of variant 1")));
  EXPECT_THAT(with(21, little(2, 4)),
              throws_ending<IoError>("variant 1, byte 25: expected a record of 2 bytes in a file "
                                     "of 26 bytes"));
  EXPECT_THAT(reading(kBedMagic + "12"),
              throws_ending<IoError>("byte 3: expected 1 records of 1 bytes, found 2 bytes"));
}

TEST(PgenReader, RefusesMalformedRecords) {
  EXPECT_THAT(
      reading({0, ""}),
      throws_ending<IoError>("variant 1, byte 25: expected the genotypes, 1 bytes, found 0"));
  EXPECT_THAT(
      reading({2, difference_list({})}),
      throws_ending<IoError>("variant 1, byte 25: it is told by differences from an earlier "
                             "variant, and there is none"));
  EXPECT_THAT(reading({5, difference_list({})}),
              throws_ending<IoError>("expected a coding of the genotypes other than 5"));
  for (const int common : {0, 4, 7, 10, 13, 255}) {
    EXPECT_THAT(
        reading({1, std::string(1, static_cast<char>(common)) + "\x1" + std::string(1, '\0')}),
        throws_ending<IoError>("byte 25: expected two common genotypes, found " +
                               std::to_string(common)));
  }
  EXPECT_THAT(reading({4, difference_list({0, 1, 2, 3, 4}, "11111")}),
              throws_ending<IoError>("expected a list of at most 4 samples, found 5"));
  EXPECT_THAT(reading({4, difference_list({4}, "1")}),
              throws_ending<IoError>("expected sample 1 to 4 in a list, found 5"));
  EXPECT_THAT(reading({4, difference_list({2, 2}, "11")}),
              throws_ending<IoError>("expected sample 4 to 4 in a list, found 3"));
  EXPECT_THAT(reading({4, std::string(6, '\xff')}),
              throws_ending<IoError>("byte 25: expected the length of a list in at most 5 bytes"));
  EXPECT_THAT(reading({kDosageList, codes("0120") + difference_list({1}) + little(32769, 2)}),
              throws_ending<IoError>("expected a dosage from 0 to 32768, found 32769"));
  EXPECT_THAT(reading({kDosageList, codes("0120") + difference_list({1}) + "\xff\xff"}),
              throws_ending<IoError>("expected a dosage from 0 to 32768, found 65535"));
  EXPECT_THAT(
      reading({kDosageBits, codes("0120") + bits("0000") + "x"}),
      throws_ending<IoError>("byte 27: expected the end of the variant, found 1 more bytes"));
}

TEST(PgenReader, EveryTruncationIsAnError) {
  const PgenTestFile file{
      .samples = 10,
      .records = {{0, codes("0120?21001")},
                  {1, "\x01" + bits("0100000011") + difference_list({4}, "?")},
                  {2, difference_list({1, 9}, "?2")},
                  {kDosageList | kPhases, codes("1110000000") + bits("1101") + bits("11") +
                                              difference_list({1, 9}) + "abcd"}}};
  const std::string bytes = file.bytes();
  ASSERT_NO_THROW(reading(bytes, 4, 10)());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(reading(bytes.substr(0, size), 4, 10)(), IoError) << size;
  }
}

}  // namespace
}  // namespace loom::gwas
