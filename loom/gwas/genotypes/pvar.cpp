#include "loom/gwas/genotypes/pvar.h"

#include <fmt/format.h>

#include <algorithm>

#include "loom/gwas/tables/text_table.h"
#include "loom/support/error.h"
#include "loom/support/text.h"

namespace loom::gwas {
namespace {

constexpr const char* kBlanks = " \t\r";

}  // namespace

PvarFile::PvarFile(std::filesystem::path path) : lines_(std::move(path)) {
  read_header();
  needed_ = 1 + *std::ranges::max_element(fields_);
  if (count() == 0) {
    throw IoError(fmt::format("{}: there are no SNPs in it", lines_.path().string()));
  }
  // A mistake is better found now than after hours of work.
  for (std::int64_t i = 0; i < count(); ++i) next();
  seek(0);
}

void PvarFile::read_header() {
  std::string_view header;
  std::int64_t header_lines = 0;
  while (header_lines < count()) {
    const std::string_view line = lines_.next();
    if (!line.starts_with('#')) break;
    header = line;
    ++header_lines;
  }
  lines_.seek(0);
  if (header.empty()) return assume_bim();
  lines_.seek(header_lines);
  find_columns(header);
  lines_.end_header();
}

void PvarFile::find_columns(std::string_view header) {
  constexpr std::array<std::string_view, kColumns> kTitles = {"#CHROM", "POS", "ID",
                                                              "REF",    "ALT", "CM"};
  std::vector<std::string_view> titles;
  split_fields(header, kBlanks, titles);
  titles.erase(std::ranges::find(titles, "FORMAT"), titles.end());
  for (std::size_t column = 0; column < kColumns; ++column) {
    const auto found = std::ranges::find(titles, kTitles[column]);
    fields_[column] = found == titles.end() ? -1 : found - titles.begin();
    if (found != titles.end() || column == kCentimorgan) continue;
    throw IoError(fmt::format("{}: line {}: expected a header with the column {}", path().string(),
                              lines_.line_number(), kTitles[column]));
  }
}

void PvarFile::assume_bim() {
  if (count() == 0) return;
  std::vector<std::string_view> fields;
  split_fields(lines_.next(), kBlanks, fields);
  lines_.seek(0);
  if (fields.size() == 5) {
    fields_ = {0, 2, 1, 4, 3, -1};
  } else {
    fields_ = {0, 3, 1, 5, 4, 2};
  }
}

PvarFile::Variant PvarFile::next() {
  std::string_view line = lines_.next();
  TextRow row{lines_.line_number(), {}};
  // INFO, which may be long, comes last or is not looked at.
  while (std::ssize(row.fields) < needed_) {
    const std::string_view field = next_field(line, kBlanks);
    if (field.empty()) {
      throw IoError(fmt::format("{}: line {}: expected at least {} fields, found {}",
                                path().string(), row.line, needed_, row.fields.size()));
    }
    row.fields.push_back(field);
  }
  const auto text = [&](Column column) { return row.fields[field_of(column)]; };
  const auto position = parse_int(text(kPosition));
  if (!position) {
    throw IoError(fmt::format("{}: line {}, field {}: expected a position in base pairs, found {}",
                              path().string(), row.line, fields_[kPosition] + 1,
                              quoted(text(kPosition))));
  }
  const bool has_map = fields_[kCentimorgan] >= 0;
  return {.snp = {.chromosome = std::string(text(kChromosome)),
                  .id = std::string(text(kId)),
                  .centimorgan = has_map ? finite_number(path(), row, fields_[kCentimorgan]) : 0,
                  .position = *position,
                  .allele1 = std::string(text(kAlt)),
                  .allele0 = std::string(text(kRef))},
          .has_two_alleles = text(kAlt).find(',') == std::string_view::npos};
}

}  // namespace loom::gwas
