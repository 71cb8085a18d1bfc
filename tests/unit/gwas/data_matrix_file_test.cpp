#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "data_fixture.h"
#include "loom/gwas/tables/matrix_file.h"
#include "loom/support/error.h"
#include "loom/support/file.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;

const std::vector<std::int64_t> kBoth = {0, 1};

ExpectedRows rows(std::int64_t count) { return {count, "one for each sample in data.fam"}; }

std::vector<double> read_text_matrix(const std::string& text, std::int64_t row_count,
                                     std::int64_t columns) {
  const TempFolder folder;
  std::vector<double> values(static_cast<std::size_t>(row_count * columns), -1);
  read_matrix(folder.write("k.txt", text), rows(row_count), columns, values);
  return values;
}

TEST(MatrixFile, WritesTabsBetweenAndNoneAtTheEnd) {
  const TempFolder folder;
  const double values[] = {1, -0.25, 1.0 / 3, 1e-5, 0, 123456789012};
  write_matrix(folder / "k.txt", values, 3);
  EXPECT_EQ(folder.read("k.txt"), "1\t-0.25\t0.3333333333\n1e-05\t0\t1.23456789e+11\n");
  write_matrix(folder / "d.txt", values, 1);
  EXPECT_EQ(folder.read("d.txt"), "1\n-0.25\n0.3333333333\n1e-05\n0\n1.23456789e+11\n");
}

TEST(MatrixFile, ReadsBackWhatItWroteAcrossPieces) {
  constexpr std::int64_t kRows = 3000;  // more than one piece of rows
  constexpr std::int64_t kColumns = 7;
  std::vector<double> values(kRows * kColumns);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i) / 64 - 100;
  const TempFolder folder;
  std::string one_thread;
  for (const int threads : {1, 4}) {
    set_num_threads(threads);
    write_matrix(folder / "k.txt", values, kColumns);
    std::vector<double> read(values.size());
    read_matrix(folder / "k.txt", rows(kRows), kColumns, read);
    EXPECT_EQ(read, values);  // multiples of 1/64 below 300 have fewer than ten digits
    if (threads == 1) one_thread = folder.read("k.txt");
  }
  set_num_threads(0);
  EXPECT_EQ(folder.read("k.txt"), one_thread);
}

TEST(MatrixFile, ReadsAnySeparatorLineEndAndNotation) {
  EXPECT_THAT(read_text_matrix("1\t2\r\n +3 , -4e-2\t\r\n\n", 2, 2), ElementsAre(1, 2, 3, -0.04));
  EXPECT_THAT(read_text_matrix("5", 1, 1), ElementsAre(5));
}

TEST(MatrixFile, ReadsCompressedText) {
  const TempFolder folder;
  std::vector<double> values(4);
  read_kinship(write_gz(folder, "k.txt.gz", "1 2\n2 3\n"), rows(2), kBoth, values);
  EXPECT_THAT(values, ElementsAre(1, 2, 2, 3));
}

TEST(MatrixFile, CompressesWhatTheNameAsksFor) {
  const double values[] = {1, 2, 2, 0.5};
  const TempFolder folder;
  for (const char* name : {"k.txt.gz", "k.txt.zst"}) {
    write_matrix(folder / name, values, 2);
    EXPECT_EQ(read_text(folder / name), "1\t2\n2\t0.5\n");
    EXPECT_NE(folder.read(name), "1\t2\n2\t0.5\n");
    std::vector<double> read(4);
    read_kinship(folder / name, rows(2), kBoth, read);
    EXPECT_THAT(read, testing::ElementsAreArray(values));
  }
}

TEST(MatrixFile, BlankLinesCountOnlyBeforeOthers) {
  // More than a block of the file, so that what follows is not yet known.
  const std::string blanks(40 << 20, '\n');
  EXPECT_THAT(read_text_matrix("1 2\n" + blanks, 1, 2), ElementsAre(1, 2));
  EXPECT_THAT([&] { read_text_matrix("1 2\n" + blanks + "3 4\n", 2, 2); },
              throws_ending<IoError>("k.txt: line 2: expected 2 numbers, found 0"));
}

TEST(MatrixFile, RefusesAWrongShape) {
  EXPECT_THAT([] { read_text_matrix("1 2\n3 4\n", 3, 2); },
              throws_ending<IoError>("k.txt: expected 3 rows (one for each sample in data.fam), "
                                     "found 2"));
  EXPECT_THAT([] { read_text_matrix("1 2\n3 4\n5 6\n", 2, 2); },
              throws_ending<IoError>("expected 2 rows (one for each sample in data.fam), found 3"));
  EXPECT_THAT([] { read_text_matrix("1 2\n3\n", 2, 2); },
              throws_ending<IoError>("k.txt: line 2: expected 2 numbers, found 1"));
  EXPECT_THAT([] { read_text_matrix("1 2\n3 4 5 6\n", 2, 2); },
              throws_ending<IoError>("k.txt: line 2: expected 2 numbers, found 4"));
  EXPECT_THAT([] { read_text_matrix("1 2\n\n3 4\n", 3, 2); },
              throws_ending<IoError>("k.txt: line 2: expected 2 numbers, found 0"));
  EXPECT_THAT([] { read_text_matrix("", 1, 1); }, throws_ending<IoError>("found 0"));
}

TEST(MatrixFile, RefusesWhatIsNoFiniteNumber) {
  const std::string where = "k.txt: line 2, field 2: expected a ";
  for (const std::string bad : {"nan", "-inf", "NaN", "1e999"}) {
    EXPECT_THAT([&] { read_text_matrix("1 2\n3 " + bad + "\n", 2, 2); },
                throws_ending<IoError>(where + "finite number, found '" + bad + "'"));
  }
  for (const std::string bad : {"x", "1.5x", "--1", "+-1", "+", "1;2", "."}) {
    EXPECT_THAT([&] { read_text_matrix("1 2\n3 " + bad + "\n", 2, 2); },
                throws_ending<IoError>(where + "number, found '" + bad + "'"));
  }
}

TEST(MatrixFile, NamesTheFirstOfManyErrorsOnAnyNumberOfThreads) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += i < 40 ? "1 2\n" : "1 x\n";
  for (const int threads : {1, 4}) {
    set_num_threads(threads);
    for (int round = 0; round < 10; ++round) {
      EXPECT_THAT([&] { read_text_matrix(text, 500, 2); },
                  throws_ending<IoError>("line 41, field 2: expected a number, found 'x'"));
    }
  }
  set_num_threads(0);
}

/// A symmetric matrix of n rows with `change` added at (row, column), written and read.
void read_changed_kinship(std::int64_t n, std::int64_t row, std::int64_t column, double change) {
  std::vector<double> values(static_cast<std::size_t>(n * n));
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      values[static_cast<std::size_t>(i * n + j)] = 2.0 / static_cast<double>(1 + i + j);
    }
  }
  values[static_cast<std::size_t>(row * n + column)] += change;
  const TempFolder folder;
  write_matrix(folder / "k.txt", values, n);
  std::vector<std::int64_t> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  read_kinship(folder / "k.txt", rows(n), all, values);
}

TEST(Kinship, MustBeSymmetric) {
  EXPECT_THAT([] { read_changed_kinship(3, 0, 2, 0.5); },
              testing::ThrowsMessage<IoError>(testing::EndsWith(
                  "k.txt: not symmetric: row 1, column 3 is 1.166666667 but row 3, column 1 is "
                  "0.6666666667")));
  // Anywhere, in either triangle, across tiles of the comparison.
  for (const auto& [row, column] : {std::pair{0, 149}, {149, 0}, {70, 100}, {130, 129}}) {
    EXPECT_THROW(read_changed_kinship(150, row, column, 1e-3), IoError) << row << " " << column;
  }
}

TEST(Kinship, ToleratesTheRoundingOfTenDigits) {
  EXPECT_NO_THROW(read_changed_kinship(150, 3, 100, 1.9e-6));  // the largest entry is 2
  EXPECT_THROW(read_changed_kinship(150, 3, 100, 2.1e-6), IoError);
}

/// Of four samples, and the second's kinship with the last is in doubt.
constexpr const char* kFour = "1 2 3 4\n2 5 6 7\n3 6 8 9\n4 0 9 10\n";

std::vector<double> some_of_four(const std::string& text, std::vector<std::int64_t> places) {
  const TempFolder folder;
  std::vector<double> values(places.size() * places.size());
  read_kinship(folder.write("k.txt", text), rows(4), places, values);
  return values;
}

TEST(Kinship, MayBeReadInPartAndInAnyOrder) {
  EXPECT_THAT(some_of_four(kFour, {3, 0, 2}), ElementsAre(10, 4, 9, 4, 1, 3, 9, 3, 8));
  EXPECT_THAT(some_of_four(kFour, {}), ElementsAre());
}

TEST(Kinship, MustBeSymmetricInThePartThatIsRead) {
  EXPECT_THAT(
      [] {
        some_of_four(kFour, {0, 3, 1});
      },
      throws_ending<IoError>("k.txt: not symmetric: row 4, column 2 is 0 but row 2, column "
                             "4 is 7"));
}

TEST(Kinship, MustBeNumbersInThePartThatIsRead) {
  const std::string text = "1 2 3 4\n2 5 x 7\n3 x\n4 7 9 10\n";
  EXPECT_THAT(some_of_four(text, {0, 1}), ElementsAre(1, 2, 2, 5));
  EXPECT_THAT(
      [&] {
        some_of_four(text, {1, 2});
      },
      throws_ending<IoError>("k.txt: line 2, field 3: expected a number, found 'x'"));
  EXPECT_THAT(
      [&] {
        some_of_four(text, {0, 2});
      },
      throws_ending<IoError>("k.txt: line 3: expected 4 numbers, found 2"));
  EXPECT_THAT(
      [&] {
        some_of_four(text + "5 6 7 8\n", {0, 1});
      },
      throws_ending<IoError>("expected 4 rows (one for each sample in data.fam), found 5"));
}

TEST(MatrixFile, LeavesNothingBehindWhereItCannotWrite) {
  const TempFolder folder;
  const double values[] = {1};
  EXPECT_THROW(write_matrix(folder / "missing" / "k.txt", values, 1), IoError);
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace loom::gwas
