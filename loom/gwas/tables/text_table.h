#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "loom/support/function_ref.h"

// What the readers of small text tables (.fam, .bim, phenotypes, covariates) share.
namespace loom::gwas {

/// How many rows a file must have, and why: {1940, "one for each sample in data.fam"}.
struct ExpectedRows {
  std::int64_t count = 0;
  std::string reason;
};

/// A line of a text file cut into its fields, which view the text.
struct TextRow {
  std::int64_t line = 0;  ///< from 1
  std::vector<std::string_view> fields;
};

/// Cuts `line` at `separators` into `fields`.
void split_fields(std::string_view line, std::string_view separators,
                  std::vector<std::string_view>& fields);

/// Calls `visit` with the number, from 1, of each line of `text` and the line. Blank lines at the
/// end of the file are left out.
void for_each_line(std::string_view text,
                   FunctionRef<void(std::int64_t number, std::string_view line)> visit);

/// Calls `visit` for each of these lines, cut at `separators`; a blank one is a row without fields.
/// The row lives until `visit` returns.
void for_each_row(std::string_view text, std::string_view separators,
                  FunctionRef<void(const TextRow& row)> visit);

/// Throws IoError where a file does not have the rows it must have:
/// "pheno.txt: expected 1940 rows (one for each sample in data.fam), found 1939".
void check_row_count(const std::filesystem::path& file, const ExpectedRows& expected,
                     std::int64_t found);

/// A field as messages show it: in quotes, and cut where it is long.
std::string quoted(std::string_view field);

/// The finite number that field `index` (from 0) of `row` holds. Throws IoError: "cov.txt: line 3,
/// field 2: expected a number, found 'male'"; NaN and infinity are refused in the same way.
double finite_number(const std::filesystem::path& file, const TextRow& row, std::int64_t index);

}  // namespace loom::gwas
