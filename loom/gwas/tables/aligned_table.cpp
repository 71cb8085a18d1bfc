#include "loom/gwas/tables/aligned_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <unordered_map>

#include "loom/support/error.h"
#include "loom/support/file.h"

namespace loom::gwas {
namespace {

constexpr const char* kSeparators = " \t,";

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// A name of the first field without the mark of a header.
std::string_view without_mark(std::string_view field) {
  return field.starts_with('#') ? field.substr(1) : field;
}

}  // namespace

AlignedTable::AlignedTable(std::filesystem::path file, const SampleList& data,
                           const ExpectedRows& rows)
    : path_(std::move(file)), text_(read_text(path_)), data_source_(data.source) {
  bool first = true;
  for_each_line(text_, [&](std::int64_t number, std::string_view line) {
    if (std::exchange(first, false)) {
      TextRow row{number, {}};
      split_fields(line, kSeparators, row.fields);
      read_header(row);
      if (by_id()) return;
    }
    lines_.push_back({number, line});
  });
  if (by_id()) {
    match(data);
    return;
  }
  check_row_count(path_, rows, std::ssize(lines_));
  places_.resize(lines_.size());
  std::iota(places_.begin(), places_.end(), 0);
}

void AlignedTable::read_header(const TextRow& row) {
  columns_ = std::ssize(row.fields);
  names_.resize(row.fields.size());
  const std::string_view title = row.fields.empty() ? "" : without_mark(row.fields[0]);
  if (title != "FID" && title != "IID") return;
  const auto fail = [&](const std::string& problem) {
    throw IoError(fmt::format("{}: line {}: {}", path_.string(), row.line, problem));
  };
  ids_ = title == "FID" ? 2 : 1;
  if (ids_ == 2 && (row.fields.size() < 2 || row.fields[1] != "IID")) {
    fail("expected IID behind FID");
  }
  if (std::ssize(row.fields) == ids_) fail("there are no columns but those of the samples' names");
  columns_ -= ids_;
  names_.assign(row.fields.begin() + ids_, row.fields.end());
  for (auto name = names_.begin(); name != names_.end(); ++name) {
    if (std::find(names_.begin(), name, *name) != name) {
      fail(fmt::format("two columns are called {}", quoted(std::string_view(*name))));
    }
  }
}

Sample AlignedTable::sample_of(const TextRow& row) const {
  const std::int64_t expected = ids_ + columns_;
  if (std::ssize(row.fields) != expected) {
    throw IoError(fmt::format("{}: line {}: expected {} fields as in the header, found {}",
                              path_.string(), row.line, expected, row.fields.size()));
  }
  return {ids_ == 2 ? std::string(row.fields[0]) : std::string(),
          std::string(row.fields[static_cast<std::size_t>(ids_ - 1)])};
}

void AlignedTable::match(const SampleList& data) {
  std::vector<Sample> samples;
  std::unordered_map<std::string, std::int64_t> known;
  TextRow row;
  for (const Line& line : lines_) {
    row.line = line.number;
    split_fields(line.text, kSeparators, row.fields);
    const Sample& sample = samples.emplace_back(sample_of(row));
    const auto [before, added] = known.try_emplace(name_of(sample), line.number);
    if (!added) {
      throw IoError(fmt::format("{}: line {}: sample {} stands in line {} already", path_.string(),
                                line.number, before->first, before->second));
    }
  }
  places_ = match_samples(data, {samples, path_.string()});
}

bool AlignedTable::is_missing(std::string_view field) const {
  if (!by_id()) return field == "NA";
  return same_ignoring_case(field, "NA") || same_ignoring_case(field, "nan");
}

void AlignedTable::for_each_sample(FunctionRef<void(const TextRow* row)> visit) const {
  TextRow row;
  for (const std::int64_t place : places_) {
    if (place < 0) {
      visit(nullptr);
      continue;
    }
    const Line& line = lines_[static_cast<std::size_t>(place)];
    row.line = line.number;
    split_fields(line.text, kSeparators, row.fields);
    visit(&row);
  }
}

std::string AlignedTable::differences() const {
  const std::int64_t lacking = std::ranges::count(places_, -1);
  const std::int64_t others = std::ssize(lines_) - (std::ssize(places_) - lacking);
  std::string text;
  if (lacking > 0) {
    text =
        fmt::format("{} of {} samples in {} are not in it", lacking, places_.size(), data_source_);
  }
  if (others > 0) {
    text += fmt::format("{}{} of its {} rows are of others", text.empty() ? "" : ", ", others,
                        lines_.size());
  }
  return text.empty() ? text : path_.string() + ": " + text;
}

}  // namespace loom::gwas
