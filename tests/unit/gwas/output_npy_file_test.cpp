#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "loom/gwas/tables/matrix_file.h"
#include "loom/gwas/tables/npy_file.h"
#include "loom/gwas/tables/sample_ids.h"
#include "loom/support/error.h"
#include "loom/support/file.h"
#include "temp_folder.h"
#include "throws_ending.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;
using testing::Pair;

ExpectedRows rows(std::int64_t count) { return {count, "one for each sample in data.fam"}; }

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// A file as other programs may write it: any header, and no padding.
template <class T>
std::string npy(const std::string& header, const std::vector<T>& values, char version = 1) {
  std::string text = std::string("\x93NUMPY") + version + '\0';
  text += static_cast<char>(header.size());
  text += std::string(version == 1 ? 1 : 3, '\0');
  return text + header + bytes_of(values);
}

std::string header(const std::string& type, bool columns_first, const std::string& shape) {
  return "{'descr': '" + type + "', 'fortran_order': " + (columns_first ? "True" : "False") +
         ", 'shape': " + shape + ", }\n";
}

std::vector<double> read(const std::string& content, std::int64_t row_count, std::int64_t columns) {
  const TempFolder folder;
  std::vector<double> values(static_cast<std::size_t>(row_count * columns), -1);
  read_matrix(folder.write("k.npy", content), rows(row_count), columns, values);
  return values;
}

TEST(NpyFile, IsWrittenAsNumpyDoes) {
  const TempFolder folder;
  const std::vector<double> values = {1, -0.1, 1.0 / 3, 1e-300, 5e-324, 2};
  write_matrix(folder / "k.npy", values, 3);
  const std::string text = folder.read("k.npy");
  EXPECT_EQ(text.substr(0, 10), std::string("\x93NUMPY\1\0v\0", 10));  // 118 more to 128
  EXPECT_THAT(text.substr(10, 118),
              testing::StartsWith("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), } "));
  EXPECT_EQ(text[127], '\n');
  EXPECT_EQ(text.substr(128), bytes_of(values));
  write_matrix(folder / "d.npy", values, 1);
  EXPECT_THAT(folder.read("d.npy"), testing::HasSubstr("'shape': (6,), }"));
}

TEST(NpyFile, KeepsEveryBit) {
  const TempFolder folder;
  constexpr std::int64_t kColumns = 1700, kRows = 1300;  // more than one block of 16 MiB
  std::vector<double> values(kRows * kColumns);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(static_cast<double>(i));
  write_matrix(folder / "k.npy", values, kColumns);
  std::vector<double> read(values.size());
  read_matrix(folder / "k.npy", rows(kRows), kColumns, read);
  EXPECT_EQ(read, values);
  read_matrix(folder / "k.npy", rows(kRows), kColumns, read);
}

TEST(NpyFile, ReadsOtherLayouts) {
  const std::vector<double> six = {1, 2, 3, 4, 5, 6};
  EXPECT_THAT(read(npy(header("<f8", true, "(2, 3)"), six), 2, 3), ElementsAre(1, 3, 5, 2, 4, 6));
  EXPECT_THAT(
      read(npy(header("<f4", false, "(3,2)"), std::vector<float>(six.begin(), six.end())), 3, 2),
      ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(read(npy("{\"shape\":(6,),\"fortran_order\":False,\"descr\":\"<f8\"}", six, 2), 6, 1),
              ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(read(npy(header("<f8", true, "(6, 1)"), six), 6, 1), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(NpyFile, TransposesAcrossBlocks) {
  constexpr std::int64_t kRows = 1000, kColumns = 2500;
  std::vector<double> values(kRows * kColumns);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  const std::vector<double> read_values =
      read(npy(header("<f8", true, "(1000, 2500)"), values), kRows, kColumns);
  for (std::int64_t i = 0; i < kRows; ++i) {
    for (std::int64_t j = 0; j < kColumns; ++j) {
      ASSERT_EQ(read_values[static_cast<std::size_t>(i * kColumns + j)], j * kRows + i);
    }
  }
}

TEST(NpyFile, RefusesWhatIsNoSuchMatrix) {
  const std::vector<double> four = {1, 2, 2, 1};
  const std::string good = header("<f8", false, "(2, 2)");
  for (const auto& [content, message] : std::vector<std::pair<std::string, std::string>>{
           {npy(header("<f8", false, "(3, 4)"), four),
            "expected shape (2, 2), rows: one for each sample in data.fam; found (3, 4)"},
           {npy(header("<f8", false, "(4,)"), four),
            "expected shape (2, 2), rows: one for each sample in data.fam; found (4,)"},
           {npy(header("<i8", false, "(2, 2)"), four),
            "expected numbers of type '<f8' or '<f4', found '<i8'"},
           {npy(header(">f8", false, "(2, 2)"), four),
            "expected numbers of type '<f8' or '<f4', found '>f8'"},
           {npy(good, four).substr(0, 90), "expected 32 bytes of numbers, found 20"},
           {npy(good, four) + "x", "there is more in the file than its numbers"},
           {npy(good, std::vector<double>{1, 2, NAN, 1}),
            "row 2, column 1: expected a finite number, found nan"},
           {"1 2\n2 1\n", "not a file of NumPy's format"},
           {npy(good, four).substr(0, 40), "the file ends in its header"},
           {npy("{'descr': [('a', '<f8')], 'shape': (2, 2)}", four),
            "the header is not one of NumPy's format: '{'descr': [('a', '<f8')], 'shape': (2, "
            "2...'"},
       }) {
    EXPECT_THAT([&] { read(content, 2, 2); }, throws_ending<IoError>("k.npy: " + message));
  }
}

TEST(NpyFile, OfAKinshipMustBeSymmetric) {
  const TempFolder folder;
  std::vector<double> values = {1, 2, 2.5, 1};
  write_matrix(folder / "k.npy", values, 2);
  const std::vector<std::int64_t> both = {0, 1};
  EXPECT_THAT([&] { read_kinship(folder / "k.npy", rows(2), both, values); },
              throws_ending<IoError>(
                  "k.npy: not symmetric: row 1, column 2 is 2 but row 2, column 1 is 2.5"));
}

TEST(NpyFile, OfAKinshipIsReadInPart) {
  const std::vector<double> nine = {1, 2, 3, 2, 4, 5, 3, 6, 7};
  const std::vector<std::int64_t> places = {2, 0}, asymmetric = {1, 2};
  const TempFolder folder;
  for (const bool columns_first : {false, true}) {
    std::vector<double> read(4);
    folder.write("k.npy", npy(header("<f8", columns_first, "(3, 3)"), nine));
    read_kinship(folder / "k.npy", rows(3), places, read);
    EXPECT_THAT(read, ElementsAre(7, 3, 3, 1));
    EXPECT_THAT(
        [&] { read_kinship(folder / "k.npy", rows(3), asymmetric, read); },
        throws_ending<IoError>(columns_first ? "row 2, column 3 is 6 but row 3, column 2 is 5"
                                             : "row 2, column 3 is 5 but row 3, column 2 is 6"));
  }
}

TEST(SampleIds, StandBesideTheMatrix) {
  EXPECT_EQ(ids_file("out/a.cXX.npy"), "out/a.cXX.id");
  EXPECT_EQ(ids_file("out/a.cXX.txt.gz"), "out/a.cXX.id");
  EXPECT_EQ(ids_file("out/a.cXX.txt"), "out/a.cXX.id");
}

std::vector<std::pair<std::string, std::string>> read_names(const std::string& text) {
  const TempFolder folder;
  std::vector<std::pair<std::string, std::string>> names;
  for (const Sample& sample : read_ids(folder.write("k.id", text))) {
    names.emplace_back(sample.family_id, sample.individual_id);
  }
  return names;
}

TEST(SampleIds, AreReadBack) {
  const TempFolder folder;
  write_ids(folder / "k.id", std::vector<Sample>{{"F1", "I1"}, {"", "I2"}});
  EXPECT_EQ(folder.read("k.id"), "F1\tI1\n0\tI2\n");
  EXPECT_THAT(read_names(folder.read("k.id")), ElementsAre(Pair("F1", "I1"), Pair("", "I2")));
}

TEST(SampleIds, OfOtherPrograms) {
  EXPECT_THAT(read_names("#FID\tIID\nF1\tI1\n"), ElementsAre(Pair("F1", "I1")));
  EXPECT_THAT(read_names("#IID\nI1\r\nI2\n"), ElementsAre(Pair("", "I1"), Pair("", "I2")));
}

TEST(SampleIds, AreThereOnce) {
  EXPECT_THAT([] { read_names("F1 I1\nF2 I1\nF1 I1\n"); },
              throws_ending<IoError>("k.id: line 3: sample F1 I1 stands in line 1 already"));
  EXPECT_THAT(
      [] { read_names("F1 I1 0 0\n"); },
      throws_ending<IoError>("k.id: line 1: expected a family and a sample, found 4 fields"));
}

}  // namespace
}  // namespace loom::gwas
