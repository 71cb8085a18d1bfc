#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "loom/gwas/tables/number_text.h"

namespace loom::gwas {
namespace {

/// One of the writers, and the format of printf that it stands for.
struct Writer {
  char* (*write)(char* out, double value);
  const char* format;
};
constexpr Writer kTenDigits = {write_ten_digits, "%.10g"};
constexpr Writer kScientific = {write_scientific, "%.6e"};
constexpr Writer kThreeDecimals = {write_three_decimals, "%.3f"};

std::string written(const Writer& writer, double value) {
  char text[kNumberRoom];
  return {text, writer.write(text, value)};
}

std::string printed(const Writer& writer, double value) {
  char text[400];
  std::snprintf(text, sizeof text, writer.format, value);
  return text;
}

/// Compares every writer with printf; NaN and what has no three decimals are left out.
void expect_as_printf(double value) {
  if (std::isnan(value)) return;
  for (const Writer& writer : {kTenDigits, kScientific, kThreeDecimals}) {
    if (writer.write == write_three_decimals && !(std::abs(value) < 1e15)) continue;
    ASSERT_EQ(written(writer, value), printed(writer, value)) << std::hexfloat << value;
  }
}

TEST(NumberText, SpecialValues) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const Writer& writer : {kTenDigits, kScientific, kThreeDecimals}) {
    EXPECT_EQ(written(writer, kInfinity), "inf");
    EXPECT_EQ(written(writer, -kInfinity), "-inf");
    EXPECT_EQ(written(writer, kNan), "nan");
    EXPECT_EQ(written(writer, std::copysign(kNan, -1.0)), "nan");
    EXPECT_EQ(written(writer, -0.0), printed(writer, -0.0));
  }
  EXPECT_EQ(written(kThreeDecimals, 1e15), "1.000000e+15");
  EXPECT_EQ(written(kThreeDecimals, 0.9995), printed(kThreeDecimals, 0.9995));
}

TEST(NumberText, PowersAndTheirNeighbours) {
  for (int exponent = -1074; exponent < 1024; ++exponent) {
    const double power = std::ldexp(1.0, exponent);
    for (const double value : {power, std::nextafter(power, 0.0), -power}) expect_as_printf(value);
  }
  for (int exponent = -323; exponent < 309; ++exponent) {
    const double power = std::strtod(("1e" + std::to_string(exponent)).c_str(), nullptr);
    for (const double value : {power, std::nextafter(power, 0.0), std::nextafter(power, 1e308)}) {
      expect_as_printf(value);
    }
  }
  expect_as_printf(std::numeric_limits<double>::max());
}

TEST(NumberText, Ties) {
  // Fractions of a power of two whose last digit but one is followed by an exact five.
  for (const double value : {1.00048828125, 1.00146484375, 0.0625, 0.1875, 0.5005, 123456789.25,
                             123456789.75, 12345678.125, 12345678.375, 1.0000005, 10000005.0,
                             10000015.0, 20000001.5, 1234567890.5, 12345678905.0}) {
    expect_as_printf(value);
  }
}

TEST(NumberText, RandomNumbers) {
  constexpr std::uint64_t kSeed = 7;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 300'000; ++i) {
    const std::uint64_t bits = random();
    expect_as_printf(std::bit_cast<double>(bits));        // any double
    expect_as_printf(std::bit_cast<double>(bits >> 12));  // a subnormal one
    expect_as_printf(std::ldexp(static_cast<double>(bits % 100'000'000),
                                -static_cast<int>(random() % 30)));  // ties
    expect_as_printf(static_cast<double>(bits % 20'001) / 1e4 *
                     std::pow(10.0, static_cast<int>(random() % 40) - 20));  // few digits
    expect_as_printf(static_cast<double>(bits % 2821) / 2820);               // frequencies
  }
}

}  // namespace
}  // namespace loom::gwas
