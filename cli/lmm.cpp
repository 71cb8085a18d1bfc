#include <fmt/format.h>

#include "cli/command.h"
#include "cli/gwas_options.h"

namespace loom::cli {

void add_lmm(CLI::App& app, const CommandLine& line) {
  CLI::App* command =
      app.add_subcommand("lmm", "tests SNPs in a linear mixed model (GEMMA's -lmm)");
  auto options = std::make_shared<gwas::LmmOptions>();
  auto test = std::make_shared<int>(1);
  add_input_options(*command, *options);
  command->add_option("--lmm", *test, "1: Wald, 2: likelihood ratio, 3: score, 4: all three")
      ->check(CLI::IsMember({1, 2, 3, 4}))
      ->expected(0, 1)
      ->capture_default_str();
  CLI::Option* k =
      command->add_option("-k,--kinship", options->kinship.file, "kinship matrix of all samples")
          ->type_name("FILE");
  CLI::Option* d =
      command->add_option("-d,--eigenvalues", options->eigen_values.file, "instead of -k, with -u")
          ->type_name("FILE")
          ->excludes(k);
  CLI::Option* u =
      command
          ->add_option("-u,--eigenvectors", options->eigen_vectors.file, "instead of -k, with -d")
          ->type_name("FILE")
          ->excludes(k);
  d->needs(u);
  u->needs(d);
  command->add_option("--lmin", options->range.lower, "smallest variance ratio")
      ->check(number_between(1e-30, 1e30))
      ->capture_default_str();
  command->add_option("--lmax", options->range.upper, "largest variance ratio")
      ->check(number_between(1e-30, 1e30))
      ->capture_default_str();
  command->add_option("--region", options->range.steps, "steps of the search between them")
      ->check(number_between(1, 1000))
      ->capture_default_str();
  add_filter_options(*command, *options);
  add_output_options(*command, *options, line);
  add_backend_option(*command);
  command->callback([options, test] {
    if (!options->kinship.given() && !options->eigen_values.given()) {
      throw CLI::RequiredError("-k, or -d and -u,");
    }
    if (!(options->range.lower < options->range.upper)) {
      throw CLI::ValidationError("--lmin", fmt::format("{} is not below --lmax, which is {}",
                                                       options->range.lower, options->range.upper));
    }
    options->test = static_cast<gwas::LmmTest>(*test);
    print_warnings(gwas::run_lmm(*options).summary);
  });
}

}  // namespace loom::cli
