#include "cli/gwas_options.h"

#include <fmt/format.h>

#include "loom/dispatch/selection.h"
#include "loom/support/text.h"

namespace loom::cli {

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
  command.add_option("-b,--bfile", options.files.prefix, "PLINK files PREFIX.bed, .bim, .fam")
      ->required()
      ->type_name("PREFIX");
  command
      .add_option("-p,--pheno", options.files.phenotypes,
                  "phenotypes, one row per sample, instead of the .fam file's; NA is missing")
      ->type_name("FILE");
  command.add_option("-n,--phenotype", options.files.phenotype, "column of the phenotype, from 1")
      ->check(number_between(1, 1e6))
      ->capture_default_str();
  command
      .add_option("-c,--covariates", options.files.covariates,
                  "covariates, one row per sample; NA drops the sample")
      ->type_name("FILE");
}

void add_filter_options(CLI::App& command, gwas::RunOptions& options) {
  gwas::SnpThresholds& t = options.thresholds;
  command.add_option("--snps", options.files.snps, "analyse only the SNPs listed in this file")
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

void add_output_options(CLI::App& command, gwas::RunOptions& options) {
  command.add_option("--outdir", options.folder, "folder of the results")->capture_default_str();
  command.add_option("-o,--out", options.prefix, "start of the results' names")
      ->capture_default_str();
  command.add_flag("--silence,--quiet", options.quiet,
                   "no lines on standard output, no progress bar");
}

void add_backend_option(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--be,--backend", [](const std::string& name) { set_backend(name); },
          "backend that computes: auto or a name that `loom backends` lists")
      ->type_name("NAME");
}

}  // namespace loom::cli
