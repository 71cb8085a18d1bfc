#include "loom/gwas/association_outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>
#include <utility>

#include "loom/gwas/output/plot.h"

namespace loom::gwas {

std::vector<std::string> file_names(std::span<const PhenotypeId> phenotypes) {
  std::vector<std::string> names;
  for (const PhenotypeId& phenotype : phenotypes) {
    std::string name =
        phenotype.name.empty() ? fmt::format("pheno{}", phenotype.number) : phenotype.name;
    for (char& c : name) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80 && !std::isalnum(byte) && c != '.' && c != '-') c = '_';
    }
    std::string unique = name;
    for (int i = 2; std::ranges::count(names, unique) > 0; ++i) {
      unique = fmt::format("{}_{}", name, i);
    }
    names.push_back(std::move(unique));
  }
  return names;
}

namespace {

namespace fs = std::filesystem;

constexpr const char* kFilters = "filters";
constexpr const char* kPermutations = "permutations";
constexpr const char* kPoints = "points";
constexpr const char* kRows = "rows";
constexpr const char* kSummary = "summary";

std::vector<AssociationColumn> columns_of(const ResultOptions& results, const Analysis& analysis) {
  std::vector<AssociationColumn> columns = results.columns.empty()
                                               ? default_columns(analysis)
                                               : columns_named(results.columns, analysis);
  return results.log10p ? with_log10p(std::move(columns)) : columns;
}

bool can_be_resumed(const std::string& file) {
  return !fs::exists(file) || fs::is_regular_file(file);
}

/// Takes back the final name of a file, which the run that wrote it did not live to do for all.
void reopen(const std::string& file) {
  const fs::path partial = file + ".partial";
  if (!fs::exists(partial) && fs::exists(file)) fs::rename(file, partial);
}

}  // namespace

AssociationOutputs::AssociationOutputs(const Study& study, const ScanOptions& options,
                                       const Analysis& analysis, const RunReport& report,
                                       const ResultPositions& resumed, std::int64_t permutations)
    : options_(options), phenotypes_(study.phenotypes) {
  if (permutations > 0) tallies_.assign(phenotypes_.size(), PermutationTally(permutations));
  if (report.has_output()) open(study, analysis, report, resumed);
  if (resumed.files.is_null()) return;
  for (std::size_t i = 0; i < tallies_.size(); ++i) {
    tallies_[i].resume(resumed.files.at(i).at(kPermutations));
  }
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    outputs_[i].summary.resume(resumed.files.at(i).at(kSummary));
    if (outputs_[i].points) outputs_[i].points->resume(resumed.files.at(i).at(kPoints));
  }
}

void AssociationOutputs::open(const Study& study, const Analysis& analysis, const RunReport& report,
                              const ResultPositions& resumed) {
  if (options_.results.plot) check_plotting();
  columns_ = columns_of(options_.results, analysis);
  std::vector<std::string> prefixes;
  for (const std::string& name : file_names(phenotypes_)) {
    parts_.push_back(study.several_phenotypes ? "." + name : "");
    prefixes.push_back(report.path(parts_.back()));
    files_.push_back(prefixes.back() + ".assoc" + options_.results.suffix);
  }
  resumable_ =
      options_.checkpoint_seconds && !options_.sink && std::ranges::all_of(files_, can_be_resumed);
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const auto state = resumed.files.is_null() ? nlohmann::json() : resumed.files.at(i).at(kRows);
    if (resumed.complete) reopen(files_[i]);
    Files& files = outputs_.emplace_back(
        Files{prefixes[i],
              resumable_ ? AssociationWriter::resumable(files_[i], columns_, state)
                         : AssociationWriter(files_[i], columns_),
              AssociationSummary(analysis), std::nullopt, nullptr});
    if (options_.results.plot) files.points.emplace(analysis);
  }
  if (!options_.results.filter_report) return;
  for (const Cohort& cohort : study.cohorts) {
    const std::size_t at = place(cohort.traits.front().number);
    const std::int64_t position =
        resumed.files.is_null() ? 0 : resumed.files.at(at).at(kFilters).get<std::int64_t>();
    open_filters(outputs_[at], position, resumed.complete);
  }
}

void AssociationOutputs::open_filters(Files& files, std::int64_t position, bool complete) {
  const std::string name = files.prefix + ".filter.txt";
  if (complete) reopen(name);
  // By new, since it cannot be moved.
  files.filters.reset(resumable_ ? new FilterReportWriter(FilterReportWriter::resumable(
                                       name, options_.thresholds, position))
                                 : new FilterReportWriter(name, options_.thresholds));
}

DropSink AssociationOutputs::drops(const Cohort& cohort) {
  if (outputs_.empty() || !options_.results.filter_report) return {};
  FilterReportWriter& filters = *outputs_[place(cohort.traits.front().number)].filters;
  return [&filters](const Snp& snp, SnpVerdict verdict, double value) {
    filters.add(snp, verdict, value);
  };
}

std::size_t AssociationOutputs::place(std::int64_t number) const {
  const auto found = std::ranges::find(phenotypes_, number, &PhenotypeId::number);
  return static_cast<std::size_t>(found - phenotypes_.begin());
}

void AssociationOutputs::append(const Trait& trait, std::span<const Snp> snps,
                                std::span<const AssociationRow> rows) {
  const std::size_t at = place(trait.number);
  if (options_.sink) options_.sink(static_cast<std::int64_t>(at), snps, rows);
  if (outputs_.empty()) return;
  Files& files = outputs_[at];
  files.rows.append(snps, rows);
  files.summary.add(snps, rows);
  if (files.points) files.points->add(snps, rows);
}

void AssociationOutputs::draw(const Files& files, const std::string& title) {
  for (const char* kind : {".png", ".svg"}) {
    files_.push_back(files.prefix + ".manhattan" + kind);
    write_manhattan_plot(files_.back(), *files.points, files.summary, title);
    files_.push_back(files.prefix + ".qq" + kind);
    write_quantile_plot(files_.back(), files.summary, title);
  }
}

void AssociationOutputs::commit(RunReport& report) {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    Files& files = outputs_[i];
    report.log().add("genomic inflation (lambda)", files.summary.inflation());
    if (options_.results.summary) {
      files_.push_back(files.prefix + ".summary.txt");
      files.summary.write(files_.back());
    }
    const std::string& name = phenotypes_[i].name;
    if (files.points) draw(files, name.empty() ? options_.output->prefix : name);
    if (files.filters) {
      files.filters->commit();
      files_.push_back(files.prefix + ".filter.txt");
    }
  }
  for (std::size_t i = 0; i < std::min(outputs_.size(), tallies_.size()); ++i) {
    std::ranges::copy(tallies_[i].write(parts_[i], report), std::back_inserter(files_));
  }
  // Last, so that results mean that everything else is there too.
  for (Files& files : outputs_) files.rows.commit();
}

ResultPositions AssociationOutputs::checkpoint() {
  ResultPositions result;
  result.files = nlohmann::json::array();
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    Files& files = outputs_[i];
    nlohmann::json state = {{kRows, files.rows.checkpoint()},
                            {kFilters, files.filters ? files.filters->checkpoint() : 0},
                            {kSummary, files.summary.state()}};
    if (files.points) state[kPoints] = files.points->state();
    if (!tallies_.empty()) state[kPermutations] = tallies_[i].state();
    result.files.push_back(std::move(state));
  }
  return result;
}

}  // namespace loom::gwas
