#include "cli/command.h"
#include "cli/gwas_options.h"

namespace loom::cli {

void add_gk(CLI::App& app, const CommandLine& line) {
  CLI::App* command = app.add_subcommand("gk", "kinship matrix from genotypes (GEMMA's -gk)");
  auto options = std::make_shared<gwas::GkOptions>();
  auto kind = std::make_shared<int>(1);
  add_input_options(*command, *options);
  command->add_option("--gk", *kind, "1: centred genotypes, 2: standardised too")
      ->check(CLI::IsMember({1, 2}))
      ->expected(0, 1)
      ->capture_default_str();
  command->add_option("--loco", options->loco, "leave out the SNPs of this chromosome")
      ->type_name("CHR");
  add_npy_option(*command, options->npy);
  add_filter_options(*command, *options);
  add_kinship_options(*command, *options);
  add_output_options(*command, *options, line);
  add_backend_option(*command);
  add_memory_option(*command);
  command->callback([options, kind] {
    options->kind = static_cast<gwas::KinshipKind>(*kind);
    print_warnings(gwas::run_gk(*options).summary);
  });
}

}  // namespace loom::cli
