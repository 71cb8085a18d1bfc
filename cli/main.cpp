#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "cli/command.h"
#include "loom/support/error.h"
#include "loom/support/file.h"

namespace {

// Exit codes: 0 done, 1 the run failed, 2 the command line is wrong.
constexpr int kRunFailed = 1;
constexpr int kWrongUsage = 2;

void interrupted(int signal) {
  loom::remove_partial_files();
  _exit(128 + signal);
}

// The command line as a shell would take it, for logs.
std::string quoted_line(int argc, char** argv) {
  std::string line;
  for (int i = 0; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool plain = argument.find_first_of(" \t\n'\"\\$*?") == std::string::npos;
    line += (i > 0 ? " " : "") + (plain && !argument.empty() ? argument : "'" + argument + "'");
  }
  return line;
}

int run(int argc, char** argv) {
  const std::string line = quoted_line(argc, argv);
  CLI::App app(
      "Genome-wide association with linear mixed models, on the fastest engine of the machine");
  app.name("loom");
  app.set_version_flag("--version", loom::cli::version_text);
  app.require_subcommand(1);
  app.footer(
      "Options may be written with one dash or two; `loom gemma ...` takes a GEMMA command line.");
  loom::cli::add_gk(app, line);
  loom::cli::add_eigen(app, line);
  loom::cli::add_lmm(app, line);
  loom::cli::add_simulate(app, line);
  loom::cli::add_backends(app, line);
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    arguments = loom::cli::long_options_with_two_dashes(loom::cli::translate_gemma(arguments));
    std::reverse(arguments.begin(), arguments.end());
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, interrupted);
  std::signal(SIGTERM, interrupted);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of that file
  try {
    return run(argc, argv);
  } catch (const loom::ValueError& error) {
    fmt::print(stderr, "loom: {}\n", error.what());
    return kWrongUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "loom: {}\n", error.what());
    return kRunFailed;
  }
}
