#include "loom/gwas/hits.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <optional>

#include "loom/gwas/tables/text_table.h"
#include "loom/support/error.h"
#include "loom/support/line_source.h"
#include "loom/support/text.h"

namespace loom::gwas {
namespace {

constexpr std::string_view kSeparators = " \t";

/// Which fields of a line are what.
struct HitColumns {
  std::size_t chromosome, id, position, p;
  bool log10;                     ///< of p
  const char* lacking = nullptr;  ///< the name of a column that is not there
};

HitColumns columns_of(std::span<const std::string_view> header, const std::string& field) {
  HitColumns columns;
  const auto find = [&](std::initializer_list<const char*> names) -> std::size_t {
    for (const std::string_view name : names) {
      const auto found = std::ranges::find(header, name);
      if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
    }
    if (columns.lacking == nullptr) columns.lacking = *names.begin();
    return 0;
  };
  columns.chromosome = find({"chr", "CHR", "#CHROM"});
  columns.id = find({"rs", "SNP", "ID"});
  columns.position = find({"ps", "BP", "POS"});
  columns.p =
      field.empty()
          ? find({"p_wald", "p_lrt", "p_score", "P", "log10p_wald", "log10p_lrt", "log10p_score"})
          : find({field.c_str()});
  columns.log10 = columns.lacking == nullptr && header[columns.p].starts_with("log10p");
  return columns;
}

/// Whether a SNP may begin a clump or belong to one.
bool may_matter(double p, const ClumpThresholds& thresholds) {
  return p <= thresholds.p1 || p < thresholds.p2;
}

}  // namespace

std::string column_lacking(std::span<const std::string_view> header, const std::string& field) {
  const char* lacking = columns_of(header, field).lacking;
  return lacking == nullptr ? "" : lacking;
}

std::vector<Hit> read_hits(const std::filesystem::path& file, const std::string& field,
                           const ClumpThresholds& thresholds) {
  LineSource source(file);
  std::string_view line;
  if (!source.next(line)) throw IoError(fmt::format("{}: the file is empty", file.string()));
  std::vector<std::string_view> fields;
  split_fields(line, kSeparators, fields);
  const HitColumns columns = columns_of(fields, field);
  if (columns.lacking != nullptr) {
    throw IoError(fmt::format("{}: there is no column '{}'; there are {}", file.string(),
                              columns.lacking, fmt::join(fields, ", ")));
  }
  const std::size_t count = fields.size();
  std::vector<Hit> hits;
  while (source.next(line)) {
    split_fields(line, kSeparators, fields);
    if (fields.empty()) continue;
    if (fields.size() != count) {
      throw IoError(fmt::format("{}: line {}: expected {} fields, found {}", file.string(),
                                source.line_number(), count, fields.size()));
    }
    const std::optional<double> value = parse_double(fields[columns.p]);
    const std::optional<std::int64_t> position = parse_int(fields[columns.position]);
    if (!value || !position || std::isnan(*value) || *position < 0) continue;
    const double p = columns.log10 ? std::pow(10.0, -*value) : *value;
    if (!may_matter(p, thresholds)) continue;
    hits.push_back({std::string(fields[columns.chromosome]), std::string(fields[columns.id]),
                    *position, p, columns.log10 ? *value : -std::log10(p)});
  }
  return hits;
}

std::vector<Hit> hits_of(const AssociationTable& table, const std::string& field,
                         const ClumpThresholds& thresholds) {
  const Array column = table.column(field);
  if (!field.starts_with("p_")) {
    throw ValueError(fmt::format("[clump] '{}' is not a column of p values", field));
  }
  const std::span<const double> p = column.span<const double>();
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const Snp& snp = table.snps()[i];
    if (snp.position < 0 || !may_matter(p[i], thresholds)) continue;
    hits.push_back({snp.chromosome, snp.id, snp.position, p[i], -std::log10(p[i])});
  }
  return hits;
}

}  // namespace loom::gwas
