#include "loom/gwas/eigen_folder.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "loom/gwas/analysis_identity.h"
#include "loom/gwas/matrix_outputs.h"
#include "loom/support/error.h"
#include "loom/support/file.h"

namespace loom::gwas {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kDependsOn = "depends on";
constexpr const char* kChromosomes = "chromosomes";
constexpr const char* kDecompositions = "decompositions";

/// "chrX" or "all", with what a file's name had better not hold as %2F.
std::string name_of(const std::string& chromosome) {
  if (chromosome.empty()) return "all";
  std::string name = "chr";
  for (const char c : chromosome) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
    name += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return name;
}

}  // namespace

EigenFolder::EigenFolder(const Study& study, const Cohort& cohort, const LmmOptions& options,
                         RunReport& report)
    : folder_(options.eigen_folder),
      cohort_part_(cohort_part(study, cohort)),
      cohort_(cohort),
      report_(report),
      complete_(options.permutations > 0) {
  if (!given()) return;
  dependencies_ = kinship_identity(study, cohort, options).dump();
  make_folders(folder_);
  if (fs::exists(manifest())) read_manifest();
}

fs::path EigenFolder::stem(const std::string& name) const {
  return folder_ / (name + cohort_part_);
}

fs::path EigenFolder::manifest() const { return stem("manifest") += ".json"; }

void EigenFolder::read_manifest() {
  const fs::path file = manifest();
  try {
    const json found = json::parse(read_text(file));
    const json wanted = json::parse(dependencies_);
    if (found.at(kDependsOn) != wanted) {
      report_.say(fmt::format("the decompositions in {} are of another analysis ({})",
                              folder_.string(),
                              identity_differences(found.at(kDependsOn), wanted)));
      return;
    }
    for (const json& chromosome : found.at(kChromosomes)) {
      chromosomes_.push_back(
          {chromosome.at("name"), chromosome.at("first"), chromosome.at("count")});
    }
    for (const auto& [name, entry] : found.at(kDecompositions).items()) {
      entries_[name] = {entry.at("snps"), entry.at("eigenvalues"), entry.at("fingerprint")};
    }
  } catch (const json::exception& error) {
    throw IoError(
        fmt::format("{}: not a manifest of decompositions: {}", file.string(), error.what()));
  }
}

void EigenFolder::write_manifest() const {
  json chromosomes = json::array(), entries = json::object();
  for (const Chromosome& c : chromosomes_) {
    chromosomes.push_back({{"name", c.name}, {"first", c.first}, {"count", c.count}});
  }
  for (const auto& [name, entry] : entries_) {
    entries[name] = {{"snps", entry.snps},
                     {"eigenvalues", entry.eigenvalues},
                     {"fingerprint", entry.fingerprint}};
  }
  const json content = {{kDependsOn, json::parse(dependencies_)},
                        {kChromosomes, chromosomes},
                        {kDecompositions, entries}};
  OutputFile file(manifest());
  file.write(content.dump(2) + "\n");
  file.commit();
}

std::optional<KeptDecomposition> EigenFolder::find(const std::string& chromosome) {
  const std::string name = name_of(chromosome);
  const auto entry = entries_.find(name);
  if (entry == entries_.end()) return std::nullopt;
  if (complete_ && entry->second.eigenvalues < cohort_.analysed()) return std::nullopt;
  try {
    KeptDecomposition kept = read_kept(stem(name), entry->second, cohort_.analysed());
    ++reused_;
    return kept;
  } catch (const IoError& error) {
    report_.warn(fmt::format("{}; it is computed anew", error.what()));
    return std::nullopt;
  }
}

void EigenFolder::keep(const std::string& chromosome, const KeptDecomposition& kept) {
  ++computed_;
  if (!given()) return;
  const std::string name = name_of(chromosome);
  entries_[name] = write_kept(stem(name), kept, report_.monitor());
  write_manifest();
}

void EigenFolder::report_use() const {
  if (!given()) return;
  const std::string text =
      fmt::format("{} from {}, {} computed", reused_, folder_.string(), computed_);
  report_.log().add("eigen-decompositions", text);
  report_.say("eigen-decompositions: " + text);
}

}  // namespace loom::gwas
