#include <fmt/format.h>

#include "cli/command.h"
#include "cli/gwas_options.h"
#include "cli/stop_on_signal.h"

namespace loom::cli {
namespace {

/// The -lmm that tests nothing.
constexpr int kResiduals = 5;

/// Where K and its decomposition come from.
void add_decomposition_options(CLI::App& command, gwas::LmmOptions& options) {
  CLI::Option* k = add_kinship_file_options(command, options.kinship);
  CLI::Option* d =
      command.add_option("-d,--eigenvalues", options.eigen_values.file, "instead of -k, with -u")
          ->type_name("FILE")
          ->excludes(k);
  CLI::Option* u =
      command.add_option("-u,--eigenvectors", options.eigen_vectors.file, "instead of -k, with -d")
          ->type_name("FILE")
          ->excludes(k);
  d->needs(u);
  u->needs(d);
  CLI::Option* loco =
      command
          .add_option("--loco", options.loco,
                      "test the SNPs of this chromosome; without -k, K is of all others")
          ->type_name("CHR");
  command
      .add_flag("--loco-all", options.loco_all,
                "test every chromosome with a K of all others, in one run")
      ->excludes(k)
      ->excludes(d)
      ->excludes(loco);
  command
      .add_option("--eigen-dir", options.eigen_folder,
                  "folder that keeps eigenvectors from run to run")
      ->type_name("FOLDER")
      ->excludes(k)
      ->excludes(d);
  command
      .add_flag("--save-kinship", options.save_kinship,
                "write the computed kinship of the analysed samples as PREFIX.cXX.npy")
      ->excludes(k)
      ->excludes(d);
  command.add_flag("--save-eigen", options.save_eigen,
                   "write the decomposition as PREFIX.eigenD.npy and PREFIX.eigenU.npy");
}

void add_search_options(CLI::App& command, gwas::LambdaRange& range) {
  command.add_option("--lmin", range.lower, "smallest variance ratio")
      ->check(number_between(1e-30, 1e30))
      ->capture_default_str();
  command.add_option("--lmax", range.upper, "largest variance ratio")
      ->check(number_between(1e-30, 1e30))
      ->capture_default_str();
  command.add_option("--region", range.steps, "steps of the search between them")
      ->check(number_between(1, 1000))
      ->capture_default_str();
  add_choice<gwas::SearchPath>(
      command, "--optimizer", range.path,
      {{"gemma", gwas::SearchPath::gemma}, {"exact", gwas::SearchPath::exact}}, "gemma",
      "gemma: search as GEMMA does, to its digits; exact: to full convergence");
}

void add_permutation_options(CLI::App& command, gwas::LmmOptions& options) {
  command
      .add_option("--permutations", options.permutations,
                  "permutations of the phenotype, for thresholds of p that hold for the genome")
      ->check(number_between(0, 1e7))
      ->capture_default_str();
  command.add_option("--seed", options.seed, "of the permutations")->capture_default_str();
}

}  // namespace

void add_lmm(CLI::App& app, const CommandLine& line) {
  CLI::App* command =
      app.add_subcommand("lmm", "tests SNPs in a linear mixed model (GEMMA's -lmm)");
  auto options = std::make_shared<gwas::LmmOptions>();
  auto test = std::make_shared<int>(1);
  auto clump = std::make_shared<gwas::ClumpThresholds>();
  add_input_options(*command, *options);
  command
      ->add_option(
          "--lmm", *test,
          "1: Wald, 2: likelihood ratio, 3: score, 4: all three, 5: none, but residuals of "
          "the model without a SNP, 9: 2 with the effect of 3")
      ->check(CLI::IsMember({1, 2, 3, 4, 5, 9}))
      ->expected(0, 1)
      ->capture_default_str();
  add_decomposition_options(*command, *options);
  add_search_options(*command, options->range);
  add_permutation_options(*command, *options);
  auto clumps = std::make_shared<bool>(false);
  CLI::Option* flag = command->add_flag("--clump", *clumps, "form clumps of the hits, too");
  for (CLI::Option* option : add_clump_options(*command, *clump)) option->needs(flag);
  add_filter_options(*command, *options);
  add_kinship_options(*command, *options);
  add_scan_options(*command, *options);
  add_output_options(*command, *options, line);
  add_result_options(*command, options->results);
  add_backend_option(*command);
  add_memory_option(*command);
  add_checkpoint_options(*command, *options);
  command->callback([options, test, clumps, clump] {
    if (!(options->range.lower < options->range.upper)) {
      throw CLI::ValidationError("--lmin", fmt::format("{} is not below --lmax, which is {}",
                                                       options->range.lower, options->range.upper));
    }
    options->residuals = *test == kResiduals;
    if (!options->residuals) options->test = static_cast<gwas::LmmTest>(*test);
    if (*clumps) options->clump = *clump;
    const StopOnSignal stop;
    options->monitor.stop = stop.token();
    print_warnings(gwas::run_lmm(*options).summary);
  });
}

}  // namespace loom::cli
