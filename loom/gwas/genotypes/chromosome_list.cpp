#include "loom/gwas/genotypes/chromosome_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "loom/support/error.h"
#include "loom/support/text.h"

namespace loom::gwas {
namespace {

std::string_view without_chr(std::string_view name) {
  constexpr std::string_view kPrefixes[] = {"chr", "Chr", "CHR"};
  const bool prefixed = std::ranges::count(kPrefixes, name.substr(0, 3)) > 0;
  return prefixed ? name.substr(3) : name;
}

}  // namespace

ChromosomeList::ChromosomeList(std::string_view text) {
  constexpr std::int64_t kMost = 1000;
  for (auto field = next_field(text, ", "); !field.empty(); field = next_field(text, ", ")) {
    const std::size_t dash = field.find('-');
    const auto first = parse_int(without_chr(field.substr(0, dash)));
    if (dash == field.npos || !first) {
      names_.emplace_back(without_chr(field));
      continue;
    }
    const auto last = parse_int(without_chr(field.substr(dash + 1)));
    if (!last || *last < *first || *last - *first > kMost) {
      throw ValueError(fmt::format("[chromosomes] '{}' is no range", field));
    }
    for (std::int64_t i = *first; i <= *last; ++i) names_.push_back(std::to_string(i));
  }
}

bool ChromosomeList::contains(std::string_view chromosome) const {
  return names_.empty() || std::ranges::count(names_, without_chr(chromosome)) > 0;
}

}  // namespace loom::gwas
