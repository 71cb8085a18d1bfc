#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "loom/schema/op_table.h"

// loom/ops/elementwise_functions.h is written by this test from the op table: see scripts/generate.
namespace loom::schema {
namespace {

constexpr std::size_t kColumns = 100;

constexpr std::string_view kHead = R"(#pragma once

#include "loom/ops/call.h"

// Generated from the op table by scripts/generate; do not edit. (A function whose row was renamed
// or removed no longer compiles: delete it by hand, then generate.)
//
// One function per elementwise row. Operands broadcast and promote as in NumPy; every function
// throws ShapeError where shapes do not broadcast and DTypeError where the row does not define the
// dtype.
namespace loom {
)";

constexpr std::string_view kTail = R"(
}  // namespace loom
)";

/// `text` as a comment of lines that fit.
std::string comment(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string lines, line = "///";
  for (std::string word; words >> word;) {
    if (line.size() + 1 + word.size() > kColumns) {
      lines += line + '\n';
      line = "///";
    }
    line += ' ' + word;
  }
  return lines + line + '\n';
}

/// A function, on one line if it fits.
std::string definition(std::string_view name, const std::string& parameters,
                       const std::string& body) {
  const std::string head = "inline Array " + std::string(name) + "(" + parameters + ") {";
  const std::string short_form = head + " " + body + " }\n";
  return short_form.size() <= kColumns + 1 ? short_form : head + "\n  " + body + "\n}\n";
}

std::string functions_of(const OpRow& row) {
  std::string parameters, arguments, pointers;
  for (int i = 0; i < row.inputs; ++i) {
    const std::string separator = i == 0 ? "" : ", ";
    const char name = static_cast<char>('a' + i);
    parameters += separator + "const Array& " + name;
    arguments += separator + name;
    pointers += separator + "&" + name;
  }
  const std::string name(row.name);
  std::string text =
      "\n" + comment(row.doc) +
      definition(name, parameters,
                 "return ops::call(schema::op(\"" + name + "\"), {" + pointers + "});");
  if (!row.alias.empty()) {
    text += comment("the same as " + name) +
            definition(row.alias, parameters, "return " + name + "(" + arguments + ");");
  }
  return text;
}

std::string generated() {
  std::string text(kHead);
  for (const OpRow& row : kBuiltinRows) {
    if (row.family == Family::elementwise) text += functions_of(row);
  }
  return text + std::string(kTail);
}

TEST(ElementwiseFunctions, AreThoseOfTheOpTable) {
  const std::filesystem::path path =
      std::filesystem::path(LOOM_SOURCE_DIR) / "loom/ops/elementwise_functions.h";
  if (std::getenv("LOOM_GENERATE") != nullptr) {
    std::ofstream(path) << generated();
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  std::istringstream wanted(generated());
  std::string found_line, wanted_line;
  for (int number = 1; std::getline(wanted, wanted_line); ++number) {
    if (!std::getline(file, found_line)) found_line.clear();
    ASSERT_EQ(found_line, wanted_line)
        << path.string() << ":" << number
        << ": not what follows from the op table; scripts/generate writes it anew";
  }
  EXPECT_FALSE(std::getline(file, found_line)) << path << " has more than the op table";
}

}  // namespace
}  // namespace loom::schema
