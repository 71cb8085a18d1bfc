#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cmath>
#include <random>

#include "bgen_writer.h"
#include "data_fixture.h"
#include "loom/gwas/genotypes/bgen.h"
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

constexpr int kMissing = 0x80;

/// A .bgen file in a folder of its own.
struct SmallBgen {
  TempFolder folder;
  std::string path;

  explicit SmallBgen(const std::string& bytes) : path(folder.write("data.bgen", bytes)) {}
  explicit SmallBgen(const BgenTestFile& file = {}) : SmallBgen(file.bytes()) {}

  BgenReader open(bool ref_first = false, const std::string& sample = "") const {
    return BgenReader(path, sample, ref_first);
  }
};

/// The copies that one variant's genotypes are.
std::vector<double> copies_of(const BgenTestVariant& variant,
                              BgenCompression compression = BgenCompression::none,
                              bool ref_first = false) {
  BgenTestFile file{.variants = {variant}, .compression = compression, .names = {}};
  BgenReader reader = SmallBgen(file).open(ref_first);
  return rows_of(reader.read(10), reader.sample_count()).at(0);
}

BgenTestFile numbered(int variants) {
  BgenTestFile file;
  file.variants.resize(static_cast<std::size_t>(variants));
  for (int i = 0; i < variants; ++i) {
    file.variants[static_cast<std::size_t>(i)].rsid = "rs" + std::to_string(i);
  }
  return file;
}

TEST(BgenReader, ReadsSnpsAndSamples) {
  BgenTestFile file;
  file.names = {"one", "two"};
  file.variants.push_back({.id = "v2",
                           .rsid = "",
                           .chromosome = "X",
                           .position = 4'000'000'000,
                           .alleles = {"ACGT", ""}});
  BgenReader reader = SmallBgen(file).open();
  EXPECT_EQ(reader.snp_count(), 2);
  EXPECT_EQ(reader.samples().at(1).individual_id, "two");
  EXPECT_EQ(reader.samples().at(1).family_id, "");
  const std::vector<Snp> snps = all_snps(reader);
  EXPECT_EQ(snps.at(0).chromosome, "1");
  EXPECT_EQ(snps.at(0).id, "rs1");
  EXPECT_EQ(snps.at(0).position, 1000);
  EXPECT_EQ(snps.at(0).allele1, "A");
  EXPECT_EQ(snps.at(0).allele0, "G");
  EXPECT_EQ(snps.at(1).id, "v2");  // its rsid is empty
  EXPECT_EQ(snps.at(1).chromosome, "X");
  EXPECT_EQ(snps.at(1).position, 4'000'000'000);
  EXPECT_EQ(snps.at(1).allele1, "ACGT");
  EXPECT_EQ(reader.fraction_read(), 1);
}

TEST(BgenReader, NumbersSamplesWithoutNames) {
  BgenReader reader = SmallBgen().open();
  EXPECT_EQ(reader.samples().at(1).individual_id, "2");
  EXPECT_THAT(reader.phenotype_names(), IsEmpty());
  const std::int64_t first = 1;
  EXPECT_THAT(
      [&] {
        reader.phenotypes({&first, 1});
      },
      ThrowsMessage<Error>(HasSubstr("data.bgen has none")));
}

// Values in units of 1 / 255: the first allele has 2 * 128 + 64 of them.
TEST(BgenReader, GivesTheExpectedCopies) {
  const BgenTestVariant variant{.ploidy = {2, 2, 2, 2},
                                .probabilities = {128, 64, 255, 0, 0, 255, 0, 0}};
  EXPECT_THAT(copies_of(variant), ElementsAre(320 / 255.0, 2, 1, 0));
  EXPECT_THAT(copies_of(variant, BgenCompression::none, true), ElementsAre(190 / 255.0, 0, 1, 2));
}

TEST(BgenReader, CountsTheSecondAlleleWhereTheFirstIsRef) {
  BgenReader reader = SmallBgen().open(true);
  const std::vector<Snp> snps = all_snps(reader);
  EXPECT_EQ(snps.at(0).allele1, "G");
  EXPECT_EQ(snps.at(0).allele0, "A");
}

class BgenBits : public testing::TestWithParam<int> {};

TEST_P(BgenBits, OfEveryNumber) {
  const std::uint64_t one = (std::uint64_t{1} << GetParam()) - 1;
  const auto whole = static_cast<double>(one);
  std::mt19937_64 random(1940);
  std::vector<std::uint64_t> probabilities;
  std::vector<double> expected;
  std::vector<int> ploidy;
  for (int sample = 0; sample < 37; ++sample) {
    const std::uint64_t a = random() % (one + 1), b = random() % (one - a + 1);
    probabilities.insert(probabilities.end(), {a, b});
    expected.push_back(static_cast<double>(2 * a + b) / whole);
    ploidy.push_back(2);
  }
  for (const BgenCompression compression :
       {BgenCompression::none, BgenCompression::zlib, BgenCompression::zstd}) {
    EXPECT_EQ(copies_of({.ploidy = ploidy, .bits = GetParam(), .probabilities = probabilities},
                        compression),
              expected);
  }
}

TEST_P(BgenBits, CertainGenotypesArePackedAsInABedFile) {
  const std::uint64_t one = (std::uint64_t{1} << GetParam()) - 1;
  const BgenTestVariant variant{.ploidy = {2, 2, 2, 2 | kMissing, 2},
                                .bits = GetParam(),
                                .probabilities = {one, 0, 0, one, 0, 0, 0, 0, one, 0}};
  BgenReader reader = SmallBgen(BgenTestFile{.variants = {variant}, .names = {}}).open();
  const GenotypeBlock block = reader.read(1);
  ASSERT_TRUE(block.all_packed());
  EXPECT_EQ(packed_text(block), pack({"210?2"}));
}

INSTANTIATE_TEST_SUITE_P(Each, BgenBits, testing::Range(1, 33));

TEST(BgenReader, PhasedProbabilitiesAreOfEachHaplotype) {
  const BgenTestVariant variant{
      .ploidy = {2, 2, 2}, .phased = true, .probabilities = {255, 255, 0, 255, 200, 100}};
  EXPECT_THAT(copies_of(variant), ElementsAre(2, 1, 300 / 255.0));
  EXPECT_THAT(copies_of(variant, BgenCompression::none, true), ElementsAre(0, 1, 210 / 255.0));
}

TEST(BgenReader, OneChromosomeCountsTwice) {
  for (const bool phased : {false, true}) {
    const BgenTestVariant variant{.ploidy = {1, 2, 1, 1 | kMissing, 0, 1},
                                  .phased = phased,
                                  .probabilities = {255, 0, 255, 0, 0, 51}};
    EXPECT_THAT(copies_of(variant), ElementsAre(2, 1, 0, IsNan(), IsNan(), 0.4));
  }
}

TEST(BgenReader, VariantsOfMoreAllelesAreNotUsed) {
  BgenTestFile file = numbered(3);
  file.variants[1].alleles = {"A", "C", "G"};
  file.variants[1].probabilities = {255, 0, 0, 0, 0, 0, 255, 0, 0, 0};
  file.variants[2].alleles = {"A"};
  file.variants[2].probabilities = {};
  BgenReader reader = SmallBgen(file).open();
  const GenotypeBlock block = reader.read(10);
  EXPECT_EQ(block.places[0].kind, GenotypeKind::packed);
  EXPECT_EQ(block.places[1].kind, GenotypeKind::none);
  EXPECT_EQ(block.places[2].kind, GenotypeKind::none);
}

constexpr const char* kSamples =
    "ID_1 ID_2 missing sex age height case\n0 0 0 D C P B\nF1 I1 0 1 40 1.5 1\nF2 I2 0 2 NA NA 0\n";

void expect_the_samples(BgenReader reader) {
  EXPECT_EQ(reader.samples().at(1).family_id, "F2");
  EXPECT_EQ(reader.samples().at(1).individual_id, "I2");
  EXPECT_THAT(reader.phenotype_names(), ElementsAre("height", "case"));
  const std::vector<std::int64_t> columns = {2, 1};
  const std::vector<Phenotype> phenotypes = reader.phenotypes(columns);
  EXPECT_THAT(phenotypes.at(0), ElementsAre(1, 0));
  EXPECT_THAT(phenotypes.at(1), ElementsAre(1.5, IsNan()));
}

TEST(BgenReader, TakesSamplesFromAFile) {
  BgenTestFile file;
  file.names = {"one", "two"};
  const SmallBgen bgen(file);
  const std::string other = bgen.folder.write("other.sample", kSamples);
  expect_the_samples(bgen.open(false, other));
  bgen.folder.write("data.sample", kSamples);
  expect_the_samples(bgen.open());
}

TEST(BgenReader, RefusesAMalformedSampleFile) {
  const SmallBgen bgen;
  const auto open_with = [&](const std::string& text) {
    return [&bgen, text] {
      bgen.folder.write("data.sample", text);
      bgen.open();
    };
  };
  EXPECT_THAT(open_with("ID_1 ID_2 missing\n0 0 0\nF1 I1 0\n"),
              ThrowsMessage<IoError>(AllOf(HasSubstr("data.sample: expected 2 rows (one for each "
                                                     "sample in "),
                                           HasSubstr("data.bgen), found 1"))));
  EXPECT_THAT(open_with("FID IID\n0 0\n"),
              throws_ending<IoError>("line 1: expected a header that begins with ID_1 ID_2"));
  EXPECT_THAT(open_with(""),
              throws_ending<IoError>("line 1: expected a header that begins with ID_1 ID_2"));
  EXPECT_THAT(open_with("ID_1 ID_2 missing\n0 0\n"),
              throws_ending<IoError>("line 2: expected the types of 3 columns, found 2"));
  EXPECT_THAT(
      open_with("ID_1 ID_2 missing\n0 0 X\n"),
      throws_ending<IoError>("line 2: field 3: expected the type 0, D, C, P or B, found 'X'"));
  EXPECT_THAT(open_with("ID_1 ID_2 missing\n0 D 0\n"),
              throws_ending<IoError>("line 2: field 2: expected the type 0, found 'D'"));
  EXPECT_THAT(open_with("ID_1 ID_2 missing\n0 0 0\n"),
              throws_ending<IoError>("data.sample: there are no samples in it"));
  EXPECT_THAT(open_with("ID_1 ID_2 missing\n0 0 0\nF1 I1\n"),
              throws_ending<IoError>("line 3: expected at least 3 fields, found 2"));
  EXPECT_THAT([&] { bgen.open(false, "/nonexistent.sample"); },
              ThrowsMessage<IoError>(HasSubstr("/nonexistent.sample: cannot open")));
}

TEST(BgenReader, SeeksForwardAndBack) {
  BgenReader reader = SmallBgen(numbered(9)).open();
  for (const std::int64_t index : {5, 2, 8, 0, 3}) {
    reader.seek(index);
    EXPECT_EQ(reader.read(1).snps.at(0).id, "rs" + std::to_string(index));
  }
  EXPECT_EQ(reader.read(3).snps.at(0).id, "rs4");
  EXPECT_EQ(reader.read(100).size(), 2);
  EXPECT_EQ(reader.read(100).size(), 0);
  reader.seek(100);
  EXPECT_EQ(reader.read(100).size(), 0);
}

/// An index as bgenix makes it.
class TestIndex {
 public:
  explicit TestIndex(const std::string& path) : database_(nullptr, &sqlite3_close) {
    sqlite3* database = nullptr;
    sqlite3_open(path.c_str(), &database);
    database_.reset(database);
    run("CREATE TABLE Variant (chromosome TEXT NOT NULL, position INT NOT NULL, rsid TEXT NOT "
        "NULL, number_of_alleles INT NOT NULL, allele1 TEXT NOT NULL, allele2 TEXT NULL, "
        "file_start_position INT NOT NULL, size_in_bytes INT NOT NULL)");
  }
  void run(const std::string& sql) {
    ASSERT_EQ(sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  }
  void add(const std::string& rsid, std::size_t offset) {
    run("INSERT INTO Variant VALUES ('1', 1000, '" + rsid + "', 2, 'A', 'G', " +
        std::to_string(offset) + ", 1)");
  }
  void describe(const std::string& bgen, std::size_t size) {
    std::string hex;
    for (const char byte : bgen.substr(0, 1000)) {
      char digits[3];
      std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(byte));
      hex += digits;
    }
    run("CREATE TABLE Metadata (filename TEXT, file_size INT, last_write_time INT, "
        "first_1000_bytes BLOB, index_creation_time INT)");
    run("INSERT INTO Metadata VALUES ('data.bgen', " + std::to_string(size) + ", 0, x'" + hex +
        "', 0)");
  }

 private:
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> database_;
};

/// Where each variant of a file begins.
std::vector<std::size_t> offsets_in(const BgenTestFile& file) {
  std::vector<std::size_t> offsets;
  std::size_t offset = 24;
  for (const BgenTestVariant& variant : file.variants) {
    offsets.push_back(offset);
    offset += bgen_record(variant, file.compression).size();
  }
  return offsets;
}

TEST(BgenReader, SeeksWithAnIndex) {
  const BgenTestFile file = numbered(9);
  const SmallBgen bgen(file);
  TestIndex index(bgen.path + ".bgi");
  index.describe(file.bytes(), file.bytes().size());
  const std::vector<std::size_t> offsets = offsets_in(file);
  for (std::size_t i = 9; i-- > 0;) index.add(file.variants[i].rsid, offsets[i]);
  BgenReader reader = bgen.open();
  for (const std::int64_t position : {5, 2, 8, 0, 3}) {
    reader.seek(position);
    EXPECT_EQ(reader.read(1).snps.at(0).id, "rs" + std::to_string(position));
  }
  reader.seek(9);
  EXPECT_EQ(reader.read(1).size(), 0);
}

TEST(BgenReader, GoesByTheIndex) {
  const BgenTestFile file = numbered(3);
  const SmallBgen bgen(file);
  TestIndex index(bgen.path + ".bgi");
  const std::vector<std::size_t> offsets = offsets_in(file);
  // A lie that shows that it was asked.
  for (const std::size_t i : {0u, 0u, 2u}) index.add("x", offsets[i]);
  BgenReader reader = bgen.open();
  reader.seek(1);
  EXPECT_EQ(reader.read(1).snps.at(0).id, "rs0");
}

TEST(BgenReader, RefusesAnIndexOfAnotherFile) {
  const BgenTestFile file = numbered(3);
  const std::string bytes = file.bytes();
  {
    const SmallBgen bgen(file);
    TestIndex(bgen.path + ".bgi").describe(bytes, bytes.size() + 1);
    EXPECT_THAT([&] { bgen.open(); },
                ThrowsMessage<IoError>(HasSubstr(
                    "data.bgen.bgi: made for a file of " + std::to_string(bytes.size() + 1) +
                    " bytes, but the .bgen file has " + std::to_string(bytes.size()))));
  }
  {
    const SmallBgen bgen(file);
    TestIndex(bgen.path + ".bgi").describe("x" + bytes.substr(1), bytes.size());
    EXPECT_THAT([&] { bgen.open(); },
                ThrowsMessage<IoError>(HasSubstr("made for a file that begins with other bytes")));
  }
  {
    const SmallBgen bgen(file);
    TestIndex index(bgen.path + ".bgi");
    index.add("rs0", 24);
    BgenReader reader = bgen.open();
    EXPECT_THAT([&] { reader.seek(1); },
                ThrowsMessage<IoError>(HasSubstr("data.bgen.bgi: does not list the 3 variants")));
  }
  {
    const SmallBgen bgen(file);
    bgen.folder.write("data.bgen.bgi", "no database");
    EXPECT_THAT([&] { bgen.open(); },
                ThrowsMessage<IoError>(HasSubstr("data.bgen.bgi: cannot read the index: ")));
  }
}

/// Opens a file and reads all of it.
void read_whole(const std::string& bytes) {
  BgenReader reader = SmallBgen(bytes).open();
  while (reader.read(2).size() > 0) {
  }
}

/// A file of one variant, not compressed, with `bytes` at `offset` instead of what is there.
auto reading_with(std::size_t offset, const std::string& bytes) {
  return [=] {
    std::string file = BgenTestFile{.compression = BgenCompression::none, .names = {}}.bytes();
    read_whole(file.replace(offset, bytes.size(), bytes));
  };
}

TEST(BgenReader, RefusesAMalformedHeader) {
  EXPECT_THAT([] { read_whole(""); },
              throws_ending<IoError>(
                  "data.bgen: byte 0: expected the offset of the variants, 4 bytes, found 0"));
  EXPECT_THAT(reading_with(16, "bcf2"),
              throws_ending<IoError>("byte 16: not a BGEN file: expected 'bgen'"));
  EXPECT_NO_THROW(reading_with(16, little(0, 4))());
  EXPECT_THAT(reading_with(4, little(19, 4)),
              throws_ending<IoError>("byte 4: expected a header of 20 to 20 bytes, found 19"));
  EXPECT_THAT(reading_with(0, little(5000, 4)),
              ThrowsMessage<IoError>(HasSubstr("byte 0: expected variants at byte 5004, found")));
  EXPECT_THAT(reading_with(8, little(0, 4)),
              throws_ending<IoError>("data.bgen: there are no SNPs in it"));
  EXPECT_THAT(reading_with(8, little(1000, 4)),
              ThrowsMessage<IoError>(HasSubstr("byte 8: expected at most ")));
  EXPECT_THAT(reading_with(12, little(0, 4)),
              throws_ending<IoError>("data.bgen: there are no samples in it"));
  EXPECT_THAT(reading_with(20, little(3 | 2 << 2, 4)),
              throws_ending<IoError>("byte 20: expected compression 0, 1 or 2, found 3"));
  EXPECT_THAT(reading_with(20, little(3 << 2, 4)),
              throws_ending<IoError>("byte 20: expected layout 2, found 3"));
  EXPECT_THAT(reading_with(20, little(1 << 2, 4)),
              ThrowsMessage<IoError>(HasSubstr("byte 20: layout 1 (BGEN 1.1 and older) is not "
                                               "supported; convert the file with 'plink2")));
}

TEST(BgenReader, RefusesMalformedNames) {
  BgenTestFile file;
  file.names = {"one", "two"};
  const auto with = [bytes = file.bytes()](std::size_t offset, const std::string& other) {
    return [=] { read_whole(std::string(bytes).replace(offset, other.size(), other)); };
  };
  EXPECT_THAT(with(28, little(3, 4)),
              throws_ending<IoError>("byte 28: expected identifiers of 2 samples, found 3"));
  EXPECT_THAT(with(24, little(19, 4)),
              throws_ending<IoError>("byte 42: expected a sample block of 19 bytes, found 18"));
  EXPECT_THAT(
      with(0, little(37, 4)),
      throws_ending<IoError>("byte 0: expected variants at byte 42 or behind it, found 41"));
  EXPECT_THAT(with(32, little(0xffff, 2)),
              ThrowsMessage<IoError>(HasSubstr("byte 34: expected a sample's identifier, 65535")));
}

// The genotypes begin at byte 71: samples, alleles, ploidies from 77, bits at 82.
TEST(BgenReader, RefusesMalformedGenotypes) {
  const std::string file = BgenTestFile{.compression = BgenCompression::none, .names = {}}.bytes();
  constexpr std::size_t kGenotypes = 73;
  ASSERT_EQ(file.size(), kGenotypes + 16);
  const auto with = [&](std::size_t offset, std::uint64_t value, int bytes = 1) {
    return reading_with(kGenotypes + offset, little(value, bytes));
  };
  EXPECT_THAT(with(0, 3, 4), throws_ending<IoError>("data.bgen: variant 1, byte 73: expected "
                                                    "genotypes of 2 samples, found 3"));
  EXPECT_THAT(with(4, 3, 2), throws_ending<IoError>("variant 1, byte 77: expected genotypes of 2 "
                                                    "alleles, found 3"));
  EXPECT_THAT(with(6, 3),
              throws_ending<IoError>("byte 81: expected a ploidy from 3 to 2, found 2"));
  EXPECT_THAT(with(9, 1),
              throws_ending<IoError>("byte 82: expected a ploidy from 2 to 2, found 1"));
  EXPECT_THAT(with(10, 2), throws_ending<IoError>("byte 83: expected 0 or 1 for phased, found 2"));
  for (const int bits : {0, 33, 255}) {
    EXPECT_THAT(with(11, bits),
                throws_ending<IoError>("byte 84: expected 1 to 32 bits for a probability, found " +
                                       std::to_string(bits)));
  }
  EXPECT_THAT(with(11, 9),
              throws_ending<IoError>("byte 85: expected 5 bytes of probabilities, found 4"));
  EXPECT_THAT(with(13, 1),
              throws_ending<IoError>("the probabilities of sample 1 are more than 1 together"));
  BgenTestVariant triploid{.ploidy = {2, 3}, .probabilities = {0, 0, 0, 0, 0}};
  EXPECT_THAT([&] { copies_of(triploid); },
              throws_ending<IoError>("variant 1, byte 82: sample 2 has 3 chromosomes; at most two "
                                     "are supported"));
}

TEST(BgenReader, RefusesMalformedCompression) {
  for (const auto compression : {BgenCompression::zlib, BgenCompression::zstd}) {
    const std::string name = compression == BgenCompression::zlib ? "zlib" : "zstd";
    const std::string file = BgenTestFile{.compression = compression, .names = {}}.bytes();
    constexpr std::size_t kData = 77;
    const auto with = [&](std::size_t offset, const std::string& other) {
      return [=] { read_whole(std::string(file).replace(offset, other.size(), other)); };
    };
    EXPECT_THAT(
        with(kData, "y"),
        ThrowsMessage<IoError>(HasSubstr("variant 1, byte 77: cannot decompress by " + name)));
    EXPECT_THAT(with(kData - 4, little(17, 4)),
                ThrowsMessage<IoError>(
                    HasSubstr("byte 73: the genotypes have 16 bytes when decompressed, not 17")));
    EXPECT_THAT(with(kData - 4, little(0xffffffff, 4)),
                ThrowsMessage<IoError>(HasSubstr("byte 73: expected at most ")));
    EXPECT_THAT(with(kData - 8, little(3, 4)),
                throws_ending<IoError>("byte 69: expected at least 4 bytes, found 3"));
  }
}

TEST(BgenReader, RefusesBytesBehindTheLastVariant) {
  const std::string file = numbered(2).bytes();
  EXPECT_THAT([&] { read_whole(file + "xyz"); },
              throws_ending<IoError>("data.bgen: byte " + std::to_string(file.size()) +
                                     ": expected the end behind 2 variants, found 3 more bytes"));
}

// Whatever a file says of itself, memory is not taken before there are bytes that justify it.
TEST(BgenReader, DoesNotBelieveLargeNumbers) {
  for (const auto compression : {BgenCompression::none, BgenCompression::zlib}) {
    std::string file = BgenTestFile{.compression = compression, .names = {}}.bytes();
    file.replace(12, 4, little(0xfffffff0, 4));
    EXPECT_THAT([&] { read_whole(file); },
                ThrowsMessage<IoError>(HasSubstr("expected genotypes of 4294967280 samples")));
  }
}

TEST(BgenReader, EveryTruncationIsAnError) {
  for (const auto compression :
       {BgenCompression::none, BgenCompression::zlib, BgenCompression::zstd}) {
    BgenTestFile test = numbered(2);
    test.compression = compression;
    test.names = {"one", "two"};
    const std::string file = test.bytes();
    for (std::size_t size = 0; size < file.size(); ++size) {
      EXPECT_THROW(read_whole(file.substr(0, size)), IoError) << size;
    }
  }
}

}  // namespace
}  // namespace loom::gwas
