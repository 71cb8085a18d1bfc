#include <fmt/format.h>

#include "cli/command.h"
#include "loom/gwas/genotypes/simulate.h"
#include "loom/support/progress.h"

namespace loom::cli {

void add_simulate(CLI::App& app, const CommandLine&) {
  CLI::App* command =
      app.add_subcommand("simulate", "PLINK files with population structure and known causal SNPs");
  auto options = std::make_shared<gwas::SimulateOptions>();
  auto prefix = std::make_shared<std::string>();
  command->add_option("-o,--out", *prefix, "files to write: PREFIX.bed, .bim, .fam, .causal.txt")
      ->required()
      ->type_name("PREFIX");
  command->add_option("-n,--samples", options->samples, "samples")->capture_default_str();
  command->add_option("-p,--snps", options->snps, "SNPs")->capture_default_str();
  command->add_option("--chromosomes", options->chromosomes, "chromosomes")->capture_default_str();
  command->add_option("--populations", options->populations, "populations")->capture_default_str();
  command->add_option("--fst", options->fst, "how far they have drifted apart")
      ->capture_default_str();
  command->add_option("--min-maf", options->min_maf, "smallest ancestral allele frequency")
      ->capture_default_str();
  command->add_option("--max-maf", options->max_maf, "largest ancestral allele frequency")
      ->capture_default_str();
  command->add_option("--missing", options->missing_rate, "share of missing genotypes")
      ->capture_default_str();
  command->add_option("--h2", options->heritability, "genetic share of the phenotype's variance")
      ->capture_default_str();
  command->add_option("--causal", options->causal_snps, "causal SNPs")->capture_default_str();
  command->add_option("--seed", options->seed, "of the random numbers")->capture_default_str();
  command->callback([options, prefix] {
    const double start = now_seconds();
    gwas::simulate(*prefix, *options);
    fmt::print("{} samples x {} SNPs in {:.2f} s: {}.bed\n", options->samples, options->snps,
               now_seconds() - start, *prefix);
  });
}

}  // namespace loom::cli
