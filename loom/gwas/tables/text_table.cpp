#include "loom/gwas/tables/text_table.h"

#include <fmt/format.h>

#include <cmath>

#include "loom/support/error.h"
#include "loom/support/text.h"

namespace loom::gwas {

void split_fields(std::string_view line, std::string_view separators,
                  std::vector<std::string_view>& fields) {
  fields.clear();
  for (auto field = next_field(line, separators); !field.empty();
       field = next_field(line, separators)) {
    fields.push_back(field);
  }
}

void for_each_line(std::string_view text,
                   FunctionRef<void(std::int64_t number, std::string_view line)> visit) {
  LineReader lines(text.substr(0, text.find_last_not_of(" \t\r\n") + 1));
  while (auto line = lines.next()) visit(lines.line_number(), *line);
}

void for_each_row(std::string_view text, std::string_view separators,
                  FunctionRef<void(const TextRow& row)> visit) {
  TextRow row;
  for_each_line(text, [&](std::int64_t number, std::string_view line) {
    row.line = number;
    split_fields(line, separators, row.fields);
    visit(row);
  });
}

void check_row_count(const std::filesystem::path& file, const ExpectedRows& expected,
                     std::int64_t found) {
  if (found == expected.count) return;
  throw IoError(fmt::format("{}: expected {} rows ({}), found {}", file.string(), expected.count,
                            expected.reason, found));
}

std::string quoted(std::string_view field) {
  constexpr std::size_t kLongest = 40;
  if (field.size() <= kLongest) return fmt::format("'{}'", field);
  return fmt::format("'{}...'", field.substr(0, kLongest));
}

double finite_number(const std::filesystem::path& file, const TextRow& row, std::int64_t index) {
  const std::string_view field = row.fields[static_cast<std::size_t>(index)];
  const auto number = parse_double(field);
  if (number && std::isfinite(*number)) return *number;
  throw IoError(fmt::format("{}: line {}, field {}: expected a {}, found {}", file.string(),
                            row.line, index + 1, number ? "finite number" : "number",
                            quoted(field)));
}

}  // namespace loom::gwas
