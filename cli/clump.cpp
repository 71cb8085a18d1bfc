#include "cli/command.h"
#include "cli/gwas_options.h"

namespace loom::cli {

void add_clump(CLI::App& app, const CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "clump", "forms clumps of the hits in an association file, as plink --clump does");
  auto options = std::make_shared<gwas::ClumpOptions>();
  add_input_options(*command, *options);
  command->add_option("--assoc", options->associations, "association file, as lmm writes it")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--field", options->field,
                   "its column of p values, instead of p_wald, p_lrt, p_score or P")
      ->type_name("NAME");
  command->add_flag("--all-samples", options->all_samples,
                    "linkage among all samples, not only those that lmm would analyse");
  add_clump_options(*command, options->clump);
  add_output_options(*command, *options, line);
  command->callback([options] { print_warnings(gwas::run_clump(*options).summary); });
}

}  // namespace loom::cli
