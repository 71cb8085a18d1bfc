#include "loom/gwas/analysis_identity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "loom/dispatch/selection.h"
#include "loom/support/file.h"
#include "loom/support/fingerprint.h"
#include "loom/support/version.h"

namespace loom::gwas {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

template <class T>
std::string fingerprint_of(std::span<const T> values) {
  Fingerprint fingerprint;
  fingerprint.add(values);
  return fingerprint.text();
}

/// Size, time of the last change and beginning of a file: another file has another. A pipe is never
/// the same again.
json description(const fs::path& file) {
  constexpr std::size_t kBeginning = std::size_t{1} << 20;
  if (!fs::is_regular_file(file)) {
    return {{"read at", std::chrono::system_clock::now().time_since_epoch().count()}};
  }
  const MappedFile mapped(file);
  return {{"bytes", mapped.size()},
          {"changed", fs::last_write_time(file).time_since_epoch().count()},
          {"beginning", fingerprint_of(mapped.bytes().first(std::min(kBeginning, mapped.size())))}};
}

/// Null where nothing is given.
json description(const Numbers& numbers) {
  if (!numbers.given()) return nullptr;
  if (!numbers.array) return description(numbers.file);
  Fingerprint fingerprint;
  fingerprint.add(numbers.array->span<const double>());
  return fingerprint.text();
}

json data_set(const Study& study) {
  json files = json::object();
  for (const fs::path& file : study.genotypes->files()) {
    files[file.filename().string()] = description(file);
  }
  return files;
}

std::string samples_fingerprint(const Study& study, const Cohort& cohort) {
  Fingerprint samples;
  for (const Sample& sample : study.genotypes->samples()) {
    samples.add(sample.family_id);
    samples.add(sample.individual_id);
  }
  samples.add(std::span<const std::int64_t>(cohort.selection.samples));
  return samples.text();
}

json list_fingerprint(const std::optional<std::unordered_set<std::string>>& list) {
  if (!list) return nullptr;
  std::vector<std::string_view> names(list->begin(), list->end());
  std::ranges::sort(names);
  Fingerprint fingerprint;
  for (const std::string_view name : names) fingerprint.add(name);
  return fingerprint.text();
}

json phenotypes(const Cohort& cohort) {
  json result = json::object();
  for (const Trait& trait : cohort.traits) {
    result[fmt::format("{}", trait.number)] = fingerprint_of(std::span<const double>(trait.values));
  }
  return result;
}

json data_identity(const Study& study, const RunOptions& options) {
  const SnpThresholds& t = options.thresholds;
  return {{"version", version()},
          {"data set", data_set(study)},
          {"field", options.input.genotypes.dosage_field},
          {"ref first", options.input.genotypes.ref_first},
          {"list of SNPs", list_fingerprint(study.snp_list)},
          {"miss", t.max_missing},
          {"maf", t.min_maf},
          {"hwe", t.min_hwe_p},
          {"r2", t.max_r2},
          {"population filters", t.population_filters}};
}

/// What is the same for run_lm and run_lmm.
json scan_identity(const Study& study, const ScanOptions& options) {
  json identity = data_identity(study, options);
  json samples = json::array(), covariates = json::array(), values = json::array(),
       environments = json::array();
  for (const Cohort& cohort : study.cohorts) {
    samples.push_back(samples_fingerprint(study, cohort));
    covariates.push_back(fingerprint_of(std::span<const double>(cohort.design.values)));
    values.push_back(phenotypes(cohort));
    environments.push_back(fingerprint_of(std::span<const double>(cohort.environment)));
  }
  identity["samples"] = samples.dump();
  identity["covariates"] = covariates.dump();
  identity["phenotypes"] = values.dump();
  identity["environment"] = environments.dump();
  const dispatch::BackendInfo backend = get_backend_info();
  identity["backend"] =
      fmt::format("{} ({} {}, {})", get_backend(), backend.name, backend.version, backend.isa);
  identity["test"] = static_cast<int>(options.test);
  identity["chromosomes"] = options.chromosomes.names();
  const ResultOptions& results = options.results;
  identity["columns"] = results.columns;
  identity["log10p"] = results.log10p;
  identity["suffix"] = results.suffix;
  identity["filter report"] = results.filter_report;
  identity["plot"] = results.plot;
  return identity;
}

/// Whether a value says something to a user: no list, and no fingerprint.
bool is_telling(const json& value) {
  if (!value.is_string()) return value.is_number() || value.is_boolean();
  const auto& text = value.get_ref<const std::string&>();
  const bool fingerprint =
      text.size() == 16 && text.find_first_not_of("0123456789abcdef") == text.npos;
  return text.size() <= 40 && !fingerprint;
}

}  // namespace

json kinship_identity(const Study& study, const Cohort& cohort, const LmmOptions& options) {
  json identity = data_identity(study, options);
  identity["samples"] = samples_fingerprint(study, cohort);
  identity["covariates"] = fingerprint_of(std::span<const double>(cohort.design.values));
  identity["kind of kinship"] = static_cast<int>(options.kind);
  identity["list of SNPs for kinship"] = list_fingerprint(study.kinship_list);
  return identity;
}

json lm_identity(const Study& study, const LmOptions& options) {
  json identity = scan_identity(study, options);
  identity["model"] = "linear";
  return identity;
}

json lmm_identity(const Study& study, const LmmOptions& options) {
  json identity = scan_identity(study, options);
  identity["model"] = "mixed";
  identity["kind of kinship"] = static_cast<int>(options.kind);
  identity["list of SNPs for kinship"] = list_fingerprint(study.kinship_list);
  identity["kinship"] = description(options.kinship);
  identity["km"] = static_cast<int>(options.kinship.format);
  identity["eigenvalues"] = description(options.eigen_values);
  identity["eigenvectors"] = description(options.eigen_vectors);
  identity["loco"] = options.loco_all ? "every chromosome" : options.loco;
  identity["permutations"] = options.permutations;
  identity["seed"] = options.seed;
  identity["lmin"] = options.range.lower;
  identity["lmax"] = options.range.upper;
  identity["region"] = options.range.steps;
  identity["optimizer"] = options.range.path == SearchPath::exact ? "exact" : "gemma";
  return identity;
}

std::string identity_differences(const json& before, const json& now) {
  std::vector<std::string> texts;
  const auto compare = [&](const std::string& name, const json& a, const json& b) {
    if (a == b) return;
    texts.push_back(is_telling(a) && is_telling(b)
                        ? fmt::format("{} was {}, is {}", name, a.dump(), b.dump())
                        : name);
  };
  const auto entry = [](const json& object, const std::string& name) {
    return object.contains(name) ? object[name] : json();
  };
  json names = before;
  names.update(now);
  for (const auto& [name, unused] : names.items()) {
    const json a = entry(before, name), b = entry(now, name);
    if (name != "data set" || !a.is_object() || !b.is_object()) {
      compare(name, a, b);
      continue;
    }
    json files = a;
    files.update(b);
    for (const auto& [file, ignored] : files.items()) {
      compare(file, entry(a, file), entry(b, file));
    }
  }
  return fmt::format("{}", fmt::join(texts, "; "));
}

}  // namespace loom::gwas
