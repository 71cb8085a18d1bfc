#include "loom/gwas/tables/kinship_pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "loom/gwas/tables/text_table.h"
#include "loom/support/error.h"
#include "loom/support/line_source.h"
#include "loom/support/text.h"

namespace loom::gwas {
namespace {

using Places = std::unordered_map<std::string_view, std::int64_t>;

Places places_of(const SampleList& samples) {
  Places places;
  for (std::int64_t i = 0; i < std::ssize(samples.samples); ++i) {
    const Sample& sample = samples.samples[static_cast<std::size_t>(i)];
    const auto [before, added] = places.try_emplace(sample.individual_id, i);
    if (added) continue;
    throw Error(fmt::format(
        "[kinship] {} and {} in {} cannot be told apart: pairs are of individuals, without "
        "families",
        name_of(samples.samples[static_cast<std::size_t>(before->second)]), name_of(sample),
        samples.source));
  }
  return places;
}

}  // namespace

KinshipPairs read_kinship_pairs(const std::filesystem::path& file, const SampleList& samples,
                                std::span<double> out) {
  const Places places = places_of(samples);
  const auto n = std::ssize(samples.samples);
  std::ranges::fill(out, std::numeric_limits<double>::quiet_NaN());  // what is not yet given
  KinshipPairs result{std::vector<bool>(samples.samples.size()), 0};
  bool any = false;
  LineSource lines(file);
  std::string_view line;
  TextRow row;
  while (lines.next(line)) {
    split_fields(line, " \t,", row.fields);
    row.line = lines.line_number();
    if (row.fields.empty()) continue;
    if (row.fields.size() != 3) {
      throw IoError(
          fmt::format("{}: line {}: expected two samples and their kinship, found {} "
                      "fields",
                      file.string(), row.line, row.fields.size()));
    }
    const double value = finite_number(file, row, 2);
    const auto first = places.find(row.fields[0]), second = places.find(row.fields[1]);
    if (first == places.end() || second == places.end()) {
      ++result.others;
      continue;
    }
    any = true;
    const std::int64_t i = first->second, j = second->second;
    double& entry = out[static_cast<std::size_t>(i * n + j)];
    if (!std::isnan(entry) && entry != value) {
      throw IoError(fmt::format("{}: line {}: {} and {} have {:g} here and {:g} in another line",
                                file.string(), row.line, row.fields[0], row.fields[1], value,
                                entry));
    }
    entry = out[static_cast<std::size_t>(j * n + i)] = value;
    result.present[static_cast<std::size_t>(i)] = result.present[static_cast<std::size_t>(j)] =
        true;
  }
  if (!any) {
    throw Error(fmt::format("[samples] no pair in {} is of samples in {} ({})", file.string(),
                            samples.source, first_names(samples.samples)));
  }
  std::ranges::replace_if(
      out, [](double value) { return std::isnan(value); }, 0.0);
  return result;
}

}  // namespace loom::gwas
