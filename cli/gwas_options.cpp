#include "cli/gwas_options.h"

#include <fmt/format.h>

#include "loom/dispatch/selection.h"
#include "loom/support/progress.h"
#include "loom/support/text.h"

namespace loom::cli {
namespace {

/// Lines on standard output, a progress bar on standard error.
Monitor terminal_monitor() {
  Monitor monitor;
  monitor.progress = [bar = std::make_shared<Progress>()](std::string_view phase, std::int64_t done,
                                                          std::int64_t total) {
    bar->update(phase, done, total);
  };
  monitor.say = [](const std::string& text) { fmt::print("{}\n", text); };
  return monitor;
}

}  // namespace

CLI::Validator number_between(double low, double high) {
  const std::string range = fmt::format("from {} to {}", low, high);
  const auto check = [=](std::string& text) {
    const std::optional<double> number = parse_double(text);
    if (number && *number >= low && *number <= high) return std::string();
    return fmt::format("expected a number {}, found {}", range, text);
  };
  return CLI::Validator(check, range);
}

void add_input_options(CLI::App& command, gwas::RunOptions& options) {
  command.add_option("-b,--bfile", options.input.prefix, "PLINK files PREFIX.bed, .bim, .fam")
      ->required()
      ->type_name("PREFIX");
  command
      .add_option("-p,--pheno", options.input.phenotypes.file,
                  "phenotypes, one row per sample, instead of the .fam file's; NA is missing")
      ->type_name("FILE");
  command.add_option("-n,--phenotype", options.input.phenotype, "column of the phenotype, from 1")
      ->check(number_between(1, 1e6))
      ->capture_default_str();
  command
      .add_option("-c,--covariates", options.input.covariates.file,
                  "covariates, one row per sample; NA drops the sample")
      ->type_name("FILE");
}

void add_filter_options(CLI::App& command, gwas::RunOptions& options) {
  gwas::SnpThresholds& t = options.thresholds;
  command.add_option("--snps", options.input.snps, "analyse only the SNPs listed in this file")
      ->type_name("FILE");
  command
      .add_option("--miss", t.max_missing, "drop SNPs with more missing genotypes than this share")
      ->check(number_between(0, 1))
      ->capture_default_str();
  command.add_option("--maf", t.min_maf, "drop SNPs whose minor allele is rarer")
      ->check(number_between(0, 0.5))
      ->capture_default_str();
  command
      .add_option("--hwe", t.min_hwe_p, "drop SNPs whose Hardy-Weinberg p is smaller; 0: no test")
      ->check(number_between(0, 1))
      ->capture_default_str();
  command.add_option("--r2", t.max_r2, "drop SNPs of which covariates explain more")
      ->check(number_between(0, 1))
      ->capture_default_str();
  command.add_flag_callback(
      "--notsnp", [&t] { t.population_filters = false; },
      "no filter by frequency or Hardy-Weinberg");
}

void add_output_options(CLI::App& command, gwas::RunOptions& options, const CommandLine& line) {
  gwas::RunOutput& output = options.output.emplace();
  output.command_line = line;
  options.monitor = terminal_monitor();
  command.add_option("--outdir", output.folder, "folder of the results")->capture_default_str();
  command.add_option("-o,--out", output.prefix, "start of the results' names")
      ->capture_default_str();
  command.add_flag_callback(
      "--silence,--quiet", [&options] { options.monitor = {}; },
      "no lines on standard output, no progress bar");
}

void add_backend_option(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--be,--backend", [](const std::string& name) { set_backend(name); },
          "backend that computes: auto or a name that `loom backends` lists")
      ->type_name("NAME");
}

void print_warnings(const gwas::RunSummary& summary) {
  for (const std::string& text : summary.warnings) {
    fmt::print(stderr, "loom: warning: {}\n", text);
  }
}

}  // namespace loom::cli
