#include "loom/gwas/genotypes/sample_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "loom/gwas/tables/text_table.h"
#include "loom/support/error.h"
#include "loom/support/file.h"
#include "loom/support/text.h"

namespace loom::gwas {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBlanks = " \t";

/// Which fields, from 0, name a sample; without a family it is -1.
struct NameFields {
  std::int64_t family;
  std::int64_t individual;
};

[[noreturn]] void fail(const fs::path& file, std::int64_t line, std::string_view problem) {
  throw IoError(fmt::format("{}: line {}: {}", file.string(), line, problem));
}

/// The samples of the lines behind the header, each of which has `fields` fields or more.
std::vector<Sample> samples_of(const fs::path& path, std::string_view text,
                               std::int64_t header_lines, std::int64_t fields, NameFields names) {
  std::vector<Sample> samples;
  for_each_row(text, kBlanks, [&](const TextRow& row) {
    if (row.line <= header_lines) return;
    if (std::ssize(row.fields) < fields) {
      fail(path, row.line,
           fmt::format("expected at least {} fields, found {}", fields, row.fields.size()));
    }
    const auto field = [&](std::int64_t i) {
      return std::string(row.fields[static_cast<std::size_t>(i)]);
    };
    samples.push_back(
        {names.family < 0 ? std::string() : field(names.family), field(names.individual)});
  });
  if (samples.empty()) throw IoError(fmt::format("{}: there are no samples in it", path.string()));
  return samples;
}

SampleTable fam_table(const fs::path& path, std::string_view text) {
  constexpr std::int64_t kFields = 6;
  std::vector<Sample> samples = samples_of(path, text, 0, kFields, {0, 1});
  std::vector<std::string_view> first_line;
  split_fields(LineReader(text).next().value_or(""), kBlanks, first_line);
  return {.path = path,
          .samples = std::move(samples),
          .layout = {.first_field = kFields - 1},
          .phenotype_names = std::vector<std::string>(first_line.size() - (kFields - 1))};
}

/// Field `i` of the second line of a .sample file.
void check_type(const fs::path& path, std::size_t i, std::string_view type) {
  constexpr std::string_view kTypes[] = {"0", "D", "C", "P", "B"};
  const bool name = i < 2;
  if (name ? type == "0" : std::ranges::count(kTypes, type) > 0) return;
  fail(path, 2,
       fmt::format("field {}: expected the type {}, found {}", i + 1,
                   name ? "0" : "0, D, C, P or B", quoted(type)));
}

/// The last of the lines at the beginning that begin with '#'; number 0 where there is none.
TextRow psam_header(std::string_view text) {
  TextRow header;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    if (!line->starts_with('#')) break;
    header.line = lines.line_number();
    split_fields(*line, kBlanks, header.fields);
  }
  return header;
}

}  // namespace

std::vector<Phenotype> SampleTable::phenotypes(std::span<const std::int64_t> columns) const {
  return read_phenotypes(path, layout, columns,
                         {std::ssize(samples), "as when the data set was opened"});
}

SampleTable read_fam(const fs::path& path) { return fam_table(path, read_text(path)); }

SampleTable read_psam(const fs::path& path) {
  const std::string text = read_text(path);
  const TextRow header = psam_header(text);
  if (header.line == 0) return fam_table(path, text);
  const std::vector<std::string_view>& titles = header.fields;
  const bool family = titles[0] == "#FID";
  if (!family && titles[0] != "#IID") {
    fail(path, header.line,
         fmt::format("expected a header that begins with #FID or #IID, found {}",
                     quoted(titles[0])));
  }
  if (family && (titles.size() < 2 || titles[1] != "IID")) {
    fail(path, header.line, "expected IID behind #FID");
  }
  std::vector<std::int64_t> fields;
  std::vector<std::string> names;
  for (std::int64_t i = family ? 2 : 1; i < std::ssize(titles); ++i) {
    constexpr std::string_view kOthers[] = {"SID", "PAT", "MAT", "SEX"};
    const std::string_view title = titles[static_cast<std::size_t>(i)];
    if (std::ranges::count(kOthers, title) > 0) continue;
    fields.push_back(i);
    names.emplace_back(title);
  }
  return {.path = path,
          .samples = samples_of(path, text, header.line, std::ssize(titles),
                                family ? NameFields{0, 1} : NameFields{-1, 0}),
          .layout = {.header_lines = header.line,
                     .fields = std::move(fields),
                     .missing = MissingCode::plink2},
          .phenotype_names = std::move(names)};
}

SampleTable read_oxford_samples(const fs::path& path) {
  constexpr std::int64_t kHeaderLines = 2;
  const std::string text = read_text(path);
  TextRow titles, types;
  for_each_row(text, kBlanks, [&](const TextRow& row) {
    if (row.line == 1) titles = row;
    if (row.line == 2) types = row;
  });
  const auto& kinds = types.fields;
  if (titles.fields.size() < 2 || titles.fields[0] != "ID_1" || titles.fields[1] != "ID_2") {
    fail(path, 1, "expected a header that begins with ID_1 ID_2");
  }
  if (kinds.size() != titles.fields.size()) {
    fail(path, 2,
         fmt::format("expected the types of {} columns, found {}", titles.fields.size(),
                     kinds.size()));
  }
  std::vector<std::int64_t> fields;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    check_type(path, i, kinds[i]);
    if (kinds[i] != "P" && kinds[i] != "B") continue;
    fields.push_back(static_cast<std::int64_t>(i));
    names.emplace_back(titles.fields[i]);
  }
  return {.path = path,
          .samples = samples_of(path, text, kHeaderLines, std::ssize(kinds), {0, 1}),
          .layout = {.header_lines = kHeaderLines, .fields = std::move(fields)},
          .phenotype_names = std::move(names)};
}

}  // namespace loom::gwas
