#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

#include "data_fixture.h"
#include "loom/gwas/matrix_file.h"
#include "loom/gwas/number_text.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;

std::string ten_digits(double value) {
  char text[kTenDigitsRoom];
  return {text, write_ten_digits(text, value)};
}

std::string printed(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

TEST(TenDigits, AreThoseOfPrintf) {
  for (const double value : {0.0,
                             -0.0,
                             1.0,
                             -1.0,
                             10.0,
                             0.1,
                             123456789.0,
                             999999999.96,
                             9999999999.9,
                             1e9,
                             1e10,
                             1e-4,
                             std::nextafter(1e-4, 0.0),
                             9.99999999996e-5,
                             0.99999999996,
                             0.999999999949,
                             1e-300,
                             4.9e-324,
                             1.7976931348623157e308,
                             -1.234567891e-308,
                             0.5,
                             0.335098965712345,
                             std::numeric_limits<double>::infinity(),
                             std::nextafter(1.0, 0.0)}) {
    EXPECT_EQ(ten_digits(value), printed(value));
  }
}

TEST(TenDigits, RoundHalvesToEven) {
  // Exact binary fractions whose eleventh digit is a final five.
  for (const double value : {1.00048828125, 1.00146484375, 100000.00005, 0.00030517578125,
                             123456789.25, 123456789.75, 12345678.125, 12345678.375}) {
    EXPECT_EQ(ten_digits(value), printed(value));
  }
}

TEST(TenDigits, AreThoseOfPrintfForRandomNumbers) {
  constexpr std::uint64_t kSeed = 5;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  std::mt19937_64 random(kSeed);
  std::uniform_real_distribution<double> exponent(-6, 11);
  for (int i = 0; i < 50'000; ++i) {
    const double value = (i % 2 == 0 ? 1 : -1) * std::pow(10.0, exponent(random));
    ASSERT_EQ(ten_digits(value), printed(value));
    // Few decimals: ends of zeros to be cut.
    const double short_value = std::round(value * 1000) / 1000;
    ASSERT_EQ(ten_digits(short_value), printed(short_value));
  }
}

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
  read_kinship(write_gz(folder, "k.txt.gz", "1 2\n2 3\n"), rows(2), values);
  EXPECT_THAT(values, ElementsAre(1, 2, 2, 3));
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
  read_kinship(folder / "k.txt", rows(n), values);
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

TEST(MatrixFile, LeavesNothingBehindWhereItCannotWrite) {
  const TempFolder folder;
  const double values[] = {1};
  EXPECT_THROW(write_matrix(folder / "missing" / "k.txt", values, 1), IoError);
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace loom::gwas
