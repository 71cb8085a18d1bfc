#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>

#include "cli/command.h"
#include "cli/stop_on_signal.h"
#include "loom/support/error.h"
#include "loom/support/memory.h"
#include "loom/support/threads.h"

namespace {

// Exit codes: 0 done, 1 the run failed, 2 the command line is wrong, 128 and more: a signal came.
constexpr int kRunFailed = 1;
constexpr int kWrongUsage = 2;

void handle_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    // nohup and scripts that run in the background have some of them ignored.
    if (std::signal(signal, loom::cli::end_at_once) == SIG_IGN) std::signal(signal, SIG_IGN);
  }
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of that file
}

// Settings of the environment that cannot be used are refused before any work.
void check_environment() {
  loom::num_threads();
  loom::memory_limit();
}

std::string usage_message(const CLI::App* app, const CLI::Error& error) {
  const bool unknown = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  if (unknown) return fmt::format("loom: unknown argument '{}'\n", app->remaining(true).front());
  return fmt::format("loom: {}\n", error.what());
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
  app.require_subcommand(0, 1);  // none at all has a message of its own
  app.failure_message(usage_message);
  app.parse_complete_callback(check_environment);
  app.footer(
      "Options may be written with one dash or two; `loom gemma ...` takes a GEMMA command line.");
  loom::cli::add_gk(app, line);
  loom::cli::add_eigen(app, line);
  loom::cli::add_lmm(app, line);
  loom::cli::add_lm(app, line);
  loom::cli::add_clump(app, line);
  loom::cli::add_simulate(app, line);
  loom::cli::add_backends(app, line);
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    arguments = loom::cli::long_options_with_two_dashes(loom::cli::translate_gemma(arguments));
    std::reverse(arguments.begin(), arguments.end());
    app.parse(arguments);
    if (app.get_subcommands().empty()) {
      throw CLI::RequiredError(
          "a command (gk, eigen, lmm, lm, clump, simulate, backends or gemma)");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  handle_signals();
  try {
    const int status = run(argc, argv);
    if (std::fflush(stdout) != 0) {
      throw loom::IoError(fmt::format("standard output: cannot write: {}", std::strerror(errno)));
    }
    return status;
  } catch (const loom::ValueError& error) {
    fmt::print(stderr, "loom: {}\n", error.what());
    return kWrongUsage;
  } catch (const loom::CancelledError& error) {
    fmt::print(stderr, "loom: {}\n", error.what());
    const int status = loom::cli::StopOnSignal::exit_status();
    return status == 0 ? kRunFailed : status;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "loom: memory is exhausted\n");
    return kRunFailed;
  } catch (const std::exception& error) {
    fmt::print(stderr, "loom: {}\n", error.what());
    return kRunFailed;
  }
}
