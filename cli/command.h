#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

// The `loom` command: one file per subcommand, each of which adds itself to the program.
namespace loom::cli {

/// The line that the user typed, for logs.
using CommandLine = std::string;

/// Each adds its subcommand with options and what to run; `line` must outlive the run.
void add_gk(CLI::App& app, const CommandLine& line);
void add_eigen(CLI::App& app, const CommandLine& line);
void add_lmm(CLI::App& app, const CommandLine& line);
void add_lm(CLI::App& app, const CommandLine& line);
void add_clump(CLI::App& app, const CommandLine& line);
void add_simulate(CLI::App& app, const CommandLine& line);
void add_backends(CLI::App& app, const CommandLine& line);

/// Turns a GEMMA command line (`loom gemma -bfile p -lmm 4 ...`) into that of the subcommand that
/// does it. Other command lines are returned as they are. Throws CLI::ValidationError for a mode of
/// GEMMA that Loom does not have.
std::vector<std::string> translate_gemma(std::vector<std::string> arguments);

/// GEMMA writes long options with one dash: "-bfile" becomes "--bfile".
std::vector<std::string> long_options_with_two_dashes(std::vector<std::string> arguments);

/// What `loom --version` prints.
std::string version_text();

}  // namespace loom::cli
