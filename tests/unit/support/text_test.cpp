#include "loom/support/text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace loom {
namespace {

using Strings = std::vector<std::string>;

Strings lines_of(std::string_view text) {
  Strings lines;
  LineReader reader(text);
  while (const auto line = reader.next()) {
    lines.emplace_back(*line);
    EXPECT_EQ(reader.line_number(), static_cast<std::int64_t>(lines.size()));
  }
  EXPECT_FALSE(reader.next()) << "the end is final";
  return lines;
}

Strings fields_of(std::string_view line, std::string_view separators) {
  Strings fields;
  for (;;) {
    const std::string_view field = next_field(line, separators);
    if (field.empty()) return fields;
    fields.emplace_back(field);
  }
}

TEST(LineReader, Lines) {
  EXPECT_EQ(lines_of(""), Strings{});
  EXPECT_EQ(lines_of("\n"), Strings{""});
  EXPECT_EQ(lines_of("a\nb\n"), (Strings{"a", "b"}));
  EXPECT_EQ(lines_of("a\nb"), (Strings{"a", "b"})) << "no final end";
  EXPECT_EQ(lines_of("a\n\nb\n\n"), (Strings{"a", "", "b", ""}));
}

TEST(LineReader, CarriageReturns) {
  EXPECT_EQ(lines_of("a\r\nb\r\n"), (Strings{"a", "b"}));
  EXPECT_EQ(lines_of("a\r\nb\r"), (Strings{"a", "b"})) << "no final newline";
  EXPECT_EQ(lines_of("\r\n\r\n"), (Strings{"", ""}));
  EXPECT_EQ(lines_of("a\rb\n"), (Strings{"a\rb"})) << "only an end is cut";
  EXPECT_EQ(lines_of("a\r\r\n"), (Strings{"a\r"}));
}

TEST(LineReader, NumberIsZeroBeforeTheFirstLine) { EXPECT_EQ(LineReader("a\n").line_number(), 0); }

TEST(NextField, SkipsRunsOfSeparators) {
  EXPECT_EQ(fields_of("a b\tc", " \t"), (Strings{"a", "b", "c"}));
  EXPECT_EQ(fields_of("  a \t b  ", " \t"), (Strings{"a", "b"}));
  EXPECT_EQ(fields_of("", " \t"), Strings{});
  EXPECT_EQ(fields_of(" \t ", " \t"), Strings{});
}

TEST(NextField, TakesAnyNumberOfSeparators) {
  EXPECT_EQ(fields_of("a b,c", ","), (Strings{"a b", "c"}));
  EXPECT_EQ(fields_of("a b,c\td", " ,\t"), (Strings{"a", "b", "c", "d"}));
  EXPECT_EQ(fields_of("a b", ""), (Strings{"a b"}));
}

TEST(NextField, LeavesTheRest) {
  std::string_view rest = "one two three";
  EXPECT_EQ(next_field(rest), "one");
  EXPECT_EQ(rest, " two three");
}

TEST(Trim, CutsBothEnds) {
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim(" \t\r\n"), "");
  EXPECT_EQ(trim("a"), "a");
  EXPECT_EQ(trim("  a b\t\n"), "a b");
}

TEST(ParseDouble, Numbers) {
  EXPECT_EQ(parse_double("0"), 0.0);
  EXPECT_EQ(parse_double("-1.5"), -1.5);
  EXPECT_EQ(parse_double("+1.5"), 1.5);
  EXPECT_EQ(parse_double("5."), 5.0);
  EXPECT_EQ(parse_double(".5"), 0.5);
  EXPECT_EQ(parse_double("1e3"), 1000.0);
  EXPECT_EQ(parse_double("1E+3"), 1000.0);
  EXPECT_EQ(parse_double("0.1"), 0.1);
  EXPECT_EQ(parse_double("2.2250738585072014e-308"), std::numeric_limits<double>::min());
  EXPECT_EQ(parse_double("5e-324"), std::numeric_limits<double>::denorm_min());
}

TEST(ParseDouble, NotFinite) {
  for (const char* text : {"nan", "NaN", "NAN", "-nan"}) {
    const auto value = parse_double(text);
    ASSERT_TRUE(value) << text;
    EXPECT_TRUE(std::isnan(*value)) << text;
  }
  EXPECT_EQ(parse_double("inf"), INFINITY);
  EXPECT_EQ(parse_double("+Inf"), INFINITY);
  EXPECT_EQ(parse_double("-INF"), -INFINITY);
}

TEST(ParseDouble, OutOfRange) {
  EXPECT_EQ(parse_double("1e-400"), 0.0);
  ASSERT_TRUE(parse_double("-1.5E-400"));
  EXPECT_TRUE(std::signbit(*parse_double("-1.5E-400")));
  EXPECT_FALSE(parse_double("1e400"));
  EXPECT_FALSE(parse_double("-1e+400"));
  EXPECT_FALSE(parse_double("1e-400x"));
}

TEST(ParseDouble, RefusesTheRest) {
  for (const char* text : {"", "+", "-", ".", "e5", "1e", "abc", "NA", " 1", "1 ", "1,5", "1.5x",
                           "+-5", "++5", "--5", "0x10", "1\r"}) {
    EXPECT_FALSE(parse_double(text)) << '"' << text << '"';
  }
}

TEST(ParseInt, Numbers) {
  EXPECT_EQ(parse_int("0"), 0);
  EXPECT_EQ(parse_int("-12"), -12);
  EXPECT_EQ(parse_int("+12"), 12);
  EXPECT_EQ(parse_int("007"), 7);
  EXPECT_EQ(parse_int("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_int("-9223372036854775808"), INT64_MIN);
}

TEST(ParseInt, RefusesTheRest) {
  for (const char* text : {"", "+", "-", "+-1", "1.0", "1e3", " 1", "1 ", "x", "0x10",
                           "9223372036854775808", "-9223372036854775809"}) {
    EXPECT_FALSE(parse_int(text)) << '"' << text << '"';
  }
}

}  // namespace
}  // namespace loom
