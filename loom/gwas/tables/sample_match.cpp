#include "loom/gwas/tables/sample_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

using Places = std::vector<std::int64_t>;

/// The family, empty where it is unknown.
std::string_view family_of(const Sample& sample) {
  return sample.family_id == "0" ? std::string_view() : std::string_view(sample.family_id);
}

const Sample& at(const SampleList& list, std::int64_t place) {
  return list.samples[static_cast<std::size_t>(place)];
}

/// Which of `candidates`, which have the name of `sample`, are of its family; those whose family
/// may be the same where there are none.
Places of_the_family(const Sample& sample, const SampleList& list, const Places& candidates) {
  const std::string_view family = family_of(sample);
  Places same, possible;
  for (const std::int64_t place : candidates) {
    const std::string_view other = family_of(at(list, place));
    if (other == family) {
      same.push_back(place);
    } else if (family.empty() || other.empty()) {
      possible.push_back(place);
    }
  }
  return same.empty() ? possible : same;
}

}  // namespace

std::string name_of(const Sample& sample) {
  const std::string_view family = family_of(sample);
  return family.empty() ? sample.individual_id : fmt::format("{} {}", family, sample.individual_id);
}

std::string first_names(std::span<const Sample> samples) {
  constexpr std::size_t kShown = 3;
  std::string names;
  for (const Sample& sample : samples.first(std::min(kShown, samples.size()))) {
    names += (names.empty() ? "" : ", ") + name_of(sample);
  }
  return samples.size() > kShown ? names + ", ..." : names;
}

bool are_numbered(std::span<const Sample> samples) {
  std::int64_t number = 0;
  return std::ranges::all_of(samples, [&](const Sample& sample) {
    return family_of(sample).empty() && sample.individual_id == std::to_string(++number);
  });
}

std::vector<std::int64_t> match_samples(const SampleList& wanted, const SampleList& having) {
  std::unordered_map<std::string_view, Places> by_individual;
  for (std::int64_t i = 0; i < std::ssize(having.samples); ++i) {
    by_individual[at(having, i).individual_id].push_back(i);
  }
  Places places(wanted.samples.size(), -1);
  Places taken_by(having.samples.size(), -1);
  bool any = false;
  for (std::int64_t i = 0; i < std::ssize(wanted.samples); ++i) {
    const Sample& sample = at(wanted, i);
    const auto namesakes = by_individual.find(sample.individual_id);
    if (namesakes == by_individual.end()) continue;
    const Places found = of_the_family(sample, having, namesakes->second);
    if (found.empty()) continue;
    if (found.size() > 1) {
      throw Error(fmt::format("[samples] {} of {} may be {} or {} of {}", name_of(sample),
                              wanted.source, name_of(at(having, found[0])),
                              name_of(at(having, found[1])), having.source));
    }
    std::int64_t& taker = taken_by[static_cast<std::size_t>(found[0])];
    if (taker >= 0) {
      throw Error(fmt::format("[samples] {} and {} of {} may both be {} of {}",
                              name_of(at(wanted, taker)), name_of(sample), wanted.source,
                              name_of(at(having, found[0])), having.source));
    }
    taker = i;
    places[static_cast<std::size_t>(i)] = found[0];
    any = true;
  }
  if (!any) {
    throw Error(fmt::format("[samples] nobody in {} ({}) is in {} ({})", having.source,
                            first_names(having.samples), wanted.source,
                            first_names(wanted.samples)));
  }
  return places;
}

}  // namespace loom::gwas
