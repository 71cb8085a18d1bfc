#include "cli/command.h"
#include "cli/gwas_options.h"

namespace loom::cli {

void add_eigen(CLI::App& app, const CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "eigen", "eigenvalues and -vectors of a kinship matrix's analysed samples (GEMMA's -eigen)");
  auto options = std::make_shared<gwas::EigenOptions>();
  add_input_options(*command, *options);
  add_kinship_file_options(*command, options->kinship)->required();
  add_npy_option(*command, options->npy);
  add_output_options(*command, *options, line);
  add_backend_option(*command);
  add_memory_option(*command);
  command->callback([options] { print_warnings(gwas::run_eigen(*options).summary); });
}

}  // namespace loom::cli
