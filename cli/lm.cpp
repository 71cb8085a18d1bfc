#include "cli/command.h"
#include "cli/gwas_options.h"
#include "cli/stop_on_signal.h"

namespace loom::cli {

void add_lm(CLI::App& app, const CommandLine& line) {
  CLI::App* command = app.add_subcommand("lm", "tests SNPs in a linear model (GEMMA's -lm)");
  auto options = std::make_shared<gwas::LmOptions>();
  auto test = std::make_shared<int>(1);
  add_input_options(*command, *options);
  command->add_option("--lm", *test, "1: Wald, 2: likelihood ratio, 3: score, 4: all three")
      ->check(CLI::IsMember({1, 2, 3, 4}))
      ->expected(0, 1)
      ->capture_default_str();
  add_filter_options(*command, *options);
  add_scan_options(*command, *options);
  add_output_options(*command, *options, line);
  add_result_options(*command, options->results);
  add_backend_option(*command);
  add_memory_option(*command);
  add_checkpoint_options(*command, *options);
  command->callback([options, test] {
    options->test = static_cast<gwas::LmmTest>(*test);
    const StopOnSignal stop;
    options->monitor.stop = stop.token();
    print_warnings(gwas::run_lm(*options).summary);
  });
}

}  // namespace loom::cli
