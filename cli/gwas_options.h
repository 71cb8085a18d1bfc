#pragma once

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "loom/gwas/runs.h"

namespace loom::cli {

/// Accepts a number from `low` to `high`; unlike CLI::Range it refuses NaN and says what it
/// expects.
CLI::Validator number_between(double low, double high);

/// Options that gk, eigen and lmm share, with GEMMA's names.
void add_input_options(CLI::App& command, gwas::RunOptions& options);
void add_filter_options(CLI::App& command, gwas::RunOptions& options);
/// The output begins as the default one, with `line` for its log, and the monitor as one that
/// writes to the terminal.
void add_output_options(CLI::App& command, gwas::RunOptions& options, const CommandLine& line);
/// -be: sets the backend of the process when it is parsed.
void add_backend_option(CLI::App& command);

/// Writes the warnings of a run to standard error.
void print_warnings(const gwas::RunSummary& summary);

}  // namespace loom::cli
