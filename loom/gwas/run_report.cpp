#include "loom/gwas/run_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "loom/dispatch/selection.h"
#include "loom/support/error.h"
#include "loom/support/file.h"

namespace loom::gwas {
namespace {

/// Minutes with six digits, GEMMA's unit of time.
std::string minutes(double seconds) { return fmt::format("{:.6g} min", seconds / 60); }

/// "A (reference, 30), B (20)", or "A (30), the only one, which is left out".
std::string levels_of(const Category& category) {
  std::string text;
  for (std::size_t i = 0; i < category.levels.size(); ++i) {
    text +=
        fmt::format("{}{} ({}{})", i == 0 ? "" : ", ", category.levels[i],
                    i == 0 && category.levels.size() > 1 ? "reference, " : "", category.counts[i]);
  }
  return category.levels.size() == 1 ? text + ", the only one, which gives no column" : text;
}

}  // namespace

RunReport::RunReport(const RunOptions& options)
    : options_(options),
      start_(now_seconds()),
      log_(options.output ? options.output->command_line : "") {
  const dispatch::BackendInfo backend = get_backend_info();
  summary_.backend = fmt::format("{} ({} {}, {}, {} threads)", get_backend(), backend.name,
                                 backend.version, backend.isa, backend.threads);
  log_.add("Backend", summary_.backend);
}

RunReport::~RunReport() { remove_empty_folders(folders_made_); }

void RunReport::prepare_folder() {
  if (!has_output()) return;
  const std::filesystem::path folder = std::filesystem::path(path("")).parent_path();
  folders_made_ = make_folders(folder);
  if (access(folder.c_str(), W_OK) != 0) {
    throw IoError(fmt::format("{}: cannot write there: {}", folder.string(), std::strerror(errno)));
  }
}

std::string RunReport::path(const std::string& suffix) const {
  return options_.output->folder + "/" + options_.output->prefix + suffix;
}

void RunReport::say(const std::string& text) const {
  if (monitor().say) monitor().say(text);
}

void RunReport::warn(const std::string& text) {
  log_.add("warning", text);
  summary_.warnings.push_back(text);
}

void RunReport::describe(const Study& study) {
  for (const std::string& note : study.notes) {
    log_.add("note", note);
    say(note);
  }
  for (const std::string& warning : study.warnings) warn(warning);
}

void RunReport::describe(const Study& study, const Cohort& cohort) {
  const SampleSelection& selection = cohort.selection;
  const std::int64_t total = study.genotypes->sample_count();
  summary_.samples = study.genotypes->samples();
  summary_.analysed = selection.samples;
  summary_.without_phenotype = selection.without_phenotype;
  summary_.without_covariate = selection.without_covariate;
  summary_.covariates = cohort.design.columns;
  log_.section("Summary Statistics");
  log_.add("number of total individuals", total);
  log_.add("number of analyzed individuals", cohort.analysed());
  log_.add("number of individuals without a phenotype", selection.without_phenotype);
  log_.add("number of individuals without a covariate", selection.without_covariate);
  log_.add("number of covariates", cohort.design.columns);
  log_.add("number of phenotypes", std::ssize(cohort.traits));
  if (study.several_phenotypes) {
    std::vector<std::string> labels;
    for (const Trait& trait : cohort.traits) labels.push_back(label(trait));
    const std::string list = fmt::format("{}", fmt::join(labels, ", "));
    log_.add("phenotypes", list);
    say("phenotypes: " + list);
  }
  for (const Category& category : cohort.design.categories) {
    const std::string name = "levels of covariate " + category.name;
    log_.add(name, levels_of(category));
    say(fmt::format("{}: {}", name, levels_of(category)));
  }
  const std::optional<std::int64_t> snps = study.genotypes->snp_count();
  say(fmt::format("{} samples, {} analysed ({} lack the phenotype, {} a covariate){}", total,
                  cohort.analysed(), selection.without_phenotype, selection.without_covariate,
                  snps ? fmt::format("; {} SNPs", *snps) : ""));
  if (cohort.design.intercept_appended && cohort.design.columns > 1) {
    say("an intercept was appended to the covariates");
  }
}

void RunReport::describe(const FilterReport& filter) {
  summary_.filter = filter;
  log_.add("number of total SNPs/var", filter.total());
  log_.add("number of analyzed SNPs/var", filter.kept());
  for (int i = 1; i < kSnpVerdicts; ++i) {
    const auto verdict = static_cast<SnpVerdict>(i);
    if (filter.count(verdict) == 0) continue;
    log_.add(fmt::format("number of SNPs dropped by {}", name(verdict)), filter.count(verdict));
  }
  const std::string dropped = filter.dropped();
  say(fmt::format("{} of {} SNPs pass the filters{}{}", filter.kept(), filter.total(),
                  dropped.empty() ? "" : "; dropped: ", dropped));
}

void RunReport::warn_of(const GenotypeReader& genotypes) {
  for (const std::string& text : genotypes.warnings()) warn(text);
}

void RunReport::add_time(const std::string& part, double seconds) {
  const auto known = std::ranges::find(summary_.phases, part, &PhaseTime::name);
  if (known == summary_.phases.end()) {
    summary_.phases.push_back({part, seconds});
  } else {
    known->seconds += seconds;
  }
}

void RunReport::add_files(const std::vector<std::string>& files) {
  summary_.files.insert(summary_.files.end(), files.begin(), files.end());
}

RunSummary RunReport::finish(const std::vector<std::string>& results) {
  summary_.seconds = seconds();
  summary_.operations = trace_.operations();
  add_files(results);
  log_.section("Computation Time");
  for (const PhaseTime& phase : summary_.phases) {
    log_.add("time on " + phase.name, minutes(phase.seconds));
  }
  log_.add("total computation time", minutes(summary_.seconds));
  log_.add_operations(summary_.operations);
  if (has_output()) log_.write(path(".log.txt"));
  for (const OperationSummary& o : summary_.operations) {
    if (o.seconds < 0.01 * summary_.seconds) continue;
    say(fmt::format("{:>18} by {:<10} {:8.3f} s", o.op, o.backend, o.seconds));
  }
  const std::string where = fmt::format("{}", fmt::join(summary_.files, ", "));
  say(fmt::format("done in {:.2f} s{}{}", seconds(), where.empty() ? "" : ": ", where));
  return std::move(summary_);
}

}  // namespace loom::gwas
